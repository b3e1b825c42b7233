import * as fc from "fast-check";
import { AllFailedError, createTask, firstSuccess, moveOnAfter, now, sleep } from "heddle";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { after, cleanUpFor, failAfter, tidy } from "../support/tidy.js";
import { timeline } from "../support/timeline.js";

describe("without a stagger", () => {
  it("gives the first success, whatever has failed before", () =>
    tidy(async () => {
      expect(await firstSuccess([failAfter(5, "down"), after(20, "slow"), after(10, "fast")])).toBe("fast");
      expect(now()).toBe(10);
    }));

  it("throws all errors, in the order in which they happened, when nothing succeeds", () =>
    tidy(async () => {
      const error = await errorOf(() => firstSuccess([failAfter(10, "b"), failAfter(5, "a")]));
      expect(error).toBeInstanceOf(AllFailedError);
      expect(error).toMatchObject({ code: "HEDDLE_ALL_FAILED", message: "All 2 failed, last: Error: b" });
      expect(error.errors).toEqual([new Error("a"), new Error("b")]);
      expect(error.cause).toEqual(new Error("b"));
    }));

  it("cancels the losers, waits for them, and reports the errors of their clean-up", () =>
    tidy(async ({ reported }) => {
      expect(await firstSuccess([cleanUpFor(7, "broken clean-up"), after(10, "fast")])).toBe("fast");
      expect(now()).toBe(17);
      expect(reported.splice(0)).toEqual([new Error("broken clean-up")]);
    }));

  it("lets tasks that were handed in run on", () =>
    tidy(async () => {
      const task = createTask(after(30, "task"));
      expect(await firstSuccess([task, after(10, "function")])).toBe("function");
      expect(await task).toBe("task");
    }));

  it("counts a task that was cancelled by somebody else as failed", () =>
    tidy(async () => {
      const task = createTask(() => sleep(Infinity));
      task.cancel();
      expect(await firstSuccess<unknown>([task, after(10, "function")])).toBe("function");
    }));
});

describe("with a stagger", () => {
  it("starts the next when the one before has had its time", () =>
    tidy(async () => {
      const happened = timeline();
      const attempt = (name: string, ms: number) => async () => {
        happened(name);
        await sleep(ms);
        return name;
      };
      const result = await firstSuccess([attempt("a", 100), attempt("b", 100), attempt("c", 30)], { stagger: 20 });
      expect([result, now()]).toEqual(["c", 70]);
      expect(happened.lines).toEqual(["0 a", "20 b", "40 c"]);
    }));

  it("starts the next at once when the latest has failed, but not when an older one has", () =>
    tidy(async () => {
      const happened = timeline();
      const attempt = (name: string, ms: number) => async () => {
        happened(name);
        await sleep(ms);
        throw new Error(name);
      };
      await errorOf(() => firstSuccess([attempt("a", 5), attempt("b", 30), attempt("c", 10)], { stagger: 20 }));
      expect(happened.lines).toEqual(["0 a", "5 b", "25 c"]);
    }));

  it("does not start the others when one has succeeded", () =>
    tidy(async () => {
      const happened = timeline();
      const spare = async (): Promise<string> => {
        happened("spare");
        return "spare";
      };
      expect(await firstSuccess([after(10, "usual"), spare], { stagger: 20 })).toBe("usual");
      expect([now(), happened.lines]).toEqual([10, []]);
    }));

  it("of Infinity is a chain of fallbacks", () =>
    tidy(async () => {
      const chain = [failAfter(50, "a"), failAfter(50, "b"), after(50, "c")];
      expect(await firstSuccess(chain, { stagger: Infinity })).toBe("c");
      expect(now()).toBe(150);
    }));

  it("is left when cancelled while the next is not yet due", () =>
    tidy(async () => {
      await moveOnAfter(10, () => firstSuccess([cleanUpFor(5), after(1, "never")], { stagger: 1000 }));
      expect(now()).toBe(15);
    }));

  it("still gives the success that came in before the cancellation", () =>
    tidy(async () => {
      let result: unknown;
      await moveOnAfter(12, async () => {
        result = await firstSuccess([cleanUpFor(5), after(5, "second")], { stagger: 5 });
      });
      expect([result, now()]).toEqual(["second", 15]);
    }));
});

it("hands the successes that came too late to `discard`", () =>
  tidy(async () => {
    const late: string[] = [];
    const result = await firstSuccess([after(10, "a"), after(10, "b")], { discard: (value) => void late.push(value) });
    expect([result, late]).toEqual(["a", ["b"]]);
  }));

it("refuses what it cannot do", async () => {
  await expectRefused(
    () => firstSuccess([]),
    "Cannot take the first success as there is nothing to start: received none",
  );
  await expectRefused(() => firstSuccess(after(1, 1) as never), /an array or another iterable is needed/);
  await expectRefused(() => firstSuccess([1 as never]), /item 1 must be a function, a task or a promise/);
  await expectRefused(
    () => firstSuccess([after(1, 1)], { stagger: -1 }),
    /stagger must be a number, 0 or more, or Infinity/,
  );
  await expectRefused(() => firstSuccess([after(1, 1)], { delay: 1 } as never), /the options are stagger, discard/);
  await expectRefused(() => firstSuccess([after(1, 1)], { discard: 1 as never }), /a function is needed/);
});

it("starts as a simple model says, for any attempts and any stagger", () =>
  fc.assert(
    fc.asyncProperty(
      // The hundredth keeps the moments of ends and of starts apart: nothing is promised about those that meet.
      fc.array(fc.record({ ms: fc.nat(10).map((n) => 2 * n + 1), fails: fc.boolean() }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.nat(5).map((n) => (n === 0 ? 0 : 2.5 * n + 0.01)),
      (attempts, stagger) =>
        tidy(async ({ reported }) => {
          const starts: number[] = [];
          const things = attempts.map(({ ms, fails }, index) => async () => {
            starts[index] = now();
            await sleep(ms);
            if (fails) throw new Error(`${index}`);
            return index;
          });
          await firstSuccess(things, { stagger }).catch(() => {});
          const model: number[] = [];
          let due = 0;
          let won = Infinity;
          for (const [index, { ms, fails }] of attempts.entries()) {
            if (won <= due && stagger > 0) break;
            model[index] = due;
            if (!fails) won = Math.min(won, due + ms);
            due = fails ? Math.min(due + stagger, due + ms) : due + stagger;
          }
          expect(starts).toEqual(model);
          reported.length = 0;
        }),
    ),
    runs(100),
  ));
