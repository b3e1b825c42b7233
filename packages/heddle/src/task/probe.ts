/**
 * Hooks at the bottom of the runtime for those who watch it. With no probe set, watching costs one null check.
 * A hook gets the live objects and must not keep them; an error in a hook is the watcher's and takes the
 * probe out.
 */
export interface Probe {
  taskCreated?(task: object): void;
  taskStarted?(task: object): void;
  taskEnded?(task: object): void;
  parked?(waiter: object): void;
  resumed?(waiter: object): void;
}

export let probe: Probe | null = null;

/** Sets the probe and returns the one that was set before; `null` takes it out. */
export function setProbe(next: Probe | null): Probe | null {
  const before = probe;
  probe = next;
  return before;
}

/** Calls one hook. A probe that throws is removed: watching never breaks what is watched. */
export function tell(hook: keyof Probe, subject: object): void {
  const current = probe;
  if (current === null) return;
  try {
    current[hook]?.(subject);
  } catch {
    probe = null;
  }
}
