export interface BackoffOptions {
  /**
   * The longest wait after the first failure, in milliseconds; it doubles with each further one. Default 500.
   */
  base?: number;
  /** The longest wait of all, in milliseconds. Default 30 000. */
  cap?: number;
  /** A number from 0 up to, but not including, 1. Default `Math.random`. */
  random?: () => number;
}

export const BACKOFF_BASE = 500;
export const BACKOFF_CAP = 30_000;

const MOST_DOUBLINGS = 60;

/**
 * How far the wait may reach after so many failures in a row: `base`, 2 `base`, 4 `base` and so on, up to
 * `cap`.
 */
export function backoffCeiling(failures: number, options: BackoffOptions = {}): number {
  const { base = BACKOFF_BASE, cap = BACKOFF_CAP } = options;
  // Without an end to the doubling, a base of 0 would become NaN in the end.
  return Math.min(cap, base * 2 ** Math.min(failures - 1, MOST_DOUBLINGS));
}

/**
 * How many milliseconds to wait after so many failures in a row (1 or more): exponential backoff with full
 * jitter, a random part of the ceiling. Full jitter spreads those who failed together best, and makes the
 * fewest calls in all (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * With `retryAfter`, what the server has asked for in milliseconds, the jitter comes on top: never less than
 * was asked for, and those who were told the same moment do not all come back at it. `cap` does not shorten
 * it.
 */
export function backoff(failures: number, options: BackoffOptions & { retryAfter?: number | undefined } = {}): number {
  const { random = Math.random, retryAfter = 0 } = options;
  return retryAfter + random() * backoffCeiling(failures, options);
}
