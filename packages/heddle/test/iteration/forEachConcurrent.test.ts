import * as fc from "fast-check";
import { forEachConcurrent, moveOnAfter, now, shield, sleep } from "heddle";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { naturals, upTo, watched } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

describe("forEachConcurrent", () => {
  it("calls the function for every item, so many at a time, and waits for all calls", () =>
    tidy(async () => {
      const calls: [number, number, number][] = [];
      await forEachConcurrent(
        upTo(5).map((item) => item * 10),
        async (item, index) => {
          calls.push([now(), item, index]);
          await sleep(10);
        },
        { limit: 2 },
      );
      expect(calls).toEqual([
        [0, 0, 0],
        [0, 10, 1],
        [10, 20, 2],
        [10, 30, 3],
        [20, 40, 4],
      ]);
      expect(now()).toBe(30);
    }));

  it("takes an item only when a call can start with it", () =>
    tidy(async () => {
      const source = watched(naturals());
      await moveOnAfter(35, () => forEachConcurrent(source, () => sleep(10), { limit: 3 }));
      expect(source.asked).toBe(12);
    }));

  it("cancels the other calls at the first error, waits for them, and closes the source", () =>
    tidy(async () => {
      const source = watched(naturals());
      let ended = 0;
      const work = async (item: number): Promise<void> => {
        try {
          await sleep(item === 1 ? 10 : 100);
          throw new Error(`item ${item}`);
        } finally {
          await shield(() => sleep(5));
          ended++;
        }
      };
      const error = await errorOf(() => forEachConcurrent(source, work, { limit: 3 }));
      expect([error.message, ended, now()]).toEqual(["item 1", 3, 20]);
      expect(["closed", "cancelled"]).toContain(source.state);
    }));

  it("throws the error of the source", () =>
    tidy(async () => {
      const source = watched(upTo(9), { failAt: 2 });
      expect((await errorOf(() => forEachConcurrent(source, () => sleep(10), { limit: 2 }))).message).toBe("item 2");
    }));

  it("stops everything when cancelled", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 1 });
      let running = 0;
      const work = async (): Promise<void> => {
        running++;
        try {
          await sleep(100);
        } finally {
          running--;
        }
      };
      await moveOnAfter(50, () => forEachConcurrent(source, work, { limit: Infinity }));
      expect([running, now(), source.state]).toEqual([0, 50, "cancelled"]);
    }));

  it("does nothing for nothing", () => tidy(() => forEachConcurrent([], () => expect.unreachable(), { limit: 1 })));

  it("refuses what it cannot do", async () => {
    const fn = (): void => {};
    await expectRefused(
      () => forEachConcurrent(5 as never, fn, { limit: 1 }),
      "Cannot work on each concurrently as the source must be iterable or async iterable: received 5",
    );
    await expectRefused(() => forEachConcurrent([], 5 as never, { limit: 1 }), /a function is needed: received 5/);
    await expectRefused(
      () => forEachConcurrent([], fn, undefined as never),
      /limit must be a whole number, 1 or more, or Infinity/,
    );
    await expectRefused(() => forEachConcurrent([], fn, { limit: 1, ordered: true } as never), /the options are limit/);
  });

  it("handles every item once and keeps to its limit, for any durations", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (durations, limit) =>
        tidy(async () => {
          const seen: number[] = [];
          let running = 0;
          const work = async (ms: number, index: number): Promise<void> => {
            expect(++running).toBeLessThanOrEqual(limit);
            await sleep(ms);
            running--;
            seen.push(index);
          };
          await forEachConcurrent(watched(durations), work, { limit });
          expect(seen.sort((a, b) => a - b)).toEqual(upTo(durations.length));
        }),
      ),
      runs(100),
    ));
});
