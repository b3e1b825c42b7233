import { breath, throwIfCancelled } from "../task/park.js";

/**
 * Lets other tasks run and, at least every few milliseconds, timers and I/O as well: a loop of checkpoints never starves
 * the process. Put one into long computations.
 *
 * If cancelled: throws `CancelledError`.
 */
export async function checkpoint(): Promise<void> {
  throwIfCancelled();
  const turn = breath();
  if (turn === undefined) return;
  await turn;
  throwIfCancelled();
}
