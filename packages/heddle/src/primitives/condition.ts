import { checkCount, checkFunction } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError, InvalidStateError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { currentScope, openScopeHere, runIn } from "../task/current.js";
import { park, throwIfCancelled, WaitList } from "../task/park.js";
import type { Guard } from "./guard.js";
import { Lock } from "./lock.js";

export interface ConditionStats {
  /** Whether the lock is held, by anybody. */
  locked: boolean;
  /** Tasks that wait in `wait()` and were not notified yet. */
  waiting: number;
}

/**
 * Lets tasks that hold a lock wait until another one says that something has changed.
 *
 *     using guard = await condition.acquire();
 *     await condition.waitFor(() => basket.length > 0);
 *
 * Several conditions may share a lock.
 */
export class Condition {
  readonly lock: Lock;
  readonly #waiters: WaitList<void> = new WaitList("condition.wait", this);

  /** @param lock the lock to use. Default: one of its own */
  constructor(lock: Lock = new Lock()) {
    if (!(lock instanceof Lock)) {
      throw new InvalidArgumentError(`Cannot make a condition as a Lock is needed: received ${describe(lock)}`);
    }
    this.lock = lock;
  }

  /** Acquires the lock. If cancelled and what is thrown: as `Lock.acquire()`. */
  async acquire(): Promise<Guard> {
    return this.lock.acquire();
  }

  /** Calls `fn` with the lock held. If cancelled while waiting for it: `fn` is not called. */
  async with<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction("use a condition", fn, "condition.with(() => work())");
    return this.lock.with(fn);
  }

  /**
   * Releases the lock, waits to be notified, and acquires the lock again. Whatever one waits for may have changed again by
   * then, so call it in a loop, or use `waitFor()`.
   *
   * If cancelled: acquires the lock all the same, however long that takes, then throws `CancelledError`. A notification
   * that had come before goes on to the next one who waits: at worst one is woken for nothing, none waits for ever.
   *
   * @throws InvalidStateError when the caller's task does not hold the lock
   * @throws LockBrokenError when the lock breaks; the caller does not hold it then
   */
  async wait(): Promise<void> {
    throwIfCancelled();
    this.#needLock("wait for a condition");
    this.lock.release();
    let notified = false;
    try {
      await park(this.#waiters);
      notified = true;
    } finally {
      await this.#reacquire();
      if (notified && currentScope().effective !== null) this.#waiters.wakeFirst();
    }
    throwIfCancelled();
  }

  /**
   * Waits until `predicate` returns something true, and returns it. It is called with the lock held, at once and after
   * each notification.
   *
   * If cancelled: as `wait()`.
   */
  async waitFor<T>(predicate: () => T): Promise<T> {
    checkFunction("wait for a condition", predicate, "condition.waitFor(() => basket.length > 0)");
    throwIfCancelled();
    this.#needLock("wait for a condition");
    let value = predicate();
    while (!value) {
      await this.wait();
      value = predicate();
    }
    return value;
  }

  /**
   * Wakes the `n` tasks that have waited longest, or as many as there are. They go on when they have got the lock.
   *
   * @throws InvalidStateError when the caller's task does not hold the lock
   */
  notify(n: number = 1): void {
    checkCount("notify", n, { what: "their number", least: 0, orInfinity: true });
    this.#needLock("notify those who wait for a condition");
    for (let woken = 0; woken < n && this.#waiters.wakeFirst(); ) woken++;
  }

  /** Wakes all who wait. @throws as `notify()` */
  notifyAll(): void {
    this.notify(Infinity);
  }

  stats(): ConditionStats {
    return { locked: this.lock.locked, waiting: this.#waiters.count() };
  }

  #needLock(doing: string): void {
    if (this.lock.held) return;
    const { state, owner } = this.lock.stats();
    const by = owner === undefined ? "" : ` by task "${owner}"`;
    throw new InvalidStateError(`Cannot ${doing} as the caller must hold its lock: received one that is ${state}${by}`);
  }

  /** Behind a shield: the caller's clean-up relies on the lock, also when it is cancelled. */
  async #reacquire(): Promise<void> {
    const scope = openScopeHere(undefined, true);
    try {
      await runIn(scope, () => this.lock.acquire(), undefined);
    } finally {
      scope.close();
    }
  }
}

inspectAs(Condition, (self) => {
  const { locked, waiting } = self.stats();
  return `Condition { ${locked ? "locked" : "unlocked"}, waiting: ${waiting} }`;
});
