import { AsyncLocalStorage } from "node:async_hooks";
import {
  allTasks,
  cancelScope,
  createTask,
  currentTask,
  gather,
  isCancelled,
  now,
  shield,
  sleep,
  TaskLocal,
  timeout,
} from "heddle";
import { currentScope } from "heddle/lowlevel";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, expectTypeOf, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

const after =
  <T>(ms: number, value: T) =>
  async (): Promise<T> => {
    await sleep(ms);
    return value;
  };

const failAfter = (ms: number, text: string) => async (): Promise<never> => {
  await sleep(ms);
  throw new Error(text);
};

describe("gather", () => {
  it("runs all at once and gives their results in the order of the arguments", () =>
    virtualTime(async () => {
      expect(await gather(after(30, "a"), after(10, "b"), after(20, "c"))).toEqual(["a", "b", "c"]);
      expect(now()).toBe(30);
    }));

  it("makes a task when its turn has come, however many wait for theirs", () =>
    virtualTime(async () => {
      const before = allTasks().length;
      let most = 0;
      const job = async (): Promise<string | undefined> => {
        most = Math.max(most, allTasks().length - before);
        await sleep(1);
        return currentTask()?.name;
      };
      const named = async function load(): Promise<string | undefined> {
        return job();
      };
      const names = await gather([() => job(), () => job(), named, () => job(), named], { limit: 2 });
      expect(most).toBe(2);
      expect(names).toEqual(["gather[0]", "gather[1]", "load", "gather[3]", "load"]);
    }));

  it("starts one that waited for its turn in the contexts of the call, not in those of the one that made room", () =>
    virtualTime(async () => {
      const storage = new AsyncLocalStorage<string>();
      const local = new TaskLocal("none");
      const job = async (): Promise<string> => {
        const seen = `${storage.getStore()} ${local.get()}`;
        storage.enterWith("changed");
        local.set("changed");
        await sleep(1);
        return seen;
      };
      await local.with("value", async () => {
        const seen = await storage.run("outer", () => gather([job, job, job, job], { limit: 1 }));
        expect(seen).toEqual(["outer value", "outer value", "outer value", "outer value"]);
      });
    }));

  it("knows the type of each result", () =>
    virtualTime(async () => {
      const results = await gather(() => 1, after(1, "b"), Promise.resolve(true), createTask(after(1, null)));
      expectTypeOf(results).toEqualTypeOf<[number, string, boolean, null]>();
      expect(results).toEqual([1, "b", true, null]);
      const settled = await gather([() => 1, after(1, "b")], { settle: true });
      expectTypeOf(settled).toEqualTypeOf<[PromiseSettledResult<number>, PromiseSettledResult<string>]>();
      const many = await gather(new Set([after(1, 1), after(2, 2)]));
      expectTypeOf(many).toEqualTypeOf<number[]>();
      expect(many).toEqual([1, 2]);
    }));

  it("takes functions, tasks, promises and other thenables, mixed", () =>
    virtualTime(async () => {
      const thenable = { then: (resolve: (value: string) => void) => resolve("thenable") } as PromiseLike<string>;
      const results = await gather(
        () => "function",
        createTask(after(5, "task")),
        Promise.resolve("promise"),
        thenable,
      );
      expect(results).toEqual(["function", "task", "promise", "thenable"]);
    }));

  it("takes an iterable and options", () =>
    virtualTime(async () => {
      function* jobs() {
        for (let i = 0; i < 3; i++) yield after(3 - i, i);
      }
      expect(await gather(jobs())).toEqual([0, 1, 2]);
      expect(await gather([])).toEqual([]);
      expect(await gather()).toEqual([]);
    }));

  it("runs a function that is there twice, twice", () =>
    virtualTime(async () => {
      let calls = 0;
      const job = (): number => ++calls;
      expect(await gather(job, job)).toEqual([1, 2]);
    }));

  it("has at most so many under way, started in their order", () =>
    virtualTime(async () => {
      const log = timeline();
      const job = (name: string, ms: number) => async (): Promise<string> => {
        log(name);
        await sleep(ms);
        return name;
      };
      const results = await gather([job("a", 10), job("b", 30), job("c", 10), job("d", 5)], { limit: 2 });
      expect(results).toEqual(["a", "b", "c", "d"]);
      expect(log.lines).toEqual(["0 a", "0 b", "10 c", "20 d"]);
    }));
});

describe("a failure", () => {
  it("cancels the other functions, waits for them, and is thrown as it is", () =>
    virtualTime(async () => {
      const log = timeline();
      const stopping = async (): Promise<void> => {
        try {
          await sleep(Infinity);
        } finally {
          await shield(() => sleep(20));
          log("stopped");
        }
      };
      const failure = new Error("x");
      const error = await errorOf(() => gather(stopping, () => sleep(10).then(() => Promise.reject(failure))));
      expect(error).toBe(failure);
      expect([...log.lines, now()]).toEqual(["30 stopped", 30]);
    }));

  it("leaves tasks and promises that were handed in alone", () =>
    virtualTime(async () => {
      const task = createTask(after(50, "task"));
      const promise = after(40, "promise")();
      await errorOf(() => gather(task, promise, failAfter(10, "x")));
      expect([now(), task.state]).toEqual([10, "running"]);
      expect([await task, await promise]).toEqual(["task", "promise"]);
    }));

  it("of a task that was handed in is thrown too", () =>
    virtualTime(async () => {
      const error = await errorOf(() => gather(createTask(failAfter(5, "x")), () => sleep(Infinity)));
      expect([error.message, now()]).toEqual(["x", 5]);
    }));

  it("of a promise does not go unhandled while the promise waits for its turn", () =>
    virtualTime(async () => {
      const rejected = Promise.reject(new Error("x"));
      const error = await errorOf(() => gather([() => sleep(10), rejected], { limit: 1 }));
      expect([error.message, now()]).toEqual(["x", 10]);
    }));

  it("of a promise that comes after another failure goes nowhere, as with Promise.all", () =>
    virtualTime(async () => {
      const late = failAfter(20, "late")();
      const error = await errorOf(() => gather(late, failAfter(10, "x")));
      expect(error.message).toBe("x");
      await sleep(20);
    }));

  it("is the first in time, not in the order of the arguments", () =>
    virtualTime(
      async () => {
        expect((await errorOf(() => gather(failAfter(20, "a"), failAfter(10, "b")))).message).toBe("b");
        expect((await errorOf(() => gather(failAfter(10, "a"), failAfter(10, "b")))).message).toBe("a");
      },
      { onError: () => {} },
    ));

  it("is a child that was cancelled alone: it has no value", () =>
    virtualTime(async () => {
      const selfStopping = async (): Promise<void> => {
        currentTask()?.cancel("by itself");
        await sleep(1);
      };
      const error = await errorOf(() => gather(selfStopping, () => sleep(Infinity)));
      expect(error).toMatchObject({ name: "CancelledError", reason: "by itself" });
      const task = createTask(() => sleep(Infinity));
      const work = errorOf(() => gather(task, () => sleep(Infinity)));
      await sleep(5);
      task.cancel("alone");
      expect(await work).toMatchObject({ name: "CancelledError", reason: "alone" });
    }));
});

describe("settle", () => {
  it("gives all outcomes and cancels nothing", () =>
    virtualTime(async () => {
      const failure = new Error("x");
      const results = await gather([after(20, "a"), () => Promise.reject(failure), after(30, "c")], { settle: true });
      expect(results).toEqual([
        { status: "fulfilled", value: "a" },
        { status: "rejected", reason: failure },
        { status: "fulfilled", value: "c" },
      ]);
      expect(now()).toBe(30);
    }));

  it("gives the cancellation of a task that was cancelled alone as an outcome", () =>
    virtualTime(async () => {
      const task = createTask(() => sleep(Infinity));
      await task.cancelAndWait("alone");
      const [result] = await gather([task], { settle: true });
      expect(result.status === "rejected" && isCancelled(result.reason)).toBe(true);
    }));

  it("does not make an outcome of the cancellation of the whole call", () =>
    virtualTime(async () => {
      const error = await errorOf(() => timeout(10, () => gather([() => sleep(Infinity)], { settle: true })));
      expect(error.name).toBe("TimeoutError");
    }));
});

describe("a cancelled gather()", () => {
  it("cancels the functions, waits for them, then throws, though they may have swallowed it", () =>
    virtualTime(async () => {
      let after = false;
      await cancelScope(
        async () => {
          await gather(
            () => sleep(Infinity).catch(() => shield(() => sleep(20))),
            () => sleep(Infinity).catch(() => "swallowed"),
          );
          after = true;
        },
        { timeout: 10 },
      );
      expect([after, now()]).toEqual([false, 30]);
    }));

  it("throws an error of a clean-up rather than the cancellation", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        cancelScope(() => gather(() => sleep(Infinity).finally(() => Promise.reject(new Error("clean-up")))), {
          timeout: 10,
        }),
      );
      expect(error.message).toBe("clean-up");
    }));

  it("stops waiting for tasks and promises that were handed in, which run on", () =>
    virtualTime(async () => {
      const task = createTask(after(50, "task"));
      await cancelScope(() => gather(task, after(60, "promise")()), { timeout: 10 });
      expect(now()).toBe(10);
      expect(await task).toBe("task");
    }));

  it("gives its results when they are all there before the cancellation comes", () =>
    virtualTime(async () => {
      const value = await cancelScope(async (scope) => {
        const work = gather(after(5, "a"));
        await sleep(5);
        await settle();
        scope.cancel();
        return work;
      });
      expect(value).toEqual(["a"]);
    }));

  it("has no holes in its results when a shield hides the cancellation before the last one has ended", () =>
    virtualTime(async () => {
      let results: unknown = "none";
      await cancelScope(async (outer) => {
        await cancelScope(async (middle) => {
          createTask(async () => {
            await sleep(5);
            outer.cancel();
            await sleep(5);
            middle.shield = true;
          });
          results = await gather(
            () => sleep(Infinity),
            () => shield(after(20, "value")),
          );
        });
      });
      expect(results).toBe("none");
    }));

  it("leaves nothing behind in its scope", () =>
    virtualTime(async (clock) => {
      await gather(after(1, 1), after(2, 2));
      await errorOf(() => gather(after(100, 1), failAfter(2, "x")));
      await cancelScope(() => gather(after(100, 1)), { timeout: 1 });
      expect([[...currentScope().children], [...currentScope().inside], clock.pending]).toEqual([[], [], 0]);
    }));
});

describe("what gather refuses", () => {
  it("refuses what is neither function, task nor promise, before anything has started", () =>
    virtualTime(async () => {
      let started = false;
      const start = (): void => {
        started = true;
      };
      await expectRefused(
        () => gather(start, 5 as unknown as () => void),
        "Cannot gather as item 2 must be a function, a task or a promise: received 5",
      );
      await expectRefused(() => gather([start, "x" as unknown as () => void]), /item 2 .* received "x" \(a string\)$/);
      await expectRefused(() => gather("abc" as unknown as () => void), /item 1 .* received "abc" \(a string\)$/);
      await settle();
      expect(started).toBe(false);
    }));

  it("refuses strange options, and more than options after an iterable", async () => {
    for (const limit of [0, 1.5, "2", Number.NaN]) {
      await expectRefused(
        () => gather([], { limit: limit as number }),
        /^Cannot gather as limit must be a whole number, 1 or more, or Infinity: received /,
      );
    }
    await expectRefused(
      () => gather([], { settle: 1 as unknown as false }),
      "Cannot gather as settle must be true or false: received 1",
    );
    await expectRefused(
      () => gather([], { settled: true } as object),
      /the options are limit, settle: received "settled"$/,
    );
    const loose = gather as unknown as (...args: unknown[]) => Promise<unknown>;
    await expectRefused(() => loose([], {}, {}), /an iterable is followed by its options only: received 3 arguments$/);
    await expectRefused(() => loose([], 5), "Cannot gather as the options must be an object: received 5");
    await expectRefused(() => loose([() => 1], () => 2), /the options must be an object: received a function$/);
  });
});
