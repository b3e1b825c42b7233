import * as fc from "fast-check";
import { merge, moveOnAfter, now, sleep, take } from "heddle";
import { describe, expect, expectTypeOf, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { operatorCases } from "../support/operator.js";
import { runs } from "../support/runs.js";
import { naturals, toArray, upTo, watched } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

describe("merge of one source", () => {
  operatorCases((source) => merge(source));
});

describe("merge", () => {
  it("gives the items of all sources as they come", () =>
    tidy(async () => {
      const seen: string[] = [];
      const letters = watched(["a", "b"], { ms: 10 });
      const digits = watched([1, 2, 3], { ms: 7 });
      for await (const item of merge(letters, digits)) {
        expectTypeOf(item).toEqualTypeOf<string | number>();
        seen.push(`${now()} ${item}`);
      }
      expect(seen).toEqual(["7 1", "10 a", "14 2", "20 b", "21 3"]);
    }));

  it("goes in turn between sources that are always ready", () =>
    tidy(async () => {
      const items = await toArray(take(merge(naturals(), ["a", "b", "c"], watched(naturals())), 9));
      expect(items).toEqual([0, "a", 0, 1, "b", 1, 2, "c", 2]);
    }));

  it("lets a slow source have its turn beside one that is always ready", () =>
    tidy(async () => {
      let fast = 0;
      for await (const item of merge(naturals(), watched(["slow"], { ms: 1 }))) {
        if (item === "slow") break;
        fast++;
        await sleep(0.1);
      }
      expect(fast).toBeLessThan(15);
    }));

  it("asks no source for more than one item that the loop has not taken", () =>
    tidy(async () => {
      const sources = [watched(naturals(), { ms: 1 }), watched(naturals(), { ms: 2 })] as const;
      const taken = [0, 0];
      let count = 0;
      for await (const [source] of merge(...sources.map((each, index) => tagged(each, index)))) {
        taken[source] = (taken[source] as number) + 1;
        await sleep(10);
        for (const [index, each] of sources.entries()) {
          expect(each.asked - (taken[index] as number)).toBeLessThanOrEqual(1);
        }
        if (++count === 10) break;
      }
    }));

  it("ends when all sources have ended, or there are none", () =>
    tidy(async () => {
      expect(await toArray(merge())).toEqual([]);
      expect(await toArray(merge([], watched([]), new Set()))).toEqual([]);
    }));

  it("cancels the others when one fails, waits for them, and throws after what had come before", () =>
    tidy(async () => {
      const other = watched(naturals(), { ms: 100, cleanUp: 5 });
      const seen: unknown[] = [];
      const error = await errorOf(async () => {
        for await (const item of merge(watched(upTo(3), { ms: 1, failAt: 2 }), other)) seen.push(item);
      });
      expect([seen, error.message, other.state, now()]).toEqual([[0, 1], "item 2", "cancelled", 8]);
    }));

  it("reports the errors that come after the first", () =>
    tidy(async ({ reported }) => {
      const broken = watched(naturals(), {
        ms: 100,
        onClosed: () => {
          throw new Error("broken clean-up");
        },
      });
      const error = await errorOf(() => toArray(merge(watched([0], { ms: 1, failAt: 0 }), broken)));
      expect([error.message, reported.splice(0)]).toEqual(["item 0", [new Error("broken clean-up")]]);
    }));

  it("closes all sources when it is left, those gently that are not busy", () =>
    tidy(async () => {
      const quick = watched(naturals(), { cleanUp: 3 });
      const busy = watched(naturals(), { ms: 100, cleanUp: 5 });
      for await (const _ of merge(quick, busy)) break;
      expect([quick.state, busy.state, now()]).toEqual(["closed", "cancelled", 5]);
    }));

  it("ends all sources when cancelled", () =>
    tidy(async () => {
      const sources = [watched(naturals(), { ms: 4 }), watched(naturals(), { ms: 7 })];
      await moveOnAfter(50, () => toArray(merge(...sources)));
      expect(sources.map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
    }));

  it("refuses what is no source, at the call", () =>
    expectRefused(
      () => merge([], 5 as never),
      "Cannot merge as the source must be iterable or async iterable: received 5",
    ));

  it("gives every item of every source once, each source's in order, for any sources and any loop", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ length: fc.nat(8), ms: fc.nat(4), plain: fc.boolean() }), { maxLength: 5 }),
        fc.nat(3),
        (shapes, wait) =>
          tidy(async () => {
            const sources = shapes.map(({ length, ms, plain }, index) => {
              const items = upTo(length).map((item) => [index, item] as const);
              return plain ? items : watched(items, { ms });
            });
            const seen = shapes.map((): number[] => []);
            for await (const [source, item] of merge(...sources)) {
              seen[source]?.push(item);
              if (wait > 0) await sleep(wait);
            }
            expect(seen).toEqual(shapes.map(({ length }) => upTo(length)));
          }),
      ),
      runs(100),
    ));
});

async function* tagged<T>(source: AsyncIterable<T>, tag: number): AsyncGenerator<[number, T]> {
  for await (const item of source) yield [tag, item];
}
