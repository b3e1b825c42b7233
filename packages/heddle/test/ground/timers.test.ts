import { describe, expect, it } from "vitest";
import { Link } from "../../src/ground/link.js";
import type { Timer } from "../../src/ground/timers.js";
import { TimerQueue } from "../../src/ground/timers.js";

class TestTimer extends Link implements Timer {
  readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
  }
  fire(): void {}
}

const named = (timer: Timer | undefined): string | undefined => (timer as TestTimer | undefined)?.name;

function drain(queue: TimerQueue, now: number): string[] {
  const names: string[] = [];
  for (let timer = queue.shiftDue(now); timer !== undefined; timer = queue.shiftDue(now)) {
    names.push(named(timer) as string);
  }
  return names;
}

describe("TimerQueue", () => {
  it("gives timers out by their moment, and by arrival within one moment", () => {
    const queue = new TimerQueue();
    for (const [name, due] of [
      ["c", 30],
      ["a1", 10],
      ["b", 20],
      ["a2", 10],
    ] as const) {
      queue.add(new TestTimer(name), due);
    }
    expect(queue.nextDue()).toBe(10);
    expect(drain(queue, 30)).toEqual(["a1", "a2", "b", "c"]);
    expect([queue.size, queue.nextDue()]).toEqual([0, Infinity]);
  });

  it("gives out what is due at the very moment, and nothing that is due later", () => {
    const queue = new TimerQueue();
    queue.add(new TestTimer("a"), 10);
    queue.add(new TestTimer("b"), 10.5);
    expect(drain(queue, 9.999)).toEqual([]);
    expect(drain(queue, 10)).toEqual(["a"]);
    expect(queue.size).toBe(1);
  });

  it("forgets a timer that was removed, wherever it stands", () => {
    const queue = new TimerQueue();
    const timers = ["a", "b", "c"].map((name) => new TestTimer(name));
    for (const timer of timers) queue.add(timer, 10);
    queue.remove(timers[1] as Timer);
    expect(queue.size).toBe(2);
    expect(drain(queue, 10)).toEqual(["a", "c"]);
  });

  it("does nothing for a timer that has fired or never was in it", () => {
    const queue = new TimerQueue();
    const timer = new TestTimer("a");
    queue.remove(timer);
    queue.add(timer, 1);
    queue.shiftDue(1);
    queue.remove(timer);
    expect(queue.size).toBe(0);
  });

  it("takes a removed timer again, at another moment", () => {
    const queue = new TimerQueue();
    const timer = new TestTimer("a");
    queue.add(timer, 10);
    queue.remove(timer);
    queue.add(timer, 5);
    expect(queue.nextDue()).toBe(5);
    expect(drain(queue, 5)).toEqual(["a"]);
  });

  it("gives out what is added to the moment at hand while that is drained", () => {
    const queue = new TimerQueue();
    queue.add(new TestTimer("a"), 10);
    expect(named(queue.shiftDue(10))).toBe("a");
    queue.add(new TestTimer("b"), 10);
    expect(drain(queue, 10)).toEqual(["b"]);
  });

  it("is in order again after most of its moments have become empty", () => {
    const queue = new TimerQueue();
    const timers = Array.from({ length: 1000 }, (_, i) => new TestTimer(`${(i * 7919) % 1000}`));
    for (const timer of timers) queue.add(timer, Number(timer.name));
    for (const timer of timers) if (Number(timer.name) % 10 !== 3) queue.remove(timer);
    expect(queue.size).toBe(100);
    expect(drain(queue, Infinity)).toEqual(Array.from({ length: 100 }, (_, i) => `${i * 10 + 3}`));
  });

  it("knows a timer without an end, which is never due", () => {
    const queue = new TimerQueue();
    queue.add(new TestTimer("for ever"), Infinity);
    expect([queue.size, queue.nextDue(), queue.shiftDue(1e300)]).toEqual([1, Infinity, undefined]);
  });
});
