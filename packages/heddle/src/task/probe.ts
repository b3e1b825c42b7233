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
  /** A task has begun to wait for its children: the `scope` of the nursery is its own. */
  joining?(nursery: object): void;
  /** The last child has ended. */
  joined?(nursery: object, child: object): void;
  /** A task in this scope lets the event loop turn, as the tasks have had the thread for long. */
  yielding?(scope: object): void;
  /** Called in the job in which it goes on. */
  yielded?(scope: object): void;
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

// Each calls one hook. A probe that throws is removed: watching never breaks what is watched. There is a function for each, as
// to look a hook up by its name costs as much as to record what it tells.

export function tellCreated(task: object): void {
  try {
    probe?.taskCreated?.(task);
  } catch {
    probe = null;
  }
}

export function tellStarted(task: object): void {
  try {
    probe?.taskStarted?.(task);
  } catch {
    probe = null;
  }
}

export function tellEnded(task: object): void {
  try {
    probe?.taskEnded?.(task);
  } catch {
    probe = null;
  }
}

export function tellParked(waiter: object): void {
  try {
    probe?.parked?.(waiter);
  } catch {
    probe = null;
  }
}

export function tellResumed(waiter: object, how: ResumedHow): void {
  try {
    probe?.resumed?.(waiter, how);
  } catch {
    probe = null;
  }
}

export function tellOpened(scope: object): void {
  try {
    probe?.scopeOpened?.(scope);
  } catch {
    probe = null;
  }
}

export function tellCancelled(scope: object): void {
  try {
    probe?.scopeCancelled?.(scope);
  } catch {
    probe = null;
  }
}

export function tellClosed(scope: object): void {
  try {
    probe?.scopeClosed?.(scope);
  } catch {
    probe = null;
  }
}

export function tellListMade(list: object): void {
  try {
    probe?.listMade?.(list);
  } catch {
    probe = null;
  }
}

export function tellJoining(nursery: object): void {
  try {
    probe?.joining?.(nursery);
  } catch {
    probe = null;
  }
}

export function tellJoined(nursery: object, child: object): void {
  try {
    probe?.joined?.(nursery, child);
  } catch {
    probe = null;
  }
}

export function tellYielding(scope: object): void {
  try {
    probe?.yielding?.(scope);
  } catch {
    probe = null;
  }
}

export function tellYielded(scope: object): void {
  try {
    probe?.yielded?.(scope);
  } catch {
    probe = null;
  }
}
