import type { Clock } from "../ground/clock.js";

/**
 * What forbids the short way through waits that need not wait. Looking the current scope up costs as much as all the rest
 * of `await queue.put(item)`, and it is needed for two things only: to see whether the scope is cancelled, and which clock
 * its run has. So scopes that are cancelled and runs with a clock of their own are counted, and while there are none in
 * the whole process nobody looks. Two copies of the library count together.
 */
const KEY = Symbol.for("heddle/calm@1");

interface Shared {
  /** Open scopes that were cancelled, and runs with a clock of their own. */
  disturbances: number;
  clock: Clock | null;
}

const registry = globalThis as unknown as { [KEY]?: Shared };
registry[KEY] ??= { disturbances: 0, clock: null };
const shared: Shared = registry[KEY];

/** Sets the clock of all runs that have none of their own, unless another copy of the library has done so. */
export function setUsualClock(clock: Clock): void {
  shared.clock ??= clock;
}

/** The clock of every run, if no scope is cancelled anywhere and no run has one of its own; else null. */
export function calmClock(): Clock | null {
  return shared.disturbances === 0 ? shared.clock : null;
}

/** Counts a scope or a run that forbids the short way, until `calmed()` is called for it. */
export function disturbed(): void {
  shared.disturbances++;
}

export function calmed(): void {
  shared.disturbances--;
}
