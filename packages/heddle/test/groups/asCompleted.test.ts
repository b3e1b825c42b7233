import * as fc from "fast-check";
import type { CancelledError, Completion } from "heddle";
import { asCompleted, cancelScope, createTask, isCancelled, moveOnAfter, now, shield, sleep, timeout } from "heddle";
import { settle } from "heddle/testing";
import { describe, expect, expectTypeOf, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { after, cleanUpFor, failAfter, tidy } from "../support/tidy.js";
import { timeline } from "../support/timeline.js";

describe("what comes out", () => {
  it("is how each thing ended and which it was, in the order in which they end", () =>
    tidy(async () => {
      const seen: unknown[] = [];
      for await (const each of asCompleted([after(30, "c"), failAfter(10, "a"), after(20, "b")])) {
        seen.push([now(), each]);
      }
      expect(seen).toEqual([
        [10, { index: 1, status: "rejected", reason: new Error("a") }],
        [20, { index: 2, status: "fulfilled", value: "b" }],
        [30, { index: 0, status: "fulfilled", value: "c" }],
      ]);
    }));

  it("is in the order of the things for those that end at the same moment", () =>
    tidy(async () => {
      const seen: number[] = [];
      for await (const { index } of asCompleted([after(10, 0), after(10, 1), () => 2, () => 3])) seen.push(index);
      expect(seen).toEqual([2, 3, 0, 1]);
    }));

  it("may be the end of a task or a promise that was handed in", () =>
    tidy(async () => {
      const seen: unknown[] = [];
      const cancelled = createTask(() => sleep(Infinity));
      cancelled.cancel("not wanted");
      for await (const each of asCompleted<unknown>([
        createTask(after(10, "task")),
        Promise.resolve("promise"),
        cancelled,
      ])) {
        seen.push(each.status === "fulfilled" ? each.value : (each.reason as CancelledError).reason);
      }
      expect(seen).toEqual(["promise", "not wanted", "task"]);
    }));

  it("has its type", () =>
    tidy(async () => {
      for await (const each of asCompleted([Promise.resolve("value"), after(1, "text")])) {
        expectTypeOf(each).toEqualTypeOf<Completion<string>>();
      }
    }));

  it("is nothing for nothing", () =>
    tidy(async () => {
      for await (const _ of asCompleted([])) expect.unreachable();
    }));
});

describe("the loop", () => {
  it("starts the functions when it starts, not before", () =>
    tidy(async () => {
      let started = false;
      const iterator = asCompleted([
        () => {
          started = true;
        },
      ]);
      await settle();
      expect(started).toBe(false);
      await iterator.next();
      expect(started).toBe(true);
      await iterator.return?.();
    }));

  it("cancels what it has started when it is left, and waits for it", () =>
    tidy(async () => {
      const happened = timeline();
      const slow = async (): Promise<void> => {
        try {
          await sleep(Infinity);
        } finally {
          await shield(() => sleep(5));
          happened("slow ended");
        }
      };
      for await (const _ of asCompleted([slow, after(10, undefined)])) break;
      happened("left");
      expect(happened.lines).toEqual(["15 slow ended", "15 left"]);
    }));

  it("lets tasks that were handed in run on when it is left", () =>
    tidy(async () => {
      const task = createTask(after(50, "later"));
      for await (const _ of asCompleted<unknown>([task, after(10, "first")])) break;
      expect([task.state, await task]).toEqual(["running", "later"]);
    }));

  it("reports the errors of tasks that it did not get to see", () =>
    tidy(async ({ reported }) => {
      const things = [after(10, "a"), failAfter(12, "ready"), cleanUpFor(3, "broken clean-up")];
      for await (const _ of asCompleted<unknown>(things)) {
        await sleep(5);
        break;
      }
      expect(reported.splice(0)).toEqual([new Error("ready"), new Error("broken clean-up")]);
    }));

  it("does not report the failure of a task that was handed in, as its owner hears of it", () =>
    tidy(async ({ reported }) => {
      const task = createTask(failAfter(12, "owned"));
      for await (const _ of asCompleted<unknown>([after(10, "a"), task])) {
        await sleep(5);
        break;
      }
      expect(reported).toEqual([]);
    }));

  it("has no more than `limit` under way at a time", () =>
    tidy(async () => {
      let running = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        most = Math.max(most, ++running);
        await sleep(10);
        running--;
      };
      for await (const _ of asCompleted(Array(7).fill(work), { limit: 3 }));
      expect([most, now()]).toEqual([3, 30]);
    }));

  it("may be left by an error, when it does not want to go on after a failure", () =>
    tidy(async () => {
      const error = await errorOf(async () => {
        for await (const each of asCompleted([failAfter(10, "a"), cleanUpFor(5)])) {
          if (each.status === "rejected") throw each.reason;
        }
      });
      expect([error.message, now()]).toEqual(["a", 15]);
    }));
});

describe("a cancellation", () => {
  it("stops what was started, waits for it, and travels on", () =>
    tidy(async () => {
      const error = await errorOf(() =>
        timeout(10, async () => {
          for await (const _ of asCompleted([cleanUpFor(5), cleanUpFor(7)]));
        }),
      );
      expect([error.name, now()]).toEqual(["TimeoutError", 17]);
    }));

  it("in the body of the loop does the same", () =>
    tidy(async () => {
      await moveOnAfter(20, async () => {
        for await (const _ of asCompleted<unknown>([after(10, "a"), cleanUpFor(5)])) await sleep(Infinity);
      });
      expect(now()).toBe(25);
    }));

  it("is met by a loop that finds everything ready", () =>
    tidy(async () => {
      await cancelScope(async (scope) => {
        let rounds = 0;
        const error = await errorOf(async () => {
          for await (const _ of asCompleted([() => 1, () => 2])) {
            rounds++;
            scope.cancel();
          }
        });
        expect([rounds, isCancelled(error)]).toEqual([1, true]);
      });
    }));
});

it("refuses what it cannot iterate over, at the call", async () => {
  await expectRefused(
    () => asCompleted(createTask as never),
    "Cannot iterate as completed as an array or another iterable is needed: received the function createTask; " +
      "write asCompleted([() => work(), task])",
  );
  await expectRefused(() => asCompleted([5 as never]), /item 1 must be a function, a task or a promise: received 5/);
  await expectRefused(() => asCompleted([], { limit: 0 }), /limit must be a whole number, 1 or more, or Infinity/);
  await expectRefused(() => asCompleted([], { timeout: 1 } as never), /the options are limit/);
});

it("gives each thing once, at its moment, and leaves nothing behind, wherever the loop is left", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 10 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(12),
      (delays, limit, leaveAfter) =>
        tidy(async () => {
          let running = 0;
          const ends: number[] = [];
          const things = delays.map((ms) => async () => {
            running++;
            try {
              await sleep(ms);
              ends.push(now());
            } finally {
              running--;
            }
          });
          const seen: number[] = [];
          for await (const _ of asCompleted(things, { limit })) {
            seen.push(now());
            if (seen.length === leaveAfter) break;
          }
          expect(running).toBe(0);
          expect(seen).toEqual(ends.slice(0, leaveAfter || undefined));
          if (leaveAfter === 0 || leaveAfter > delays.length) expect(seen.length).toBe(delays.length);
        }),
    ),
    runs(100),
  ));
