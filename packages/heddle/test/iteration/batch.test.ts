import * as fc from "fast-check";
import { batch, moveOnAfter, now, sleep } from "heddle";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { operatorCases } from "../support/operator.js";
import { runs } from "../support/runs.js";
import { naturals, toArray, upTo, watched } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

async function* flat<T>(batches: AsyncIterable<T[]>): AsyncGenerator<T> {
  for await (const items of batches) yield* items;
}

/** Items that come at these moments. */
async function* at(...moments: number[]): AsyncGenerator<number> {
  for (const moment of moments) {
    await sleep(moment - now());
    yield moment;
  }
}

async function timed(batches: AsyncIterable<unknown[]>, wait: number = 0): Promise<[number, unknown[]][]> {
  const seen: [number, unknown[]][] = [];
  for await (const items of batches) {
    seen.push([now(), items]);
    if (wait > 0) await sleep(wait);
  }
  return seen;
}

describe("batches of one", () => {
  operatorCases((source) => flat(batch(source, { size: 1 })), { readsAhead: true });
});

describe("batch", () => {
  it("gives arrays of so many items, the last one of what is left", () =>
    tidy(async () => {
      expect(await toArray(batch(upTo(7), { size: 3 }))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
      expect(await toArray(batch(upTo(6), { size: 3 }))).toEqual([
        [0, 1, 2],
        [3, 4, 5],
      ]);
    }));

  it("gives what there is when the first item has waited for so long", () =>
    tidy(async () => {
      expect(await timed(batch(at(5, 8, 30, 31, 32, 50), { size: 3, age: 10 }))).toEqual([
        [15, [5, 8]],
        [32, [30, 31, 32]],
        [50, [50]],
      ]);
    }));

  it("never gives an empty one, however long nothing comes", () =>
    tidy(async () =>
      expect(await timed(batch(at(1000, 5000), { size: 9, age: 1 }))).toEqual([
        [1001, [1000]],
        [5000, [5000]],
      ]),
    ));

  it("goes on collecting for a loop that is late, until it comes or the batch is full", () =>
    tidy(async () => {
      expect(await timed(batch(at(0, 20, 30, 40, 50, 60), { size: 3, age: 5 }), 36)).toEqual([
        [5, [0]],
        [41, [20, 30, 40]],
        [77, [50, 60]],
      ]);
    }));

  it("counts the age from the arrival of the first item, also while the loop was busy", () =>
    tidy(async () => {
      expect(await timed(batch(at(0, 12, 30), { size: 9, age: 10 }), 5)).toEqual([
        [10, [0]],
        [22, [12]],
        [30, [30]],
      ]);
    }));

  it("holds no more than a batch for a busy loop", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 1 });
      let taken = 0;
      for await (const items of batch(source, { size: 4, age: 2.5 })) {
        taken += items.length;
        await sleep(50);
        expect(source.asked - taken).toBeLessThanOrEqual(4);
        if (taken > 20) break;
      }
    }));

  it("gives a batch that is not full before an error", () =>
    tidy(async () => {
      const seen: number[][] = [];
      const error = await errorOf(async () => {
        for await (const items of batch(watched(upTo(9), { failAt: 5 }), { size: 3 })) seen.push(items);
      });
      expect([seen, error.message]).toEqual([
        [
          [0, 1, 2],
          [3, 4],
        ],
        "item 5",
      ]);
    }));

  it("leaves no timer behind when it is left or cancelled while a batch ages", () =>
    tidy(async ({ clock }) => {
      await moveOnAfter(10, () => toArray(batch(watched(naturals(), { ms: 3 }), { size: 100, age: 1000 })));
      expect([now(), clock.pending]).toEqual([10, 0]);
      await toArray(batch(upTo(2), { size: 2, age: 1000 }));
      expect([now(), clock.pending]).toEqual([10, 0]);
    }));

  it("refuses what it cannot do, at the call", async () => {
    await expectRefused(
      () => batch([], {} as never),
      "Cannot make batches as size must be a whole number, 1 or more: received undefined",
    );
    await expectRefused(() => batch([], undefined as never), /size must be a whole number/);
    await expectRefused(() => batch([], { size: 0 }), /size must be a whole number, 1 or more: received 0/);
    await expectRefused(
      () => batch([], { size: 1, age: 0 }),
      /age must be a number of milliseconds above 0: received 0/,
    );
    await expectRefused(() => batch([], { size: 1, count: 1 } as never), /the options are size, age/);
    await expectRefused(() => batch(1 as never, { size: 1 }), /the source must be iterable/);
  });

  it("parts the items into batches by count and by age exactly, for any arrivals", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(12), { maxLength: 25 }),
        fc.integer({ min: 1, max: 5 }),
        // Never a whole number, as items come at whole moments: which of two things at one moment is first is not promised.
        fc.oneof(
          fc.nat(20).map((n) => n + 0.5),
          fc.constant(Infinity),
        ),
        (gaps, size, age) =>
          tidy(async () => {
            const moments: number[] = [];
            for (const gap of gaps) moments.push((moments.at(-1) ?? 0) + gap);
            const model: [number, number[]][] = [];
            let open: number[] = [];
            for (const [index, moment] of moments.entries()) {
              open.push(moment);
              const due = (open[0] as number) + age;
              const next = moments[index + 1] ?? moment;
              if (open.length === size || index === moments.length - 1) model.push([moment, open]);
              else if (next > due) model.push([due, open]);
              else continue;
              open = [];
            }
            expect(await timed(batch(at(...moments), { size, age }))).toEqual(model);
          }),
      ),
      runs(200),
    ));

  it("loses and repeats nothing, and gives neither empty nor too large ones, for any loop", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(6), { maxLength: 25 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 10 }),
        fc.nat(12),
        (gaps, size, age, wait) =>
          tidy(async () => {
            async function* source(): AsyncGenerator<number> {
              for (const [index, gap] of gaps.entries()) {
                if (gap > 0) await sleep(gap);
                yield index;
              }
            }
            const batches = (await timed(batch(source(), { size, age }), wait)).map(([, items]) => items);
            expect(batches.flat()).toEqual(upTo(gaps.length));
            for (const items of batches) expect(items.length >= 1 && items.length <= size).toBe(true);
          }),
      ),
      runs(100),
    ));
});
