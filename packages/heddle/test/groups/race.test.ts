import * as fc from "fast-check";
import {
  cancelScope,
  createTask,
  type Gatherable,
  isCancelled,
  moveOnAfter,
  now,
  race,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
} from "heddle";
import { describe, expect, expectTypeOf, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { after, cleanUpFor, failAfter, tidy } from "../support/tidy.js";
import { timeline } from "../support/timeline.js";

describe("the winner", () => {
  it("is the first that settles, and its result is returned", () =>
    tidy(async () => {
      expect(await race(after(20, "slow"), after(10, "fast"))).toBe("fast");
      expect(now()).toBe(10);
    }));

  it("may be an error, which is thrown as it is", () =>
    tidy(async () => {
      const error = await errorOf(() => race(after(20, "slow"), failAfter(10, "fast")));
      expect([error.message, now()]).toEqual(["fast", 10]);
    }));

  it("is the first argument when several settle at the same moment", () =>
    tidy(async () => {
      expect(await race(after(10, "a"), after(10, "b"))).toBe("a");
      expect(await race([() => "a", () => "b"])).toBe("a");
    }));

  it("may be a task or a promise that was handed in", () =>
    tidy(async () => {
      expect(await race(createTask(after(10, "task")), after(20, "function"))).toBe("task");
      expect(await race(Promise.resolve("promise"), after(20, "function"))).toBe("promise");
    }));

  it("throws the CancelledError of a task that was cancelled by somebody else", () =>
    tidy(async () => {
      const task = createTask(() => sleep(Infinity));
      const racing = race(task, after(20, "function"));
      task.cancel("not wanted");
      const error = await errorOf(() => racing);
      expect([error.name, error.reason, now()]).toEqual(["CancelledError", "not wanted", 0]);
    }));

  it("has its type", () =>
    tidy(async () => {
      const fromArguments = await race(after(1, "text"), () => 5);
      expectTypeOf(fromArguments).toEqualTypeOf<string | number>();
      const fromIterable = await race(new Set([after(1, "text")]));
      expectTypeOf(fromIterable).toEqualTypeOf<string>();
      const things: Gatherable<number>[] = [() => 1, Promise.resolve(2)];
      expectTypeOf(await race(things)).toEqualTypeOf<number>();
    }));
});

describe("the losers", () => {
  it("are cancelled and have ended when it returns", () =>
    tidy(async () => {
      const happened = timeline();
      await race(after(10, "fast"), async () => {
        try {
          await sleep(Infinity);
        } finally {
          await shield(() => sleep(5));
          happened("loser ended");
        }
      });
      happened("returned");
      expect(happened.lines).toEqual(["15 loser ended", "15 returned"]);
    }));

  it("report the errors of their clean-up, of which nobody else would hear", () =>
    tidy(async ({ reported }) => {
      expect(await race(after(10, "fast"), cleanUpFor(5, "broken clean-up"))).toBe("fast");
      expect(reported.splice(0)).toEqual([new Error("broken clean-up")]);
    }));

  it("report the error with which they settle at the same moment as the winner", () =>
    tidy(async ({ reported }) => {
      await errorOf(() => race(failAfter(10, "first"), failAfter(10, "second")));
      expect(reported.splice(0)).toEqual([new Error("second")]);
    }));

  it("run on when they were handed in as tasks", () =>
    tidy(async () => {
      const task = createTask(after(50, "later"));
      expect(await race(after(10, "fast"), task)).toBe("fast");
      expect([task.state, await task, now()]).toEqual(["running", "later", 50]);
    }));

  it("hand results that came too late to `discard`", () =>
    tidy(async ({ reported }) => {
      const late: string[] = [];
      const discard = (value: string): void => {
        late.push(value);
        throw new Error("Cannot discard");
      };
      expect(await race([after(10, "a"), after(10, "b"), after(20, "c")], { discard })).toBe("a");
      expect(late).toEqual(["b"]);
      expect(reported.splice(0)).toEqual([new Error("Cannot discard")]);
    }));
});

describe("a cancellation from outside", () => {
  it("reaches all, is waited for, and travels on", () =>
    tidy(async () => {
      const task = createTask(() => race(cleanUpFor(5), cleanUpFor(7)));
      await sleep(10);
      await task.cancelAndWait();
      expect([task.state, now()]).toEqual(["cancelled", 17]);
    }));

  it("comes too late for a winner that was there before", () =>
    tidy(async () => {
      let result: unknown;
      await moveOnAfter(12, async () => {
        result = await race(after(10, "fast"), cleanUpFor(5));
      });
      expect([result, now()]).toEqual(["fast", 15]);
    }));

  it("does not keep back an error of the clean-up", () =>
    tidy(async () => {
      const error = await errorOf(() => timeout(10, () => race(cleanUpFor(0, "broken clean-up"))));
      expect(error.message).toBe("broken clean-up");
    }));

  it("is met even when all had been cancelled before they began", () =>
    tidy(async () => {
      const caught = await cancelScope(async (scope) => {
        scope.cancel();
        const error = await errorOf(() => race(after(10, "a"), after(20, "b")));
        expect(isCancelled(error)).toBe(true);
        throw error;
      });
      expect(caught).toBeUndefined();
    }));

  it("by a failing sibling ends it inside of a group", () =>
    tidy(async () => {
      let racing: Task<unknown> | undefined;
      const error = await errorOf(() =>
        taskGroup((group) => {
          racing = group.createTask(() => race(() => sleep(Infinity), cleanUpFor(3)));
          group.createTask(failAfter(5, "sibling"));
        }),
      );
      expect([error.errors, racing?.state, now()]).toEqual([[new Error("sibling")], "cancelled", 8]);
    }));
});

describe("wrong use", () => {
  it("is refused when nobody is there to win", async () => {
    await expectRefused(() => race(), "Cannot race as somebody has to win: received nothing to race");
    await expectRefused(() => race([]), /somebody has to win/);
  });

  it("is refused for things that cannot settle", async () => {
    const three = 3 as unknown as PromiseLike<number>;
    await expectRefused(
      () => race(() => 1, three),
      "Cannot race as item 2 must be a function, a task or a promise: received 3",
    );
    await expectRefused(
      () => race([() => 1], { limit: 2 } as never),
      'Cannot race as the options are discard: received "limit"',
    );
    await expectRefused(() => race([() => 1], { discard: 5 } as never), /a function is needed: received 5/);
    await expectRefused(() => (race as (...args: unknown[]) => unknown)([() => 1], {}, 1), /received 3 arguments/);
  });
});

it("returns what settles first, at its moment, and leaves nothing behind, whatever takes part", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ ms: fc.nat(20), fails: fc.boolean(), cleanUp: fc.nat(5) }), { minLength: 1, maxLength: 8 }),
      (entrants) =>
        tidy(async ({ reported }) => {
          let running = 0;
          const things = entrants.map(({ ms, fails, cleanUp }, index) => async () => {
            running++;
            try {
              await sleep(ms + 1);
            } finally {
              await shield(() => sleep(cleanUp));
              running--;
            }
            if (fails) throw index;
            return index;
          });
          const got = await race(things).catch((error: unknown) => error);
          const ends = entrants.map(({ ms, cleanUp }) => ms + 1 + cleanUp);
          const first = ends.indexOf(Math.min(...ends));
          expect([ends[got as number], running]).toEqual([ends[first], 0]);
          // Those that fail at the very same moment as the winner.
          reported.length = 0;
        }),
    ),
    runs(100),
  ));
