import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StableHeap } from "../../src/ground/stableHeap.js";
import { errorAtOnce } from "../support/errorOf.js";
import { runs } from "../support/runs.js";

interface Item {
  readonly rank: number;
  readonly name: number;
}

const byRank = (a: Item, b: Item): number => a.rank - b.rank;

function drain<T>(heap: StableHeap<T>): T[] {
  const items: T[] = [];
  while (heap.size > 0) items.push(heap.shift() as T);
  return items;
}

describe("StableHeap", () => {
  it("gives out the smallest first, and of equal ones the oldest, whatever comes in between", () =>
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(5))), (acts) => {
        const heap = new StableHeap(byRank);
        const sorted: Item[] = [];
        for (const [name, rank] of acts.entries()) {
          if (rank === null) {
            expect(heap.shift()).toEqual(sorted.shift());
          } else {
            heap.push({ rank, name });
            sorted.push({ rank, name });
            // The sort of the platform is stable.
            sorted.sort(byRank);
          }
          expect(heap.size).toBe(sorted.length);
        }
        expect(drain(heap)).toEqual(sorted);
      }),
      runs(200),
    ));

  it("has nothing to give when it is empty or was cleared", () => {
    const heap = new StableHeap(byRank);
    expect(heap.shift()).toBe(undefined);
    heap.push({ rank: 1, name: 1 });
    heap.clear();
    expect([heap.size, heap.shift()]).toEqual([0, undefined]);
  });

  it("is as it was when the comparison throws in the middle of a change", () =>
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 2, maxLength: 30 }), fc.nat(8), (ranks, callsUntilItThrows) => {
        let left = Infinity;
        const heap = new StableHeap<Item>((a, b) => {
          if (left-- <= 0) throw new Error("no order");
          return byRank(a, b);
        });
        const items = ranks.map((rank, name) => ({ rank, name }));
        for (const item of items) heap.push(item);
        const expected = items.sort(byRank);
        for (const change of [() => heap.push({ rank: 0, name: -1 }), () => heap.shift()]) {
          left = callsUntilItThrows % 2;
          const size = heap.size;
          try {
            change();
            // Few enough comparisons were needed: undone by hand, so that the rest can be compared.
            if (heap.size < size) expected.shift();
            else expected.unshift({ rank: 0, name: -1 });
            expected.sort(byRank);
          } catch {
            expect(heap.size).toBe(size);
          }
        }
        left = Infinity;
        expect(
          drain(heap)
            .map(({ name }) => name)
            .sort(),
        ).toEqual(expected.map(({ name }) => name).sort());
      }),
      runs(200),
    ));

  it("passes on what the comparison throws", () => {
    const heap = new StableHeap<number>(() => {
      throw new Error("no order");
    });
    heap.push(1);
    expect(errorAtOnce(() => heap.push(2)).message).toBe("no order");
    expect(heap.size).toBe(1);
    expect(heap.shift()).toBe(1);
  });
});
