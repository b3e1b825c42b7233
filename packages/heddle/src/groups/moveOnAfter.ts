import { checkDuration, checkFunction } from "../ground/check.js";
import type { CancelScope } from "./cancelScope.js";
import { inScope } from "./cancelScope.js";

/**
 * Runs `fn` for at most `ms` milliseconds and returns its result; undefined when the time was over first. As
 * `timeout()`, but without an error.
 *
 * If cancelled from outside: throws `CancelledError`.
 *
 * @throws what `fn` throws
 */
export async function moveOnAfter<T>(
  ms: number,
  fn: (scope: CancelScope) => T | PromiseLike<T>,
): Promise<T | undefined> {
  checkDuration("move on after a time", ms);
  checkFunction("move on after a time", fn, "moveOnAfter(1000, () => work())");
  return (await inScope(fn, { timeout: ms })).value;
}
