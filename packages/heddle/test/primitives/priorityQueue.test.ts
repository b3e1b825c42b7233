import { inspect } from "node:util";
import fc from "fast-check";
import { createTask, PriorityQueue, Queue } from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { ChannelWalk } from "../../src/testing/conformance/channelWalk.js";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { channelSteps } from "../support/walks.js";

// What it shares with all queues is in ../testing/conformance/channelLikeCases.test.ts and in queue.test.ts.

interface Job {
  readonly name: string;
  readonly urgency: number;
}

function job(text: string): Job {
  return { name: text, urgency: Number(text.slice(1)) };
}

/** Takes everything that is there. */
function drain<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (!queue.isEmpty) items.push(queue.getNowait());
  return items;
}

describe("PriorityQueue", () => {
  it.each([
    ["numbers", [3, -1, 2, Infinity, 0], [-1, 0, 2, 3, Infinity]],
    ["bigints", [3n, -1n, 2n], [-1n, 2n, 3n]],
    ["strings", ["b", "a", "C"], ["C", "a", "b"]],
    ["moments", [new Date(2), new Date(1)], [new Date(1), new Date(2)]],
  ])("gives out %s, the smallest first", (_, items, sorted) => {
    const queue = new PriorityQueue<unknown>();
    for (const item of items) queue.putNowait(item);
    expect(drain(queue)).toEqual(sorted);
  });

  it("gives out those of equal priority in the order in which they were put", () => {
    const queue = new PriorityQueue<Job>(Infinity, { priority: ({ urgency }) => urgency });
    for (const each of ["a1", "b0", "c1", "d0", "e1"]) queue.putNowait(job(each));
    expect(drain(queue).map(({ name }) => name)).toEqual(["b0", "d0", "a1", "c1", "e1"]);
  });

  it("goes by a comparison where it is given one", () => {
    const queue = new PriorityQueue<Job>(10, { compare: (a, b) => b.urgency - a.urgency });
    for (const each of ["a1", "b0", "c1", "d5"]) queue.putNowait(job(each));
    expect(drain(queue).map(({ name }) => name)).toEqual(["d5", "a1", "c1", "b0"]);
  });

  it("hands an item to one who waits, whatever its priority", () =>
    virtualTime(async () => {
      const queue = new PriorityQueue<number>();
      const task = createTask(() => queue.get());
      await settle();
      queue.putNowait(9);
      queue.putNowait(1);
      expect(await task).toBe(9);
    }));

  it("is a queue", () => {
    expect(new PriorityQueue<number>()).toBeInstanceOf(Queue);
  });

  describe("refuses an item that has no place in the order", () => {
    it("before it waits for room, and leaves the queue as it is", () =>
      virtualTime(async () => {
        const queue = new PriorityQueue<unknown>(1);
        queue.putNowait(1);
        const hint = "(new PriorityQueue(10, { priority: (item) => item.urgency }))";
        const message = `Cannot put an item as its priority must be a number, bigint, string or Date ${hint}: received`;
        await expectRefused(() => queue.put(Number.NaN), `${message} NaN`);
        await expectRefused(() => queue.put({}), `${message} an object`);
        await expectRefused(() => queue.tryPut(undefined), `${message} undefined`);
        await expectRefused(() => queue.putNowait(new Date(Number.NaN)), `${message} an instance of Date`);
        expect(queue.stats()).toMatchObject({ size: 1, putting: 0, unfinished: 1 });
      }));

    it("also when somebody waits who would get it at once", () =>
      virtualTime(async () => {
        const queue = new PriorityQueue<unknown>();
        const task = createTask(() => queue.get());
        await settle();
        await expectRefused(() => queue.put({}), /its priority must be/);
        queue.putNowait(1);
        expect(await task).toBe(1);
      }));
  });

  describe("when the order throws", () => {
    it("gives the error to the one who puts", () =>
      virtualTime(async () => {
        const queue = new PriorityQueue<number>(5, {
          compare: () => {
            throw new Error("no order");
          },
        });
        queue.putNowait(1);
        expect((await errorOf(() => queue.put(2))).message).toBe("no order");
        expect(queue.stats()).toMatchObject({ size: 1, unfinished: 1 });
        expect(queue.getNowait()).toBe(1);
      }));

    it("gives it to the one who waited to put, not to the one who gets, and serves the next", () =>
      virtualTime(async () => {
        const queue = new PriorityQueue<number>(2, {
          compare: (a, b) => {
            if (a === 666 || b === 666) throw new Error("no order");
            return a - b;
          },
        });
        queue.putNowait(1);
        queue.putNowait(2);
        const bad = createTask(() => errorOf(() => queue.put(666)));
        const good = createTask(() => queue.put(0));
        await settle();
        expect(await queue.get()).toBe(1);
        expect((await bad).message).toBe("no order");
        await good;
        expect(drain(queue)).toEqual([0, 2]);
      }));
  });

  it("refuses a size that is none, options that it does not know, and two orders", async () => {
    await expectRefused(() => new PriorityQueue(0), /^Cannot make a queue as maxSize must be a whole number/);
    await expectRefused(() => new PriorityQueue(1, { order: 1 } as never), /the options are priority, compare/);
    await expectRefused(() => new PriorityQueue(1, { priority: 1 } as never), /as a function is needed: received 1$/);
    await expectRefused(
      () => new PriorityQueue<number>(1, { priority: (n) => n, compare: (a, b) => a - b }),
      "Cannot make a priority queue as one order is enough: received both priority and compare",
    );
    expect(errorAtOnce(() => new PriorityQueue<number>(1).getNowait()).name).toBe("QueueEmptyError");
  });

  it("says how it is in one line", () => {
    expect(inspect(new PriorityQueue(3))).toBe("PriorityQueue { open, size: 0 of 3, getting: 0, putting: 0 }");
  });

  it("does as a model does, whatever happens in whatever order", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 2, Infinity), channelSteps, (capacity, steps) =>
        virtualTime(async (clock) => {
          const queue = new PriorityQueue<number>(capacity);
          const channel = {
            send: (item: number) => queue.put(item),
            receive: () => queue.get(),
            trySend: (item: number) => queue.tryPut(item),
            tryReceive: () => queue.tryGet(),
          };
          await new ChannelWalk(channel, { capacity, first: "smallest" }).run(steps);
          expect(clock.pending).toBe(0);
        }),
      ),
      runs(60),
    ));
});
