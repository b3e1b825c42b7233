import { checkCount, checkDuration, checkFunction, checkOptions } from "../ground/check.js";
import { isCancelled, TimeoutError } from "../ground/errors.js";
import { now } from "../primitives/now.js";
import { sleep } from "../primitives/sleep.js";
import { currentScope } from "../task/current.js";
import type { BackoffOptions } from "./backoff.js";
import { BACKOFF_OPTIONS, backoff, checkBackoff } from "./backoff.js";
import { inScope } from "./cancelScope.js";

export interface RetryOptions extends BackoffOptions {
  /** How often `fn` is called at most: 1 or more, or `Infinity`. Default 3. */
  attempts?: number;
  /** How long all attempts and waits may take together, in milliseconds. Default `Infinity`. */
  timeout?: number;
  /** The moment of `now()` at which the time is over. The earlier of the two counts. Default `Infinity`. */
  deadline?: number;
  /** Whether there is a point in trying again after this error. Default: after every one. */
  retryIf?: (error: unknown, attempt: number) => boolean | PromiseLike<boolean>;
  /**
   * How long to wait after this error, in milliseconds, where the error knows better than the backoff (a server said when to
   * come back); undefined for the backoff. `maxDelay` does not cut it.
   */
  delay?: (error: unknown, attempt: number, backoff: number) => number | undefined;
  /** Called before each wait, for logs. What it throws ends the retrying. */
  onRetry?: (error: unknown, attempt: number, delay: number) => void | PromiseLike<void>;
}

const OPTIONS = ["attempts", "timeout", "deadline", "retryIf", "delay", "onRetry", ...BACKOFF_OPTIONS];
const DOING = "retry";

/**
 * Calls `fn` until it succeeds, with growing waits in between, and returns its result. `fn` gets the number of the attempt,
 * from 1.
 *
 *     const page = await retry(() => load(url), { attempts: 5, retryIf: (error) => isTemporary(error) });
 *
 * When there is no point in going on the last error is thrown as it is: after the last attempt, when `retryIf` says no, and
 * when the next attempt would start too late for the deadline. An attempt that is under way when the time is over is
 * cancelled, and `TimeoutError` is thrown, with the error of the attempt before as its cause.
 *
 * If cancelled: throws `CancelledError`. A cancellation is never retried, also that of a task which `fn` awaited; nor is
 * an error that was thrown after it.
 *
 * @throws the last error of `fn`, or TimeoutError
 */
export async function retry<T>(fn: (attempt: number) => T | PromiseLike<T>, options: RetryOptions = {}): Promise<T> {
  checkFunction(DOING, fn, "retry(() => work())");
  checkRetryOptions(options);
  const { timeout = Infinity, deadline = Infinity } = options;
  const progress: Progress = { end: Math.min(deadline, now() + timeout), lastError: undefined };
  const timedOut = (): never => {
    throw new TimeoutError(describeEnd(options), { cause: progress.lastError });
  };
  return inScope(() => attemptAll(fn, options, progress), { deadline: progress.end }, timedOut) as Promise<T>;
}

interface Progress {
  readonly end: number;
  lastError: unknown;
}

async function attemptAll<T>(
  fn: (attempt: number) => T | PromiseLike<T>,
  options: RetryOptions,
  progress: Progress,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fn(attempt);
    } catch (error) {
      if (!(await isWorthRetrying(error, attempt, options))) throw error;
      const delay = delayAfter(error, attempt, options);
      if (now() + delay >= progress.end) throw error;
      await options.onRetry?.(error, attempt, delay);
      progress.lastError = error;
      await sleep(delay);
    }
  }
}

async function isWorthRetrying(error: unknown, attempt: number, options: RetryOptions): Promise<boolean> {
  const { attempts = 3, retryIf } = options;
  if (isCancelled(error) || currentScope().effective !== null || attempt >= attempts) return false;
  return retryIf === undefined || (await retryIf(error, attempt));
}

function delayAfter(error: unknown, attempt: number, options: RetryOptions): number {
  const usual = backoff(attempt, options);
  const delay = options.delay?.(error, attempt, usual) ?? usual;
  checkDuration(DOING, delay, "what delay() returns");
  return Math.max(0, delay);
}

function describeEnd({ timeout = Infinity, deadline = Infinity }: RetryOptions): string {
  const end = timeout < Infinity ? `after ${timeout} ms` : `at ${deadline} ms on the run's clock`;
  return `Timed out ${end} while retrying`;
}

function checkRetryOptions(options: RetryOptions): void {
  checkOptions(DOING, options, OPTIONS);
  const { attempts, timeout, deadline, retryIf, delay, onRetry } = options;
  if (attempts !== undefined) checkCount(DOING, attempts, { what: "attempts", least: 1, orInfinity: true });
  if (timeout !== undefined) checkDuration(DOING, timeout, "the timeout");
  if (deadline !== undefined) checkDuration(DOING, deadline, "the deadline");
  if (retryIf !== undefined) checkFunction(DOING, retryIf, "retryIf: (error) => isTemporary(error)");
  if (delay !== undefined) checkFunction(DOING, delay, "delay: (error) => error.retryAfter");
  if (onRetry !== undefined) checkFunction(DOING, onRetry, "onRetry: (error) => log(error)");
  checkBackoff(DOING, options);
}
