import type { Clock } from "../ground/clock.js";

/**
 * What allows the short way through waits that need not wait. To look the current scope up costs as much as all the rest
 * of `await queue.put(item)`, and it is needed for two things only: to see whether the scope is cancelled, and which clock
 * its run has. So scopes that are cancelled, and runs with a clock of their own, are counted in the whole process, and
 * while there are none nobody looks. Two copies of the library count together.
 */
const KEY = Symbol.for("heddle/calm@1");

interface Counts {
  /** Open scopes that were cancelled themselves. */
  cancelled: number;
  /** Runs with a clock of their own. */
  clocks: number;
  /** That of all other runs. */
  usualClock: Clock | null;
}

const registry = globalThis as unknown as { [KEY]?: Counts };
registry[KEY] ??= { cancelled: 0, clocks: 0, usualClock: null };
const counts: Counts = registry[KEY];

/** True while any scope is cancelled and not yet left: only then may the current one be. */
export function anyCancelled(): boolean {
  return counts.cancelled !== 0;
}

/** The clock of every run there is; null where they differ. */
export function onlyClock(): Clock | null {
  return counts.clocks === 0 ? counts.usualClock : null;
}

/** Sets the clock of all runs that have none of their own, unless another copy of the library has done so. */
export function setUsualClock(clock: Clock): void {
  counts.usualClock ??= clock;
}

/** Counts scopes that become cancelled (1) and those that are left (-1). */
export function countCancelled(change: 1 | -1): void {
  counts.cancelled += change;
}

/** Counts runs with a clock of their own that begin (1) and end (-1). */
export function countClocks(change: 1 | -1): void {
  counts.clocks += change;
}
