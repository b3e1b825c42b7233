import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Link } from "../../src/ground/link.js";
import type { Timer } from "../../src/ground/timers.js";
import { TimerQueue } from "../../src/ground/timers.js";
import { runs } from "../support/runs.js";

class TestTimer extends Link implements Timer {
  readonly id: number;
  constructor(id: number) {
    super();
    this.id = id;
  }
  fire(): void {}
}

interface Entry {
  timer: TestTimer;
  due: number;
  /** The when of its adding: those of one moment come in the order in which they were added. */
  at: number;
}

const moment = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 30, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Infinity) },
);

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("add" as const), due: moment }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("remove" as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("drain" as const), now: moment }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("removeMost" as const), keep: fc.integer({ min: 2, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("addMany" as const), from: fc.integer({ min: 0, max: 400 }) }) },
);

describe("TimerQueue, against a sorted array", () => {
  it("gives out the same timers in the same order, whatever is added and removed", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new TimerQueue();
        let model: Entry[] = [];
        const all: TestTimer[] = [];
        let count = 0;

        const add = (due: number, timer = new TestTimer(all.length)): void => {
          if (timer.id === all.length) all.push(timer);
          queue.add(timer, due);
          model.push({ timer, due, at: count++ });
          model.sort((a, b) => (a.due === b.due ? a.at - b.at : a.due - b.due));
        };
        const remove = (timer: TestTimer): void => {
          queue.remove(timer);
          model = model.filter((entry) => entry.timer !== timer);
        };

        for (const each of steps) {
          if (each.do === "add") add(each.due);
          else if (each.do === "addMany") for (let i = 0; i < 100; i++) add(each.from + i / 8);
          else if (each.do === "remove" && all.length > 0) {
            const timer = all[each.which % all.length] as TestTimer;
            const wasIn = timer.next !== null;
            remove(timer);
            // Now and then it comes again, as that of a deadline which is moved.
            if (wasIn && each.which % 3 === 0) add(each.which % 20, timer);
          } else if (each.do === "removeMost") {
            for (const [i, { timer }] of [...model].entries()) if (i % each.keep !== 0) remove(timer);
          } else if (each.do === "drain") {
            const given: number[] = [];
            for (let timer = queue.shiftDue(each.now); timer !== undefined; timer = queue.shiftDue(each.now)) {
              given.push((timer as TestTimer).id);
            }
            const due = model.filter((entry) => entry.due <= each.now && entry.due < Infinity);
            expect(given).toEqual(due.map(({ timer }) => timer.id));
            model = model.filter((entry) => !due.includes(entry));
          }
          expect([queue.size, queue.nextDue()]).toEqual([model.length, model[0]?.due ?? Infinity]);
        }
      }),
      runs(100),
    );
  });
});
