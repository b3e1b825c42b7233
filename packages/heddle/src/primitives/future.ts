import { checkFlag, checkOptions } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { CancelledError, InvalidStateError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { currentScope } from "../task/current.js";
import { park, pass, refusal, WaitList } from "../task/park.js";
import { afterGrace } from "../task/unheard.js";

export type FutureState = "pending" | "succeeded" | "failed" | "cancelled";

export interface FutureOptions {
  /**
   * Whether an error goes to the run's `onError` when nobody waits for it and nobody comes at that moment, as the error of a
   * task that nobody awaits does (rule T5). Those who come later get it in any case. Default true.
   */
  reportUnawaited?: boolean;
}

export interface FutureStats {
  state: FutureState;
  /** Tasks that await it. */
  waiting: number;
}

/**
 * A result that is still to come, and that is set once, from outside. `await future` waits for it like every waiting call
 * here: it can be cancelled, which does nothing to the future.
 */
export class Future<T> implements PromiseLike<T> {
  readonly #reportUnawaited: boolean;
  readonly #waiters: WaitList<T> = new WaitList("future", this);
  #state: FutureState = "pending";
  #outcome: unknown = undefined;
  #heard = false;

  constructor(options: FutureOptions = {}) {
    checkOptions("make a future", options, ["reportUnawaited"]);
    checkFlag("make a future", options.reportUnawaited, "reportUnawaited");
    this.#reportUnawaited = options.reportUnawaited ?? true;
  }

  get state(): FutureState {
    return this.#state;
  }

  /** True once a result or an error was set, or it was cancelled. */
  get done(): boolean {
    return this.#state !== "pending";
  }

  /** What was set. Throws `InvalidStateError` in every state but "succeeded". */
  get result(): T {
    if (this.#state === "succeeded") return this.#outcome as T;
    throw new InvalidStateError(`Cannot read the result of a future as it is ${this.#state}`);
  }

  /** The error that was set, the `CancelledError` if it was cancelled; undefined in every other state. */
  get error(): unknown {
    return this.#state === "failed" || this.#state === "cancelled" ? this.#outcome : undefined;
  }

  /** Sets the result and hands it to all who wait. @throws InvalidStateError unless the future is pending */
  setResult(value: T): void {
    this.#settle("succeeded", value);
    this.#waiters.wakeAll(value);
  }

  /** Sets an error, which is thrown to all who wait. @throws InvalidStateError unless the future is pending */
  setError(error: unknown): void {
    this.#settle("failed", error);
    if (this.#waiters.isEmpty && this.#reportUnawaited) this.#reportUnlessHeard();
    this.#waiters.failAll(error);
  }

  /**
   * Says that no result will come: all who wait get a `CancelledError`. It cancels nothing but the future; for those who
   * wait it is an error like any other. Returns false when the future is done.
   */
  cancel(reason?: unknown): boolean {
    if (this.done) return false;
    const error = new CancelledError(reason);
    this.#settle("cancelled", error);
    this.#waiters.failAll(error);
    return true;
  }

  /**
   * Waits for the result.
   *
   * If cancelled: the awaiter throws, the future is as it was.
   */
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#wait().then(onResult, onError);
  }

  stats(): FutureStats {
    return { state: this.#state, waiting: this.#waiters.count() };
  }

  get [Symbol.toStringTag](): string {
    return "Future";
  }

  #wait(): Promise<T> {
    const refused = refusal();
    if (refused !== null) return refused;
    if (!this.done) return park(this.#waiters);
    this.#heard = true;
    return this.#state === "succeeded" ? pass(this.#outcome as T) : Promise.reject(this.#outcome);
  }

  #reportUnlessHeard(): void {
    const { runtime } = currentScope();
    afterGrace(() => {
      if (!this.#heard) runtime.report(this.#outcome, null);
    });
  }

  #settle(state: FutureState, outcome: unknown): void {
    if (this.done) {
      throw new InvalidStateError(`Cannot set a future as it is ${this.#state} already: received ${describe(outcome)}`);
    }
    this.#state = state;
    this.#outcome = outcome;
  }
}

inspectAs(Future, (self) => {
  const outcome = self.done ? `: ${describe(self.state === "succeeded" ? self.result : self.error)}` : "";
  return `Future { ${self.state}${outcome}, waiting: ${self.stats().waiting} }`;
});
