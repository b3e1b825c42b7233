import { inspect } from "node:util";
import fc from "fast-check";
import { CancelledError, cancelScope, createTask, Future, gather, isCancelled, sleep } from "heddle";
import { assertCheckpoints, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { Calls } from "../support/calls.js";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";

/** What reaches the run's `onError` while `test` runs. */
async function reportedBy(test: () => unknown): Promise<unknown[]> {
  const reported: unknown[] = [];
  await virtualTime(test, { onError: (error) => reported.push(error) });
  return reported;
}

describe("Future", () => {
  it("gives its result to all who wait, in the order in which they came, and to those who come later", () =>
    virtualTime(async () => {
      const future = new Future<number>();
      const order: string[] = [];
      const waiting = ["a", "b"].map((name) =>
        createTask(async () => {
          order.push(`${name} ${await future}`);
        }),
      );
      await settle();
      expect([future.state, future.done]).toEqual(["pending", false]);
      future.setResult(7);
      await gather(waiting);
      expect(order).toEqual(["a 7", "b 7"]);
      expect([await future, future.result, future.state, future.done]).toEqual([7, 7, "succeeded", true]);
    }));

  it("throws its error to all who wait and to those who come later", () =>
    virtualTime(async () => {
      const future = new Future<number>();
      const error = new Error("no");
      const calls = new Calls();
      for (let i = 0; i < 2; i++) calls.start(() => future);
      future.setError(error);
      await settle();
      expect(calls.ends).toEqual(["Error", "Error"]);
      expect(await errorOf(() => future)).toBe(error);
      expect([future.state, future.error]).toEqual(["failed", error]);
    }));

  it("can be cancelled, which is an error for those who wait and cancels nothing else", () =>
    virtualTime(async () => {
      const future = new Future<number>();
      const seen = createTask(async () => {
        const error = await errorOf(() => cancelScope(() => future));
        await sleep(1);
        return error;
      });
      await settle();
      expect(future.cancel("not needed")).toBe(true);
      const error = await seen;
      expect(isCancelled(error)).toBe(true);
      expect(error.reason).toBe("not needed");
      expect(seen.state).toBe("succeeded");
      expect([future.state, future.error]).toEqual(["cancelled", error]);
      expect(future.cancel()).toBe(false);
    }));

  it("is left as it is when one who waits is cancelled", () =>
    virtualTime(async () => {
      const future = new Future<number>();
      const calls = new Calls();
      for (let i = 0; i < 2; i++) calls.start(() => future);
      await settle();
      calls.cancel(0);
      expect(future.stats()).toEqual({ state: "pending", waiting: 1 });
      future.setResult(1);
      await settle();
      expect(calls.ends).toEqual(["cancelled", "1"]);
    }));

  it("gives one who was cancelled afterwards the result that had come before", () =>
    virtualTime(async () => {
      const future = new Future<number>();
      const calls = new Calls();
      calls.start(() => future);
      await settle();
      future.setResult(1);
      calls.cancel(0);
      await settle();
      expect(calls.ends).toEqual(["1"]);
    }));

  it("throws in a cancelled scope, also when it is done", () =>
    virtualTime(async () => {
      const future = new Future<number>();
      future.setResult(1);
      await assertCheckpoints(() => future);
    }));

  it("is set once: whoever comes second gets an error", () => {
    const future = new Future<number>();
    future.setResult(1);
    expect(errorAtOnce(() => future.setResult(2))).toMatchObject({
      name: "InvalidStateError",
      message: "Cannot set a future as it is succeeded already: received 2",
    });
    expect(errorAtOnce(() => future.setError("x")).message).toMatch(/it is succeeded already: received "x"/);
    expect(future.result).toBe(1);
    const cancelled = new Future<number>();
    cancelled.cancel();
    expect(errorAtOnce(() => cancelled.setResult(2)).message).toMatch(/it is cancelled already/);
  });

  it("has no result before it is there", () => {
    const future = new Future<number>();
    expect(errorAtOnce(() => future.result)).toMatchObject({
      name: "InvalidStateError",
      message: "Cannot read the result of a future as it is pending",
    });
    expect(future.error).toBe(undefined);
  });

  it("works outside of a run, and where the platform expects a promise", async () => {
    const future = new Future<number>();
    queueMicrotask(() => future.setResult(3));
    expect(await Promise.all([future, future])).toEqual([3, 3]);
  });

  describe("reports an error", () => {
    it("that nobody waits for, once and with no delay", async () => {
      const error = new Error("x");
      const reported = await reportedBy(async () => {
        new Future().setError(error);
        await sleep(1);
      });
      expect(reported).toEqual([error]);
    });

    it("also when it is set as the last thing in a run", async () => {
      expect(await reportedBy(() => new Future().setError(1))).toEqual([1]);
    });

    it("but not one that somebody waits for, or comes for at that moment", async () => {
      const reported = await reportedBy(async () => {
        const awaited = new Future<number>();
        const task = createTask(() => errorOf(() => awaited));
        await settle();
        awaited.setError(new Error("x"));
        await task;
        const later = new Future<number>();
        later.setError(new Error("y"));
        await errorOf(() => later);
      });
      expect(reported).toEqual([]);
    });

    it("and not where it is told not to", async () => {
      const reported = await reportedBy(async () => {
        const future = new Future<number>({ reportUnawaited: false });
        future.setError(new Error("x"));
        await sleep(1);
        expect((await errorOf(() => future)).message).toBe("x");
      });
      expect(reported).toEqual([]);
    });

    it("and never a cancellation", async () => {
      const reported = await reportedBy(async () => {
        new Future().cancel();
        await sleep(1);
      });
      expect(reported).toEqual([]);
    });
  });

  it("refuses options that it does not know", async () => {
    await expectRefused(
      () => new Future({ loop: 1 } as never),
      /^Cannot make a future as the options are reportUnawaited/,
    );
    await expectRefused(() => new Future({ reportUnawaited: 1 } as never), /must be true or false: received 1$/);
  });

  it("says how it is in one line", () => {
    const future = new Future<number>();
    expect(inspect(future)).toBe("Future { pending, waiting: 0 }");
    future.setResult(1);
    expect(inspect(future)).toBe("Future { succeeded: 1, waiting: 0 }");
    const failed = new Future<number>({ reportUnawaited: false });
    failed.setError(new CancelledError());
    expect(inspect(failed)).toBe("Future { failed: an instance of CancelledError, waiting: 0 }");
    expect(String(future)).toBe("[object Future]");
  });

  it("does as a model does, whatever happens in one go", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.nat(3),
            fc.array(fc.oneof(fc.constantFrom("set", "fail", "cancel"), fc.nat(8)), { maxLength: 3 }),
          ),
        ),
        (turns) =>
          virtualTime(async (clock) => {
            const future = new Future<string>({ reportUnawaited: false });
            const calls = new Calls();
            const model: string[] = [];
            let outcome = "waits";
            const settleModel = (end: string): boolean => {
              if (outcome !== "waits") return false;
              outcome = end;
              for (const [i, each] of model.entries()) if (each === "waits") model[i] = end;
              return true;
            };
            for (const [comers, acts] of turns) {
              for (let i = 0; i < comers; i++) {
                calls.start(() => future);
                model.push(outcome);
              }
              await settle();
              for (const act of acts) {
                if (typeof act === "number") {
                  calls.cancel(act);
                  if (model[act] === "waits") model[act] = "cancelled";
                } else if (act === "cancel") {
                  expect(future.cancel()).toBe(settleModel("cancelled"));
                } else {
                  const set = () => (act === "set" ? future.setResult("done") : future.setError(new RangeError("x")));
                  if (settleModel(act === "set" ? "done" : "RangeError")) set();
                  else expect(errorAtOnce(set).name).toBe("InvalidStateError");
                }
              }
              await settle();
              expect(calls.ends).toEqual(model);
              expect(future.stats().waiting).toBe(model.filter((end) => end === "waits").length);
            }
            calls.cancelAll();
            await settle();
            expect([future.stats().waiting, clock.pending]).toEqual([0, 0]);
          }),
      ),
      runs(60),
    ));
});
