import * as fc from "fast-check";
import { merge, take } from "heddle";
import { describe, expect, it } from "vitest";
import { expectRefused } from "../support/errorOf.js";
import { operatorCases } from "../support/operator.js";
import { runs } from "../support/runs.js";
import { naturals, toArray, upTo, watched } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

describe("take", () => {
  operatorCases((source) => take(source, Infinity));

  it("gives the first items, and does not read the one after them", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 1 });
      expect(await toArray(take(source, 3))).toEqual([0, 1, 2]);
      expect([source.asked, source.state]).toEqual([3, "closed"]);
    }));

  it("of none reads nothing", () =>
    tidy(async () => {
      const source = watched(naturals());
      expect(await toArray(take(source, 0))).toEqual([]);
      expect(source.asked).toBe(0);
    }));

  it("closes a plain generator", () =>
    tidy(async () => {
      let closed = false;
      function* numbers(): Generator<number> {
        try {
          yield* naturals();
        } finally {
          closed = true;
        }
      }
      expect(await toArray(take(numbers(), 2))).toEqual([0, 1]);
      expect(closed).toBe(true);
    }));

  it("reads an item only when the loop comes for it", () =>
    tidy(async () => {
      const source = watched(naturals());
      const asked: number[] = [];
      for await (const _ of take(source, 3)) asked.push(source.asked);
      expect(asked).toEqual([1, 2, 3]);
    }));

  it("composes with the others", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 1 });
      expect(await toArray(take(merge(take(source, 5), []), 3))).toEqual([0, 1, 2]);
      expect([source.asked, source.state]).toEqual([3, "closed"]);
    }));

  it("refuses what it cannot do, at the call", async () => {
    await expectRefused(
      () => take(5 as never, 1),
      "Cannot take items as the source must be iterable or async iterable: received 5",
    );
    await expectRefused(() => take("text" as never, 1), /received "text" \(a string\)/);
    await expectRefused(() => take([], -1), /their number must be a whole number, 0 or more, or Infinity: received -1/);
  });

  it("gives as many as there are and as were asked for, and reads no more", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(12), fc.nat(12), fc.nat(2), (length, count, ms) =>
        tidy(async () => {
          const source = watched(upTo(length), { ms });
          expect(await toArray(take(source, count))).toEqual(upTo(Math.min(length, count)));
          expect(source.asked).toBe(Math.min(length + 1, count));
        }),
      ),
      runs(100),
    ));
});
