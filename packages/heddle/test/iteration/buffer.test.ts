import * as fc from "fast-check";
import { buffer, now, sleep } from "heddle";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { operatorCases } from "../support/operator.js";
import { runs } from "../support/runs.js";
import { naturals, toArray, upTo, watched } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

describe("buffer", () => {
  operatorCases((source) => buffer(source, 3), { readsAhead: true });

  it("reads so many items ahead of a busy loop, and no more", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 1 });
      const ahead: number[] = [];
      let taken = 0;
      for await (const _ of buffer(source, 3)) {
        taken++;
        await sleep(100);
        ahead.push(source.asked - taken);
        if (taken === 3) break;
      }
      expect(ahead).toEqual([3, 3, 3]);
    }));

  it("saves the time that the source and the loop would wait for each other", () =>
    tidy(async () => {
      for await (const _ of buffer(watched(upTo(10), { ms: 10 }), 1)) await sleep(10);
      expect(now()).toBe(110);
    }));

  it("gives what was read before an error first, also when the error was there long before", () =>
    tidy(async () => {
      const seen: number[] = [];
      const error = await errorOf(async () => {
        for await (const item of buffer(watched(upTo(9), { failAt: 4 }), 9)) {
          await sleep(10);
          seen.push(item);
        }
      });
      expect([seen, error.message]).toEqual([[0, 1, 2, 3], "item 4"]);
    }));

  it("refuses what it cannot do, at the call", async () => {
    await expectRefused(() => buffer(null as never, 1), /the source must be iterable or async iterable: received null/);
    await expectRefused(
      () => buffer([], 0),
      "Cannot buffer items as the size must be a whole number, 1 or more: received 0",
    );
    await expectRefused(() => buffer([], Infinity), /received Infinity/);
  });

  it("gives all items in order, and is never further ahead than allowed, for any speeds", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(3),
        (waits, size, ms) =>
          tidy(async () => {
            const source = watched(upTo(waits.length), { ms });
            const seen: number[] = [];
            for await (const item of buffer(source, size)) {
              seen.push(item);
              expect(source.asked - seen.length).toBeLessThanOrEqual(size);
              const wait = waits[item] as number;
              if (wait > 0) await sleep(wait);
              expect(source.asked - seen.length).toBeLessThanOrEqual(size);
            }
            expect(seen).toEqual(upTo(waits.length));
            expect(await toArray(buffer(seen, size))).toEqual(seen);
          }),
      ),
      runs(100),
    ));
});
