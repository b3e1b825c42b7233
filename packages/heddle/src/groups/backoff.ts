import { checkChoice, checkFunction, checkNumber } from "../ground/check.js";

export interface BackoffOptions {
  /** The longest the first wait can be, in milliseconds. Default 100. */
  baseDelay?: number;
  /** No wait is longer, in milliseconds. Default 30,000. */
  maxDelay?: number;
  /** By what the limit grows from one wait to the next: 1 or more. Default 2. */
  factor?: number;
  /**
   * "full" (the default): a wait is anything from 0 up to its limit, at random, so that many who failed together do not come
   * back together. "none": it is the limit.
   */
  jitter?: "full" | "none";
  /** Gives numbers from 0 up to but not including 1. Default `Math.random`. */
  random?: () => number;
}

export const BACKOFF_OPTIONS: readonly string[] = ["baseDelay", "maxDelay", "factor", "jitter", "random"];

/**
 * How long to wait before the n-th repetition, n from 1. Exponential, with full jitter: of the ways to spread the callers out,
 * the one that costs a contended server the fewest calls (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015).
 */
export function backoff(n: number, options: BackoffOptions): number {
  const { baseDelay = 100, maxDelay = 30_000, factor = 2, jitter = "full", random = Math.random } = options;
  const limit = baseDelay === 0 ? 0 : Math.min(maxDelay, baseDelay * factor ** (n - 1));
  return jitter === "full" ? limit * random() : limit;
}

export function checkBackoff(doing: string, options: BackoffOptions): void {
  const { baseDelay, maxDelay, factor, jitter, random } = options;
  if (baseDelay !== undefined) checkNumber(doing, baseDelay, { what: "baseDelay", least: 0 });
  if (maxDelay !== undefined) checkNumber(doing, maxDelay, { what: "maxDelay", least: 0, orInfinity: true });
  if (factor !== undefined) checkNumber(doing, factor, { what: "factor", least: 1 });
  checkChoice(doing, jitter, { what: "jitter", choices: ["full", "none"] });
  if (random !== undefined) checkFunction(doing, random, "random: () => Math.random()");
}
