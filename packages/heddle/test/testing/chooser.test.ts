import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FixedChooser, PriorityChooser, RandomChooser } from "../../src/testing/chooser.js";

const tasks = ["a", "b", "c", "d", "e"];

describe("choosers", () => {
  it("choose something that is there, whatever the seed", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 }), (seed, sizes) => {
        for (const chooser of [new RandomChooser(seed), new PriorityChooser(seed, 30), new FixedChooser([9, 0, 4])]) {
          for (const size of sizes) {
            const pick = chooser.choose(tasks.slice(0, size));
            expect(Number.isInteger(pick) && pick >= 0 && pick < size).toBe(true);
          }
        }
      }),
    );
  });

  it("choose the same for the same seed", () => {
    const picks = (): number[] => {
      const chooser = new RandomChooser(42);
      return Array.from({ length: 20 }, () => chooser.choose(tasks));
    };
    expect(picks()).toEqual(picks());
  });

  it("reach every task by even chances", () => {
    const chooser = new RandomChooser(7);
    const seen = new Set(Array.from({ length: 200 }, () => chooser.choose(tasks)));
    expect(seen.size).toBe(tasks.length);
  });

  it("let one task go on ahead of all others by priorities, as long as nothing changes them", () => {
    const shares = Array.from({ length: 50 }, (_, seed) => {
      const chooser = new PriorityChooser(seed, 0);
      const picks = Array.from({ length: 10 }, () => chooser.choose(tasks));
      return new Set(picks).size;
    });
    expect(shares.filter((different) => different === 1).length).toBeGreaterThan(10);
  });
});
