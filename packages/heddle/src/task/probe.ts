/** How a wait ended: with a value, with an error of what was waited for, or with the cancellation of its scope. */
export type ResumedHow = "woken" | "failed" | "cancelled";

/**
 * Hooks at the bottom of the runtime for those who watch it. With no probe set, watching costs one null check.
 * A hook gets the live objects and must not keep them; an error in a hook is the watcher's and takes the
 * probe out.
 */
export interface Probe {
  taskCreated?(task: object): void;
  taskStarted?(task: object): void;
  taskEnded?(task: object): void;
  /** A waiter has begun to wait: its `list` tells for what, a waiter without one sleeps. */
  parked?(waiter: object): void;
  /** Called in the context of whoever ends the wait: `currentTask()` is the waker, for what is not woken by the outside. */
  resumed?(waiter: object, how: ResumedHow): void;
  scopeOpened?(scope: object): void;
  /** The scope's own `cancel()` or deadline, not one from above. Its `ownCancel` has the reason. */
  scopeCancelled?(scope: object): void;
  /** Called while the scope still knows its task and its name. */
  scopeClosed?(scope: object): void;
  /** A primitive has made a list of waiters: its `subject` is the primitive. */
  listMade?(list: object): void;
}

export let probe: Probe | null = null;

/** Sets the probe and returns the one that was set before; `null` takes it out. */
export function setProbe(next: Probe | null): Probe | null {
  const before = probe;
  probe = next;
  return before;
}

/** Calls one hook. A probe that throws is removed: watching never breaks what is watched. */
export function tell(hook: Exclude<keyof Probe, "resumed">, subject: object): void {
  const current = probe;
  if (current === null) return;
  try {
    current[hook]?.(subject);
  } catch {
    probe = null;
  }
}

/** As `tell()`, for the end of a wait. */
export function tellResumed(waiter: object, how: ResumedHow): void {
  const current = probe;
  if (current === null) return;
  try {
    current.resumed?.(waiter, how);
  } catch {
    probe = null;
  }
}
