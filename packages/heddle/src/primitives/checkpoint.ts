import { currentScope } from "../task/current.js";
import { refuse, throwIfCancelled } from "../task/park.js";

/**
 * Lets other tasks run and, at least every few milliseconds, timers and I/O as well: a loop of checkpoints never starves
 * the process. Put one into long computations.
 *
 * If cancelled: throws `CancelledError`.
 */
export function checkpoint(): Promise<void> {
  const scope = currentScope();
  if (scope.effective !== null) return refuse(scope.effective);
  const { clock } = scope.runtime;
  return clock.turnDue() ? clock.turn().then(throwIfCancelled) : NOTHING;
}

const NOTHING: Promise<void> = Promise.resolve();
