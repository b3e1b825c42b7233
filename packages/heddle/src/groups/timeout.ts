import { checkDuration, checkFunction } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError, TimeoutError } from "../ground/errors.js";
import type { CancelScope, ScopeEnd } from "./cancelScope.js";
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
export async function timeout<T>(ms: number, fn: (scope: CancelScope) => T | PromiseLike<T>): Promise<T> {
  checkTimeAndWork("set a timeout", ms, fn, "timeout(1000, () => work())");
  return unlessLate(await inScope(fn, { timeout: ms }), () => `Timed out after ${ms} ms`);
}

/** As `timeout()`, with a moment of `now()` in place of a duration. */
export async function timeoutAt<T>(deadline: number, fn: (scope: CancelScope) => T | PromiseLike<T>): Promise<T> {
  checkDuration("set a timeout", deadline, "the deadline");
  checkFunction("set a timeout", fn, "timeoutAt(now() + 1000, () => work())");
  return unlessLate(
    await inScope(fn, { deadline }),
    () => `Timed out at ${Math.round(deadline)} ms on the run's clock`,
  );
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

/** The result of a scope's body; for a scope that its own deadline has ended, throws `TimeoutError`. */
export function unlessLate<T>(end: ScopeEnd<T>, message: () => string): T {
  if (end.caught === null && !end.swallowedDeadline) return end.value as T;
  if (end.scope.expired) throw new TimeoutError(message());
  throw end.caught;
}
