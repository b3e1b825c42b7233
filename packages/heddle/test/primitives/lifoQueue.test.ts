import { inspect } from "node:util";
import fc from "fast-check";
import { LifoQueue, Queue } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { ChannelWalk } from "../../src/testing/conformance/channelWalk.js";
import { errorAtOnce, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { channelSteps } from "../support/walks.js";

// What it shares with all queues is in ../testing/conformance/channelLikeCases.test.ts and in queue.test.ts.

describe("LifoQueue", () => {
  it("gives out the newest item first", () =>
    virtualTime(async () => {
      const queue = new LifoQueue<string>();
      for (const item of ["a", "b", "c"]) queue.putNowait(item);
      expect(await queue.get()).toBe("c");
      queue.putNowait("d");
      expect([queue.getNowait(), queue.getNowait(), queue.getNowait()]).toEqual(["d", "b", "a"]);
    }));

  it("is a queue: it is iterated until it was shut down, and counts what is unfinished", () =>
    virtualTime(async () => {
      const queue = new LifoQueue<number>(2);
      expect(queue).toBeInstanceOf(Queue);
      queue.putNowait(1);
      queue.putNowait(2);
      expect(errorAtOnce(() => queue.putNowait(3)).name).toBe("QueueFullError");
      queue.shutdown();
      const items: number[] = [];
      for await (const item of queue) {
        items.push(item);
        queue.taskDone();
      }
      await queue.join();
      expect(items).toEqual([2, 1]);
    }));

  it("drops what it holds when it is shut down at once", () => {
    const queue = new LifoQueue<number>();
    queue.putNowait(1);
    queue.shutdown({ immediate: true });
    expect(queue.stats()).toEqual({
      size: 0,
      maxSize: Infinity,
      getting: 0,
      putting: 0,
      unfinished: 0,
      state: "shut down",
    });
  });

  it("refuses a size that is no whole number above 0", () =>
    expectRefused(
      () => new LifoQueue(0),
      "Cannot make a queue as maxSize must be a whole number, 1 or more, or Infinity: received 0",
    ));

  it("says how it is in one line", () => {
    expect(inspect(new LifoQueue(3))).toBe("LifoQueue { open, size: 0 of 3, getting: 0, putting: 0 }");
  });

  it("does as a model does, whatever happens in whatever order", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 2, Infinity), channelSteps, (capacity, steps) =>
        virtualTime(async (clock) => {
          const queue = new LifoQueue<number>(capacity);
          const channel = {
            send: (item: number) => queue.put(item),
            receive: () => queue.get(),
            trySend: (item: number) => queue.tryPut(item),
            tryReceive: () => queue.tryGet(),
          };
          await new ChannelWalk(channel, { capacity, first: "newest" }).run(steps);
          expect(clock.pending).toBe(0);
        }),
      ),
      runs(60),
    ));
});
