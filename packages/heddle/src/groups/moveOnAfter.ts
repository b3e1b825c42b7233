import type { CancelScope } from "./cancelScope.js";
import { inScope } from "./cancelScope.js";
import { checkTimeAndWork } from "./timeout.js";

/**
 * Runs `fn` for at most `ms` milliseconds and returns its result; undefined when the time was over first. As
 * `timeout()`, but without an error; and a body that catches the cancellation and returns all the same has its result
 * returned, since nothing is claimed about the time here.
 *
 * If cancelled from outside: throws `CancelledError`.
 *
 * @throws what `fn` throws
 */
export function moveOnAfter<T>(ms: number, fn: (scope: CancelScope) => T | PromiseLike<T>): Promise<T | undefined> {
  try {
    checkTimeAndWork("move on after a time", ms, fn, "moveOnAfter(1000, () => work())");
  } catch (error) {
    return Promise.reject(error);
  }
  return inScope(fn, { timeout: ms });
}
