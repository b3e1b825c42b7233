import * as fc from "fast-check";
import type { RetryOptions } from "heddle";
import { cancelScope, createTask, isCancelled, moveOnAfter, now, retry, shield, sleep, timeout } from "heddle";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { cleanUpFor, failAfter, tidy } from "../support/tidy.js";

const steady: RetryOptions = { jitter: "none" };

/** Fails `times` times, then succeeds. Notes when it was called. */
function flaky(times: number): { calls: number[]; fn: (attempt: number) => Promise<string> } {
  const calls: number[] = [];
  const fn = async (attempt: number): Promise<string> => {
    calls.push(now());
    if (attempt <= times) throw new Error(`attempt ${attempt}`);
    return `after ${attempt}`;
  };
  return { calls, fn };
}

describe("attempts", () => {
  it("end with the first success, whose result is returned", () =>
    tidy(async () => {
      const { calls, fn } = flaky(2);
      expect(await retry(fn, steady)).toBe("after 3");
      expect(calls).toEqual([0, 100, 300]);
    }));

  it("are one where there is nothing to retry", () =>
    tidy(async () => {
      const { calls, fn } = flaky(0);
      expect(await retry(fn)).toBe("after 1");
      expect(calls).toEqual([0]);
    }));

  it("end with the last error, as it is", () =>
    tidy(async () => {
      const { calls, fn } = flaky(9);
      const error = await errorOf(() => retry(fn, { ...steady, attempts: 4 }));
      expect([error.message, calls]).toEqual(["attempt 4", [0, 100, 300, 700]]);
    }));

  it("may fail at once, without a promise", () =>
    tidy(async () => {
      const result = await retry((attempt) => {
        if (attempt === 1) throw new Error("at once");
        return attempt;
      }, steady);
      expect(result).toBe(2);
    }));

  it("may be endless", () =>
    tidy(async () => {
      const { calls, fn } = flaky(1000);
      expect(await retry(fn, { attempts: Infinity, baseDelay: 0 })).toBe("after 1001");
      expect(calls.length).toBe(1001);
    }));
});

describe("retryIf", () => {
  it("says whether there is a point in trying again", () =>
    tidy(async () => {
      const asked: unknown[] = [];
      const retryIf = (error: unknown, attempt: number): boolean => {
        asked.push([(error as Error).message, attempt]);
        return attempt < 2;
      };
      const error = await errorOf(() => retry(flaky(9).fn, { ...steady, attempts: 5, retryIf }));
      expect(error.message).toBe("attempt 2");
      expect(asked).toEqual([
        ["attempt 1", 1],
        ["attempt 2", 2],
      ]);
    }));

  it("may have to wait for its answer", () =>
    tidy(async () => {
      const retryIf = async (): Promise<boolean> => {
        await sleep(5);
        return false;
      };
      const error = await errorOf(() => retry(flaky(9).fn, { retryIf }));
      expect([error.message, now()]).toEqual(["attempt 1", 5]);
    }));

  it("is not asked after the last attempt", () =>
    tidy(async () => {
      let asked = 0;
      await errorOf(() => retry(flaky(9).fn, { ...steady, attempts: 2, retryIf: () => ++asked > 0 }));
      expect(asked).toBe(1);
    }));
});

describe("delay", () => {
  it("takes the word of the error in place of the backoff, and is not cut by maxDelay", () =>
    tidy(async () => {
      const { calls, fn } = flaky(2);
      const seen: number[] = [];
      const delay = (_: unknown, attempt: number, backoff: number): number | undefined => {
        seen.push(backoff);
        return attempt === 1 ? 5000 : undefined;
      };
      await retry(fn, { ...steady, maxDelay: 150, delay });
      expect([calls, seen]).toEqual([
        [0, 5000, 5150],
        [100, 150],
      ]);
    }));

  it("may be in the past, which is now", () =>
    tidy(async () => {
      const { calls, fn } = flaky(1);
      const delays: number[] = [];
      await retry(fn, { delay: () => -5, onRetry: (_error, _attempt, ms) => void delays.push(ms) });
      expect([calls, delays]).toEqual([[0, 0], [0]]);
    }));

  it("is refused when it is no number", () =>
    expectRefused(
      () => retry(flaky(1).fn, { delay: () => "5" as never }),
      'Cannot retry as what delay() returns must be a number of milliseconds: received "5" (a string)',
    ));
});

describe("onRetry", () => {
  it("hears of each wait before it", () =>
    tidy(async () => {
      const heard: unknown[] = [];
      const onRetry = (error: unknown, attempt: number, delay: number): void =>
        void heard.push([now(), (error as Error).message, attempt, delay]);
      await retry(flaky(2).fn, { ...steady, onRetry });
      expect(heard).toEqual([
        [0, "attempt 1", 1, 100],
        [100, "attempt 2", 2, 200],
      ]);
    }));

  it("ends it all when it fails", () =>
    tidy(async () => {
      const onRetry = async (): Promise<void> => {
        throw new Error("no log");
      };
      expect((await errorOf(() => retry(flaky(2).fn, { onRetry }))).message).toBe("no log");
    }));
});

describe("the deadline", () => {
  it("is not waited for when the next attempt would be too late for it", () =>
    tidy(async () => {
      const { calls, fn } = flaky(9);
      const error = await errorOf(() => retry(fn, { ...steady, attempts: 9, timeout: 600 }));
      expect([error.message, calls, now()]).toEqual(["attempt 3", [0, 100, 300], 300]);
    }));

  it("cancels an attempt that is under way, and keeps the error before as the cause", () =>
    tidy(async () => {
      const fn = (attempt: number): Promise<never> => (attempt === 1 ? failAfter(0, "first")() : cleanUpFor(5)());
      const error = await errorOf(() => retry(fn, { ...steady, timeout: 1000 }));
      expect(error).toMatchObject({ name: "TimeoutError", message: "Timed out after 1000 ms while retrying" });
      expect([error.cause, now()]).toEqual([new Error("first"), 1005]);
    }));

  it("may be a moment, and the earlier of the two counts", () =>
    tidy(async () => {
      await sleep(100);
      const error = await errorOf(() => retry(() => sleep(Infinity), { timeout: 1000, deadline: 150 }));
      expect([error.message, now()]).toEqual(["Timed out after 1000 ms while retrying", 150]);
      const other = await errorOf(() => retry(() => sleep(Infinity), { deadline: 200 }));
      expect([other.message, now()]).toEqual(["Timed out at 200 ms on the run's clock while retrying", 200]);
    }));

  it("of the caller's own attempts is an error like any other, and retried", () =>
    tidy(async () => {
      let calls = 0;
      const error = await errorOf(() => {
        return retry(
          () => {
            calls++;
            return timeout(10, () => sleep(Infinity));
          },
          { ...steady, timeout: 10_000 },
        );
      });
      expect([error.message, error.cause, calls]).toEqual(["Timed out after 10 ms", undefined, 3]);
    }));

  it("lets an error of the clean-up come out as it is", () =>
    tidy(async () => {
      const error = await errorOf(() => retry(cleanUpFor(0, "broken clean-up"), { timeout: 10, attempts: 5 }));
      expect([error.message, now()]).toEqual(["broken clean-up", 10]);
    }));
});

describe("a cancellation", () => {
  it("in the wait ends it", () =>
    tidy(async () => {
      const { calls, fn } = flaky(9);
      await moveOnAfter(50, () => retry(fn, steady));
      expect([calls, now()]).toEqual([[0], 50]);
    }));

  it("in an attempt is not retried, nor is the error that came of it", () =>
    tidy(async () => {
      let asked = 0;
      const options = { attempts: 5, retryIf: () => ++asked > 0, onRetry: () => void asked++ };
      await moveOnAfter(10, () => retry(() => sleep(Infinity), options));
      const error = await errorOf(() => moveOnAfter(10, () => retry(cleanUpFor(5, "broken clean-up"), options)));
      expect([error.message, asked, now()]).toEqual(["broken clean-up", 0, 25]);
    }));

  it("of a task that was awaited is not retried either", () =>
    tidy(async () => {
      const task = createTask(() => sleep(Infinity));
      task.cancel("not wanted");
      let calls = 0;
      const error = await errorOf(() => {
        return retry(() => {
          calls++;
          return task;
        });
      });
      expect([isCancelled(error), calls]).toEqual([true, 1]);
    }));

  it("that was there before is met by the first attempt", () =>
    tidy(async () => {
      await cancelScope(async (scope) => {
        scope.cancel();
        expect(isCancelled(await errorOf(() => retry(() => sleep(1))))).toBe(true);
      });
    }));

  it("is out of reach in a shield, as everywhere", () =>
    tidy(async () => {
      let result: unknown;
      await moveOnAfter(50, () =>
        shield(async () => {
          result = await retry(flaky(2).fn, steady);
        }),
      );
      expect([result, now()]).toEqual(["after 3", 300]);
    }));
});

it("refuses what it cannot do", async () => {
  const fn = (): number => 1;
  await expectRefused(
    () => retry(Promise.resolve() as never),
    /it has already started, hand over the function: retry\(\(\) => work\(\)\)/,
  );
  await expectRefused(
    () => retry(fn, { attempts: 0 }),
    "Cannot retry as attempts must be a whole number, 1 or more, or Infinity: received 0",
  );
  await expectRefused(() => retry(fn, { timeout: NaN }), /the timeout must be a number of milliseconds/);
  await expectRefused(() => retry(fn, { deadline: NaN }), /the deadline must be a number of milliseconds/);
  await expectRefused(
    () => retry(fn, { retries: 5 } as never),
    /the options are attempts, timeout, .*: received "retries"/,
  );
  for (const hook of ["retryIf", "delay", "onRetry"]) {
    await expectRefused(() => retry(fn, { [hook]: true }), /a function is needed: received true/);
  }
});

it("waits as long as full jitter allows, attempt for attempt, for any options", () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        attempts: fc.integer({ min: 1, max: 6 }),
        baseDelay: fc.nat(50),
        maxDelay: fc.nat(200),
        factor: fc.integer({ min: 1, max: 3 }),
      }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      fc.nat(7),
      (options, numbers, failures) =>
        tidy(async () => {
          const { calls, fn } = flaky(failures);
          const random = (): number => numbers.next().value as number;
          await retry(fn, { ...options, random }).catch(() => {});
          expect(calls.length).toBe(Math.min(options.attempts, failures + 1));
          for (let i = 1; i < calls.length; i++) {
            const waited = (calls[i] as number) - (calls[i - 1] as number);
            expect(waited).toBeGreaterThanOrEqual(0);
            const limit = Math.min(options.maxDelay, options.baseDelay * options.factor ** (i - 1));
            expect(waited).toBeLessThanOrEqual(limit + 1e-9);
          }
        }),
    ),
    runs(100),
  ));
