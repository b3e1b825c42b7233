import type { CancelScope } from "heddle";
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

/** By so much may be wrong when something counts as stalled, in milliseconds, and never by more than a hundredth of it. */
const MOMENT = 20;

/**
 * Runs `fn` in a scope that ends with the nearer of two deadlines: one for all of it, which stays, and one
 * that moves on whenever something comes.
 *
 * If cancelled from outside: `CancelledError` travels on.
 *
 * @throws FetchError "timeout" or "stalled"; what `fn` throws
 */
export function withinTime(limits: TimeLimits, fn: (alive: Alive) => Promise<void>): Promise<void> {
  const pace = new Pace(limits);
  const work = cancelScope((scope) => {
    pace.begin(scope);
    return fn(pace.alive);
  });
  return work.then(
    () => pace.end(),
    (error: unknown) => {
      pace.end();
      throw error;
    },
  );
}

/** The two deadlines of an exchange, and the scope that has the nearer of them. */
class Pace {
  readonly #limits: TimeLimits;
  /** The moment at which all of it has to be over. */
  readonly #end: number;
  readonly #moment: number;
  #scope: CancelScope | undefined;
  #isOver = false;
  #deadline = 0;

  constructor(limits: TimeLimits) {
    this.#limits = limits;
    this.#end = now() + limits.timeout;
    this.#moment = Math.min(MOMENT, limits.stallTimeout / 100);
  }

  readonly alive: Alive = (patience) => this.#next(patience);

  begin(scope: CancelScope): void {
    this.#scope = scope;
    this.#next();
  }

  /** @throws FetchError if a deadline was what has ended it */
  end(): void {
    this.#isOver = true;
    if (this.#scope?.cancelCaught !== true) return;
    const { timeout, stallTimeout } = this.#limits;
    if (this.#deadline === this.#end)
      throw new FetchError("timeout", "TIMEOUT", `The answer was not complete after ${seconds(timeout)}`);
    throw new FetchError("stalled", "STALLED", `Nothing came for ${seconds(stallTimeout)}`);
  }

  #next(patience: number = Infinity): void {
    const scope = this.#scope;
    // Decompressors read ahead, and may do so a little longer than anybody listens: a scope that was left has no deadline.
    if (scope === undefined || this.#isOver || (this.#deadline !== 0 && scope.deadline === Infinity)) return;
    const { stallTimeout } = this.#limits;
    const moment = this.#moment;
    const next = now() + Math.min(patience, stallTimeout);
    // To move a deadline costs more than to read a piece of a page: what has come within the last moment counts as one.
    if (next >= this.#deadline && next - this.#deadline <= moment && next < this.#end) return;
    // Deadlines at the same moment share what they cost.
    const deadline = Math.min(this.#end, moment > 0 ? Math.ceil(next / moment) * moment : next);
    if (deadline === this.#deadline) return;
    this.#deadline = deadline;
    scope.deadline = deadline;
  }
}
