import * as fc from "fast-check";
import { filterConcurrent, moveOnAfter, now, sleep, take } from "heddle";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { naturals, toArray, upTo, watched } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

const isEven = async (item: number): Promise<boolean> => {
  await sleep(10 - item);
  return item % 2 === 0;
};

describe("filterConcurrent", () => {
  it("gives the items that pass, in the order of the source, asking about several at a time", () =>
    tidy(async () => {
      expect(await toArray(filterConcurrent(upTo(8), isEven, { limit: 4 }))).toEqual([0, 2, 4, 6]);
      expect(now()).toBeLessThan(20);
    }));

  it("gives them as they are ready when order does not count", () =>
    tidy(async () => {
      expect(await toArray(filterConcurrent(upTo(8), isEven, { limit: 8, ordered: false }))).toEqual([6, 4, 2, 0]);
    }));

  it("collects them in an array", () =>
    tidy(async () => {
      expect(await filterConcurrent(new Set(upTo(8)), isEven, { limit: 4 }).toArray()).toEqual([0, 2, 4, 6]);
      expect(await filterConcurrent(upTo(8), isEven, { limit: 8, ordered: false }).toArray()).toEqual([6, 4, 2, 0]);
    }));

  it("hands the predicate the place of an item", () =>
    tidy(async () => {
      expect(await filterConcurrent(["a", "b", "c"], (_item, index) => index !== 1, { limit: 1 }).toArray()).toEqual([
        "a",
        "c",
      ]);
    }));

  it("asks no further than its limit ahead of the loop", () =>
    tidy(async () => {
      const source = watched(naturals());
      for await (const item of filterConcurrent(source, () => true, { limit: 3 })) {
        await sleep(10);
        expect(source.asked - item).toBeLessThanOrEqual(4);
        if (item === 10) break;
      }
    }));

  it("closes an endless source when the loop has enough", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 1 });
      const passing = filterConcurrent(source, (item) => item % 3 === 0, { limit: 2 });
      expect(await toArray(take(passing, 3))).toEqual([0, 3, 6]);
      expect(source.state).not.toBe("open");
    }));

  it("throws the first error of the predicate", () =>
    tidy(async () => {
      const broken = (item: number): boolean => {
        if (item === 3) throw new Error("item 3");
        return true;
      };
      expect((await errorOf(() => toArray(filterConcurrent(naturals(), broken, { limit: 1 })))).message).toBe("item 3");
    }));

  it("stops when cancelled", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 1 });
      await moveOnAfter(20, () => filterConcurrent(source, () => sleep(100).then(() => true), { limit: 5 }).toArray());
      expect([now(), ["closed", "cancelled"].includes(source.state)]).toEqual([20, true]);
    }));

  it("refuses what it cannot do, at the call", async () => {
    const yes = (): boolean => true;
    await expectRefused(
      () => filterConcurrent("abc" as never, yes, { limit: 1 }),
      'Cannot filter concurrently as the source must be iterable or async iterable: received "abc" (a string)',
    );
    await expectRefused(() => filterConcurrent([], true as never, { limit: 1 }), /a function is needed: received true/);
    await expectRefused(() => filterConcurrent([], yes, { limit: 0 }), /limit must be a whole number/);
    await expectRefused(
      () => filterConcurrent([], yes, { limit: 1, ordered: 1 as never }),
      /ordered must be true or false/,
    );
    await expectRefused(
      () => filterConcurrent([], yes, { limit: 1, order: true } as never),
      /the options are limit, ordered/,
    );
  });

  it("gives what Array.filter gives, for any items and any answers that take time", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ms: fc.nat(5), passes: fc.boolean() }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (items, limit, ordered) =>
          tidy(async () => {
            const predicate = async ({ ms, passes }: { ms: number; passes: boolean }): Promise<boolean> => {
              await sleep(ms);
              return passes;
            };
            const passing = items.filter(({ passes }) => passes);
            const got = await toArray(filterConcurrent(items, predicate, { limit, ordered }));
            if (ordered) expect(got).toEqual(passing);
            else expect(new Set(got)).toEqual(new Set(passing));
            expect(got.length).toBe(passing.length);
          }),
      ),
      runs(100),
    ));
});
