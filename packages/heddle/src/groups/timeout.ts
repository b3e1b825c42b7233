import { checkDuration, checkFunction } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import type { CancelledError } from "../ground/errors.js";
import { InvalidArgumentError, TimeoutError } from "../ground/errors.js";
import type { CancelScope, CancelScopeOptions } from "./cancelScope.js";
import { inScope } from "./cancelScope.js";

/**
 * Runs `fn` and throws `TimeoutError` if it takes longer than `ms` milliseconds: what waits in it is cancelled, and its
 * clean-up is waited for. `Infinity` sets no limit; zero or less is already over at the first wait.
 *
 * A body that catches the cancellation and returns all the same has timed out nevertheless (rule S9). One that never met
 * it, because its last wait had ended in time, has its result returned. `scope.deadline` can be moved while it runs.
 *
 * If cancelled from outside: `CancelledError`, not `TimeoutError`.
 *
 * @throws TimeoutError, or what `fn` throws
 */
export function timeout<T>(ms: number, fn: (scope: CancelScope) => T | PromiseLike<T>): Promise<T> {
  try {
    checkTimeAndWork("set a timeout", ms, fn, "timeout(1000, () => work())");
  } catch (error) {
    return Promise.reject(error);
  }
  return inScope(fn, { timeout: ms }, throwLate) as Promise<T>;
}

/** As `timeout()`, with a moment of `now()` in place of a duration. */
export async function timeoutAt<T>(deadline: number, fn: (scope: CancelScope) => T | PromiseLike<T>): Promise<T> {
  checkDuration("set a timeout", deadline, "the deadline");
  checkFunction("set a timeout", fn, "timeoutAt(now() + 1000, () => work())");
  return inScope(fn, { deadline }, throwLate) as Promise<T>;
}

/** The checks of calls that take a duration and then a function; in Python it is the other way round. */
export function checkTimeAndWork(doing: string, ms: unknown, fn: unknown, meant: string): void {
  if (typeof ms === "function") {
    throw new InvalidArgumentError(
      `Cannot ${doing} as the duration comes first: received ${describe(ms)}; write ${meant}`,
    );
  }
  checkDuration(doing, ms);
  checkFunction(doing, fn, meant);
}

/** Throws `TimeoutError` for a scope that its own deadline has ended, and what it was cancelled by for another. */
export function throwLate(scope: CancelScope, caught: CancelledError | null, options: CancelScopeOptions): never {
  if (!scope.expired) throw caught;
  const { timeout, deadline = 0, shield } = options;
  if (timeout === undefined) throw new TimeoutError(`Timed out at ${Math.round(deadline)} ms on the run's clock`);
  throw new TimeoutError(`Timed out after ${timeout} ms${shield === true ? " in a shield" : ""}`);
}
