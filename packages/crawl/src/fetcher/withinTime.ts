import { cancelScope, now } from "heddle";
import { FetchError, seconds } from "../ground/errors.js";

export interface TimeLimits {
  /** For all of it, in milliseconds. */
  readonly timeout: number;
  /** For each time in which nothing comes, in milliseconds. */
  readonly stallTimeout: number;
}

/**
 * To be called whenever something has come. The next thing may take the usual time, or so many milliseconds
 * if that is less.
 */
export type Alive = (patience?: number) => void;

/**
 * Runs `fn` in a scope that ends with the nearer of two deadlines: one for all of it, which stays, and one
 * that moves on whenever something comes.
 *
 * If cancelled from outside: `CancelledError` travels on.
 *
 * @throws FetchError "timeout" or "stalled"; what `fn` throws
 */
export async function withinTime(limits: TimeLimits, fn: (alive: Alive) => Promise<void>): Promise<void> {
  const { timeout, stallTimeout } = limits;
  const end = now() + timeout;
  let isOver = false;
  let failure: FetchError | undefined;
  await cancelScope(async (scope) => {
    const alive: Alive = (patience = stallTimeout) => {
      // Decompressors read ahead, and may do so a little longer than anybody listens.
      if (!isOver) scope.deadline = Math.min(end, now() + Math.min(patience, stallTimeout));
    };
    alive();
    try {
      await fn(alive);
    } catch (error) {
      if (scope.expired) failure = tooLate(limits, scope.deadline === end);
      throw error;
    } finally {
      isOver = true;
    }
  });
  if (failure !== undefined) throw failure;
}

function tooLate(limits: TimeLimits, isAll: boolean): FetchError {
  const { timeout, stallTimeout } = limits;
  if (isAll) return new FetchError("timeout", "TIMEOUT", `The answer was not complete after ${seconds(timeout)}`);
  return new FetchError("stalled", "STALLED", `Nothing came for ${seconds(stallTimeout)}`);
}
