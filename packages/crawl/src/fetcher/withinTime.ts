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

/** So much earlier than it should something may count as stalled, in milliseconds, and never more than a hundredth of it. */
const MOMENT = 20;

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
  const moment = Math.min(MOMENT, stallTimeout / 100);
  let isOver = false;
  let failure: FetchError | undefined;
  await cancelScope(async (scope) => {
    const alive: Alive = (patience = stallTimeout) => {
      const deadline = Math.min(end, now() + Math.min(patience, stallTimeout));
      // To move a deadline costs more than to read a piece of a page: what has come within the last moment counts as one.
      const isNear = deadline >= scope.deadline && deadline < end && deadline - scope.deadline <= moment;
      // Decompressors read ahead, and may do so a little longer than anybody listens.
      if (!isOver && !isNear) scope.deadline = deadline;
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
