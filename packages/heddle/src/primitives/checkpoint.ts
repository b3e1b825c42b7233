import { onlyClock } from "../task/calm.js";
import { currentScope } from "../task/current.js";
import { refusal, throwIfCancelled } from "../task/park.js";

/**
 * Lets other tasks run and, at least every few milliseconds, timers and I/O as well: a loop of checkpoints never starves
 * the process. Put one into long computations.
 *
 * If cancelled: throws `CancelledError`.
 */
export function checkpoint(): Promise<void> {
  const refused = refusal();
  if (refused !== null) return refused;
  const clock = onlyClock() ?? currentScope().runtime.clock;
  return clock.turnDue() ? clock.turn().then(throwIfCancelled) : NOTHING;
}

const NOTHING: Promise<void> = Promise.resolve();
