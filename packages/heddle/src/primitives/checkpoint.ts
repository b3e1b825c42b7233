import { breath, refusal, throwIfCancelled } from "../task/park.js";

/**
 * Lets other tasks run and, at least every few milliseconds, timers and I/O as well: a loop of checkpoints never starves
 * the process. Put one into long computations.
 *
 * If cancelled: throws `CancelledError`.
 */
export function checkpoint(): Promise<void> {
  const refused = refusal();
  if (refused !== null) return refused;
  return breath()?.then(throwIfCancelled) ?? NOTHING;
}

const NOTHING: Promise<void> = Promise.resolve();
