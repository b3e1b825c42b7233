import * as fc from "fast-check";
import { cancelScope, createTask, isCancelled, moveOnAfter, now, sleep, type Task, wait } from "heddle";
import { leakCheck, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { after, failAfter, tidy } from "../support/tidy.js";

/** Tasks that a test leaves running are stopped, so that what survives is the test's fault. */
async function stop(...tasks: Task<unknown>[]): Promise<void> {
  for (const task of tasks) await task.cancelAndWait().catch(() => {});
}

describe('returnWhen "all"', () => {
  it("returns when all have ended, failed and cancelled ones too", () =>
    tidy(async () => {
      const a = createTask(after(10, "a"));
      const b = createTask(failAfter(20, "b"));
      const c = createTask(() => sleep(Infinity));
      c.cancel();
      const { done, pending } = await wait([a, b, c]);
      expect([[...done], pending.size, now()]).toEqual([[a, b, c], 0, 20]);
      expect([a.result, b.error, c.state]).toEqual(["a", new Error("b"), "cancelled"]);
    }));

  it("returns at once when all have ended before", () =>
    tidy(async () => {
      const task = createTask(after(10, "a"));
      await wait([task]);
      await wait([task]);
      expect(now()).toBe(10);
    }));

  it("takes each task once, however often it is there", () =>
    tidy(async () => {
      const task = createTask(after(10, "a"));
      const { done } = await wait([task, task]);
      expect([...done]).toEqual([task]);
    }));
});

describe('returnWhen "first"', () => {
  it("returns when one has ended, with those of the same moment", () =>
    tidy(async () => {
      const a = createTask(after(10, "a"));
      const b = createTask(after(10, "b"));
      const c = createTask(after(20, "c"));
      const { done, pending } = await wait([a, b, c], { returnWhen: "first" });
      expect([[...done], [...pending], now()]).toEqual([[a, b], [c], 10]);
      await c;
    }));

  it("returns for a failure as for a success", () =>
    tidy(async () => {
      const a = createTask(failAfter(10, "a"));
      const b = createTask(after(20, "b"));
      const { done } = await wait(new Set([a, b]), { returnWhen: "first" });
      expect([...done]).toEqual([a]);
      await b;
    }));
});

describe('returnWhen "firstError"', () => {
  it("returns when one has failed", () =>
    tidy(async () => {
      const a = createTask(after(10, "a"));
      const b = createTask(failAfter(20, "b"));
      const c = createTask(after(30, "c"));
      const { done, pending } = await wait([a, b, c], { returnWhen: "firstError" });
      expect([[...done], [...pending], now()]).toEqual([[a, b], [c], 20]);
      await c;
    }));

  it("returns at once when one had failed before", () =>
    tidy(async () => {
      const failed = createTask(failAfter(0, "failed"));
      const running = createTask(after(10, "running"));
      await wait([failed]);
      expect((await wait([failed, running], { returnWhen: "firstError" })).pending).toEqual(new Set([running]));
      await running;
    }));

  it("does not take a cancellation for a failure", () =>
    tidy(async () => {
      const cancelled = createTask(() => sleep(Infinity));
      const b = createTask(after(30, "b"));
      cancelled.cancel();
      const { done } = await wait([cancelled, b], { returnWhen: "firstError" });
      expect([[...done], now()]).toEqual([[cancelled, b], 30]);
    }));

  it("returns when all have ended without a failure", () =>
    tidy(async () => {
      const tasks = [createTask(after(10, "a")), createTask(after(20, "b"))];
      const { done } = await wait(tasks, { returnWhen: "firstError" });
      expect([done.size, now()]).toEqual([2, 20]);
    }));
});

describe("timeout", () => {
  it("returns when the time is over, and cancels nothing", () =>
    tidy(async () => {
      const a = createTask(after(10, "a"));
      const b = createTask(after(40, "b"));
      const { done, pending } = await wait([a, b], { timeout: 25 });
      expect([[...done], [...pending], now(), b.state]).toEqual([[a], [b], 25, "running"]);
      expect(await b).toBe("b");
    }));

  it("of zero looks and does not wait", () =>
    tidy(async () => {
      const ended = createTask(() => "ended");
      const running = createTask(after(10, "running"));
      await settle();
      const settled = Promise.resolve("settled");
      const { done, pending } = await wait([ended, running, settled], { timeout: 0 });
      expect([[...done], [...pending], now()]).toEqual([[ended, settled], [running], 0]);
      await running;
    }));

  it("that ends in the same moment as a task finds it done, if the task is first", () =>
    tidy(async () => {
      const task = createTask(after(10, "a"));
      await settle();
      const { done } = await wait([task], { timeout: 10 });
      expect(done.size).toBe(1);
    }));

  it("leaves no timer behind when it was not needed", () =>
    tidy(async ({ clock }) => {
      await wait([createTask(after(10, "a"))], { timeout: 1000 });
      expect([now(), clock.pending]).toEqual([10, 0]);
    }));
});

describe("what it waits for", () => {
  it("may be promises, whose failures do not make it throw", () =>
    tidy(async () => {
      const works = after(10, "works")();
      const fails = failAfter(20, "fails")();
      const { done } = await wait([works, fails]);
      expect([...done]).toEqual([works, fails]);
    }));

  it("knows a promise that was rejected with a cancellation from a failed one", () =>
    tidy(async () => {
      const cancelled = createTask(() => sleep(Infinity));
      cancelled.cancel();
      const promise = cancelled.then(() => {});
      const { done } = await wait([promise, after(20, "b")()], { returnWhen: "firstError" });
      expect([done.size, now()]).toEqual([2, 20]);
    }));

  it("counts as awaited: a failure of a task reaches nobody else", () =>
    tidy(async ({ reported }) => {
      await wait([createTask(failAfter(10, "heard"))]);
      await wait([createTask(() => Promise.reject(new Error("heard at once")))]);
      expect(reported).toEqual([]);
    }));

  it("does not count as awaited any more when the wait is over", () =>
    tidy(async ({ reported }) => {
      const task = createTask(failAfter(20, "unheard"));
      await wait([task], { timeout: 10 });
      await sleep(20);
      expect(reported.splice(0)).toEqual([new Error("unheard")]);
    }));
});

describe("a cancellation", () => {
  it("ends the wait and touches nothing else", () =>
    tidy(async () => {
      const task = createTask(after(50, "a"));
      const waiting = createTask(() => wait([task]));
      await sleep(10);
      await waiting.cancelAndWait();
      expect([waiting.state, task.state, now()]).toEqual(["cancelled", "running", 10]);
      await task;
    }));

  it("is met before the wait, also when all have ended", () =>
    tidy(async () => {
      const task = createTask(() => "ended");
      await task;
      await cancelScope(async (scope) => {
        scope.cancel();
        expect(isCancelled(await errorOf(() => wait([task])))).toBe(true);
      });
    }));
});

describe("wrong use", () => {
  it("is refused when there is nothing to wait for", () =>
    expectRefused(() => wait([]), "Cannot wait as there is nothing to wait for: received none"));

  it("is refused for functions, with the call that was meant", () =>
    expectRefused(
      () => wait([function load() {} as never]),
      "Cannot wait as tasks or promises are needed, which run already: received the function load; " +
        "start it first: wait([createTask(() => work())])",
    ));

  it("is refused for a task that is not in a list", () =>
    virtualTime(async () => {
      const task = createTask(() => 1);
      await expectRefused(() => wait(task as never), /an array or another iterable is needed.*write wait\(\[task\]\)/);
    }));

  it("is refused for options that do not exist", async () => {
    const promise = Promise.resolve(1);
    await expectRefused(
      () => wait([promise], { returnWhen: "FIRST_COMPLETED" as never }),
      'Cannot wait as returnWhen must be "all", "first" or "firstError": received "FIRST_COMPLETED" (a string)',
    );
    await expectRefused(() => wait([promise], { timeout: NaN }), /the timeout must be a number of milliseconds/);
    await expectRefused(() => wait([promise], { mode: "all" } as never), /the options are returnWhen, timeout/);
  });
});

it("parts its things into done and pending as their ends say, for any of them", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ ms: fc.integer({ min: 1, max: 20 }), fails: fc.boolean() }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom("all" as const, "first" as const, "firstError" as const),
      fc.oneof(
        fc.integer({ min: 0, max: 22 }).map((n) => n + 0.5),
        fc.constant(Infinity),
      ),
      (things, returnWhen, timeout) =>
        virtualTime(
          (clock) =>
            leakCheck(async () => {
              const tasks = things.map(({ ms, fails }) =>
                createTask(fails ? failAfter(ms, "fails") : after(ms, "works")),
              );
              const { done, pending } = await wait(tasks, { returnWhen, timeout });
              const ends = things.map(({ ms }) => ms);
              const errors = things.filter(({ fails }) => fails).map(({ ms }) => ms);
              const enough = {
                all: Math.max(...ends),
                first: Math.min(...ends),
                firstError: Math.min(Math.max(...ends), ...errors),
              };
              const end = Math.min(enough[returnWhen], timeout);
              expect(now()).toBe(end);
              expect([...done]).toEqual(tasks.filter((_, index) => (ends[index] as number) <= end));
              expect([...pending]).toEqual(tasks.filter((_, index) => (ends[index] as number) > end));
              await stop(...tasks);
              expect(clock.pending).toBe(0);
            }),
          { onError: () => {} },
        ),
    ),
    runs(150),
  ));

it("does not hold on to a task whose end it has not waited for", () =>
  tidy(async () => {
    const task = createTask(() => sleep(Infinity));
    for (let i = 0; i < 100; i++) await moveOnAfter(1, () => wait([task]));
    await stop(task);
    expect(now()).toBe(100);
  }));

it("leaves nothing on a promise that never settles, however often it is waited for", () =>
  tidy(async () => {
    let asked = 0;
    const never: PromiseLike<never> = {
      then() {
        asked++;
        return new Promise(() => {});
      },
    };
    for (let i = 0; i < 100; i++) await wait([never], { timeout: 1 });
    for (let i = 0; i < 100; i++) await moveOnAfter(1, () => wait([never]));
    expect([asked, now()]).toEqual([1, 200]);
  }));
