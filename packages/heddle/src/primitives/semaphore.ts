import { checkCount, checkFunction, checkOptions } from "../ground/check.js";
import { InvalidArgumentError, InvalidStateError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { ledger } from "../ground/ledger.js";
import { currentScope } from "../task/current.js";
import { park, pass, refusal, WaitList } from "../task/park.js";
import type { Scope } from "../task/scope.js";
import { watchable } from "../task/watchable.js";

export interface SemaphoreOptions {
  /** Refuses a `release()` that would bring the free permits above this. Default: `Infinity`, nothing is refused. */
  max?: number;
}

export interface SemaphoreStats {
  /** Permits that are free. Negative while a `resize()` to less waits for permits to come back. */
  available: number;
  /** Tasks that wait in `acquire()`. */
  waiting: number;
  max: number;
}

/**
 * A number of permits. Whoever finds none free waits, first come first served: a permit that is given back goes to the
 * one who has waited longest, and nobody can take it in between.
 *
 *     using permit = await semaphore.acquire();
 */
export class Semaphore {
  #size: number;
  /** Permits that were taken and not given back; below 0 when more were given back. */
  #out = 0;
  readonly #max: number;
  readonly #waiters: WaitList<Permit> = new WaitList("semaphore.acquire", this);

  /** @param permits how many are free at the start: a whole number, 0 or more, or `Infinity` */
  constructor(permits: number, options: SemaphoreOptions = {}) {
    const doing = "make a semaphore";
    checkCount(doing, permits, { what: "permits", least: 0, orInfinity: true });
    checkOptions(doing, options, ["max"]);
    const { max = Infinity } = options;
    checkCount(doing, max, { what: "max", least: permits, orInfinity: true });
    this.#size = permits;
    this.#max = max;
    this.#waiters.onLeave = () => this.#serve();
  }

  get available(): number {
    return this.#size - this.#out;
  }

  /** True when `acquire()` would wait. */
  get locked(): boolean {
    return this.available < 1 || !this.#waiters.isEmpty;
  }

  /**
   * Takes `n` permits, when they are free and all who came earlier have got theirs. The result gives them back once, by
   * `using` or by `release()`.
   *
   * If cancelled: throws `CancelledError`, no permit is taken, and those behind are served if they can be.
   */
  acquire(n: number = 1): Promise<Permit> {
    const refused = refusal();
    if (refused !== null) return refused;
    try {
      this.#checkWanted(n);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#take(n) ? pass(new Permit(this, n)) : park(this.#waiters, n);
  }

  /** Takes `n` permits if that needs no waiting, else returns undefined. */
  tryAcquire(n: number = 1): Permit | undefined {
    this.#checkWanted(n);
    return this.#take(n) ? new Permit(this, n) : undefined;
  }

  /** Adds `n` permits, to those waiting first. Not needed for permits that give themselves back. */
  release(n: number = 1): void {
    checkCount("release permits", n, { what: "their number", least: 1 });
    if (this.available + n > this.#max) {
      throw new InvalidStateError(
        `Cannot release permits as ${this.available} of at most ${this.#max} are free: received ${n}`,
      );
    }
    this.#out -= n;
    this.#serve();
  }

  /**
   * Calls `fn` with a permit in hand and gives it back when `fn` has ended.
   *
   * If cancelled while waiting: `fn` is not called.
   */
  async with<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction("use a semaphore", fn, "semaphore.with(() => work())");
    const permit = await this.acquire();
    try {
      return await fn();
    } finally {
      permit.release();
    }
  }

  /** How many permits there are in all, free or out: what the constructor or the last `resize()` was given. */
  get size(): number {
    return this.#size;
  }

  /**
   * Sets the number of permits. With fewer, those that are out stay out until they come back; with more, those who wait
   * are served at once.
   */
  resize(size: number): void {
    const most = this.#max;
    checkCount("resize a semaphore", size, { what: "its size", least: 0, orInfinity: true });
    if (size > most) {
      throw new InvalidArgumentError(`Cannot resize a semaphore as its max is ${most}: received ${size}`);
    }
    this.#size = size;
    this.#serve();
  }

  stats(): SemaphoreStats {
    return { available: this.available, waiting: this.#waiters.count(), max: this.#max };
  }

  #checkWanted(n: number): void {
    checkCount("acquire permits", n, { what: "their number", least: 1 });
    if (n <= this.#max) return;
    throw new InvalidArgumentError(`Cannot acquire permits as there are never more than ${this.#max}: received ${n}`);
  }

  #take(n: number): boolean {
    if (this.available < n || !this.#waiters.isEmpty) return false;
    this.#out += n;
    return true;
  }

  /** Hands permits on, in order; one that wants many is not overtaken by one that wants few. */
  #serve(): void {
    for (let first = this.#waiters.first; first !== undefined; first = this.#waiters.first) {
      const wanted = first.request as number;
      if (this.available < wanted) return;
      this.#out += wanted;
      first.wake(new Permit(this, wanted, first.scope));
    }
  }
}

inspectAs(Semaphore, (self) => {
  return `Semaphore { available: ${self.available}, waiting: ${self.stats().waiting} }`;
});

/** Permits that were taken. They go back once, however often they are released or disposed of. */
export class Permit implements Disposable {
  readonly semaphore: Semaphore;
  /** That of the task that has taken them, for reports; null once they went back. */
  taker: Scope | null;
  #permits: number;

  /** @param scope that of the task that has taken them, for reports; the current one if left out */
  constructor(semaphore: Semaphore, permits: number, scope?: Scope) {
    this.semaphore = semaphore;
    this.taker = scope ?? currentScope();
    this.#permits = permits;
    if (ledger !== null) ledger.opened(this, describePermits(permits, this.taker));
  }

  release(): void {
    const permits = this.#permits;
    if (permits === 0) return;
    this.#permits = 0;
    this.taker = null;
    if (ledger !== null) ledger.closed(this);
    this.semaphore.release(permits);
  }

  /** How many they are: 0 once they went back. */
  get count(): number {
    return this.#permits;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

watchable.kinds["Permit"] ??= Permit.prototype;

function describePermits(permits: number, scope: Scope): string {
  const holder = (scope.task as { name?: string } | null)?.name;
  const count = permits === 1 ? "1 permit" : `${permits} permits`;
  return `${count} of a semaphore${holder === undefined ? "" : `, taken by task "${holder}"`}`;
}
