import { checkDuration, checkFunction, checkOptions } from "../ground/check.js";
import type { CancelScope } from "./cancelScope.js";
import { inScope } from "./cancelScope.js";
import { throwLate } from "./timeout.js";

export interface ShieldOptions {
  /** How long `fn` may take, in milliseconds. Default `Infinity`: be sure that it ends. */
  timeout?: number;
}

/**
 * Runs `fn` out of reach of cancellations from outside: for clean-up that has to wait.
 *
 *     finally {
 *       await shield(() => connection.close(), { timeout: 1000 });
 *     }
 *
 * If cancelled from outside: nothing happens to `fn`; the cancellation is met at the first wait after it.
 *
 * @throws TimeoutError when `fn` takes longer than `timeout`, or what `fn` throws
 */
export function shield<T>(fn: (scope: CancelScope) => T | PromiseLike<T>, options: ShieldOptions = {}): Promise<T> {
  try {
    checkShield(fn, options);
  } catch (error) {
    return Promise.reject(error);
  }
  const { timeout = Infinity } = options;
  return inScope(fn, { shield: true, timeout }, throwLate) as Promise<T>;
}

function checkShield(fn: unknown, options: ShieldOptions): void {
  const doing = "shield";
  checkFunction(doing, fn, "shield(() => cleanUp())");
  checkOptions(doing, options, ["timeout"]);
  const { timeout = Infinity } = options;
  checkDuration(doing, timeout, "the timeout");
}
