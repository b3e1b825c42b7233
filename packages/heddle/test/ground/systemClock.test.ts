import { describe, expect, it } from "vitest";
import { Link } from "../../src/ground/link.js";
import { SystemClock } from "../../src/ground/systemClock.js";
import type { Timer } from "../../src/ground/timers.js";

class Alarm extends Link implements Timer {
  readonly rang: Promise<number>;
  #ring: (late: number) => void = () => {};
  readonly #clock: SystemClock;

  constructor(clock: SystemClock) {
    super();
    this.#clock = clock;
    this.rang = new Promise((resolve) => {
      this.#ring = resolve;
    });
  }

  fire(): void {
    this.#ring(this.#clock.now());
  }
}

// The one file that lets real time pass: some milliseconds.
describe("SystemClock", () => {
  it("never fires early, be the moments whole milliseconds or not", async () => {
    const clock = new SystemClock();
    const start = clock.now();
    const deadlines = Array.from({ length: 60 }, (_, i) => start + 0.3 + i * 0.37);
    const alarms = deadlines.map((deadline) => {
      const alarm = new Alarm(clock);
      clock.schedule(alarm, deadline);
      return alarm;
    });
    const rang = await Promise.all(alarms.map((alarm) => alarm.rang));
    for (const [i, deadline] of deadlines.entries()) expect(rang[i]).toBeGreaterThanOrEqual(deadline);
    expect(clock.pending).toBe(0);
  });

  it("fires in the order of the moments, whatever the order of the calls", async () => {
    const clock = new SystemClock();
    const start = clock.now();
    const order: number[] = [];
    const waits = [3, 1, 2].map((ms) => {
      const alarm = new Alarm(clock);
      clock.schedule(alarm, start + ms);
      return alarm.rang.then(() => order.push(ms));
    });
    await Promise.all(waits);
    expect(order).toEqual([1, 2, 3]);
  });

  it("fires what is due in the past as soon as it can", async () => {
    const clock = new SystemClock();
    const alarm = new Alarm(clock);
    clock.schedule(alarm, clock.now() - 1000);
    await alarm.rang;
  });

  it("does not fire a timer that was taken back, and forgets it", async () => {
    const clock = new SystemClock();
    const [early, late] = [new Alarm(clock), new Alarm(clock)];
    let fired = false;
    void early.rang.then(() => {
      fired = true;
    });
    clock.schedule(early, clock.now() + 1);
    clock.schedule(late, clock.now() + 2);
    clock.cancel(early);
    clock.cancel(early);
    expect(clock.pending).toBe(1);
    await late.rang;
    expect([fired, clock.pending]).toEqual([false, 0]);
  });

  it("takes moments that no native timer can wait for", async () => {
    const clock = new SystemClock();
    const alarms = [2 ** 31, 2 ** 40, Number.MAX_VALUE, Infinity].map((ms) => {
      const alarm = new Alarm(clock);
      clock.schedule(alarm, clock.now() + ms);
      return alarm;
    });
    const soon = new Alarm(clock);
    clock.schedule(soon, clock.now() + 1);
    await soon.rang;
    expect(clock.pending).toBe(alarms.length);
    for (const alarm of alarms) clock.cancel(alarm);
    expect(clock.pending).toBe(0);
  });

  it("lets the event loop in once for all who ask at the same time", async () => {
    const clock = new SystemClock();
    const turn = clock.turn();
    expect(clock.turn()).toBe(turn);
    let immediate = false;
    setImmediate(() => {
      immediate = true;
    });
    await turn;
    await clock.turn();
    expect(immediate).toBe(true);
  });

  it("says that a turn is due after some milliseconds of calls that never let the event loop in", async () => {
    const clock = new SystemClock();
    await clock.turn();
    const start = clock.now();
    while (!clock.turnDue()) expect(clock.now() - start).toBeLessThan(500);
    await clock.turn();
    expect(clock.turnDue()).toBe(false);
  });
});
