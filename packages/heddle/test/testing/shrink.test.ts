import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shrink } from "../../src/testing/shrink.js";

describe("shrink()", () => {
  it("keeps only the choices that the failure needs", async () => {
    const fails = async (picks: readonly number[]): Promise<boolean> => picks[3] === 2 && (picks[7] ?? 0) !== 0;
    expect(await shrink([1, 1, 3, 2, 1, 2, 2, 3, 1, 1], fails, 1000)).toEqual([0, 0, 0, 2, 0, 0, 0, 1]);
  });

  it("finds the empty schedule when any will do", async () => {
    expect(await shrink([1, 2, 3], async () => true, 1000)).toEqual([]);
  });

  it("spends no more runs than it may", async () => {
    let runs = 0;
    await shrink(new Array(200).fill(2), async () => ++runs < 0, 25);
    expect(runs).toBe(25);
  });

  it("never returns a schedule that does not fail", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 20 }),
        fc.array(fc.nat(19), { maxLength: 3 }),
        async (picks, needed) => {
          const fails = async (candidate: readonly number[]): Promise<boolean> =>
            needed.every((i) => (candidate[i] ?? 0) === (picks[i] ?? 0));
          expect(await fails(await shrink(picks, fails, 500))).toBe(true);
        },
      ),
    );
  });
});
