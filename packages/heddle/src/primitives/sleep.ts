import { checkDuration } from "../ground/check.js";
import type { Clock } from "../ground/clock.js";
import type { Timer } from "../ground/timers.js";
import { currentScope } from "../task/current.js";
import { refuse, Waiter } from "../task/park.js";
import type { Scope } from "../task/scope.js";
import { checkpoint } from "./checkpoint.js";

/** A waiter whose place is in the clock. */
class Sleeper extends Waiter<void> implements Timer {
  /** That of the scope it began in: it may be in another scope when it ends (rule S8). */
  readonly #clock: Clock;

  constructor(scope: Scope, resolve: (value: void | PromiseLike<void>) => void) {
    super(scope, null, undefined, resolve);
    this.#clock = scope.runtime.clock;
  }

  fire(): void {
    this.wake();
  }

  protected override leave(): void {
    this.#clock.cancel(this);
  }
}

/**
 * Waits for `ms` milliseconds (asyncio counts in seconds), never less. Zero or less lets other tasks run and returns, as `checkpoint()` does;
 * `Infinity` waits until cancelled.
 *
 * If cancelled: throws `CancelledError` at once; its timer is gone.
 *
 * @throws InvalidArgumentError if `ms` is not a number, or NaN
 */
export function sleep(ms: number): Promise<void> {
  if (typeof ms !== "number" || !(ms > 0)) return sleepNot(ms);
  const scope = currentScope();
  if (scope.effective !== null) return refuse(scope.effective);
  const { clock } = scope.runtime;
  return new Promise<void>((resolve) => {
    clock.schedule(new Sleeper(scope, resolve), clock.now() + ms);
  });
}

/** Neither zero nor less is a sleep, nor is what is no number. */
async function sleepNot(ms: number): Promise<void> {
  checkDuration("sleep", ms);
  return checkpoint();
}
