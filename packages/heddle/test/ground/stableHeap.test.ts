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
      fc.property(
        fc.array(fc.nat(20), { minLength: 2, maxLength: 30 }),
        fc.nat(8),
        fc.constantFrom("push", "shift"),
        (ranks, callsUntilItThrows, change) => {
          let left = Infinity;
          const heap = new StableHeap<Item>((a, b) => {
            if (left-- <= 0) throw new Error("no order");
            return byRank(a, b);
          });
          const expected = ranks.map((rank, name) => ({ rank, name }));
          for (const item of expected) heap.push(item);
          expected.sort(byRank);
          left = callsUntilItThrows;
          try {
            if (change === "shift") expect(heap.shift()).toBe(expected[0]);
            else heap.push({ rank: 7, name: -1 });
            if (change === "shift") expected.shift();
            else expected.push({ rank: 7, name: -1 });
          } catch (error) {
            expect((error as Error).message).toBe("no order");
          }
          left = Infinity;
          expect(drain(heap)).toEqual(expected.sort(byRank));
        },
      ),
      runs(300),
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
