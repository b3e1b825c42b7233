import { checkCount, checkFunction } from "../ground/check.js";
import { InvalidStateError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { throwIfCancelled } from "../task/park.js";
import type { Task } from "../task/task.js";
import { currentTask } from "../task/task.js";
import { watchable } from "../task/watchable.js";
import { Guard } from "./guard.js";
import type { Permit } from "./semaphore.js";
import { Semaphore } from "./semaphore.js";

export interface CapacityLimiterStats {
  /** How many may be in at a time. */
  total: number;
  /** How many more could come in. Negative while a `resize()` to less waits for some to leave. */
  available: number;
  /** Tasks that wait in `acquire()`. */
  waiting: number;
  /** The names of the tasks that are in. Code outside of tasks is not listed. */
  borrowers: string[];
}

/**
 * A semaphore that knows who has its places: a task is in once at most, and `stats()` says who is in. For what a task must
 * not take twice, as it could then wait for itself: connections, licences, worker threads.
 *
 *     using place = await limiter.acquire();
 *
 * Code outside of tasks cannot be told apart; it takes places as from a semaphore.
 */
export class CapacityLimiter {
  readonly #semaphore: Semaphore;
  /** The tasks that are in, and those that wait to be. */
  readonly #tasks = new Map<Task<unknown>, "in" | "waiting">();

  /** @param total how many may be in at a time: a whole number, 0 or more, or `Infinity` */
  constructor(total: number) {
    checkCount("make a capacity limiter", total, { what: "its total", least: 0, orInfinity: true });
    this.#semaphore = new Semaphore(total);
    watchable.partOf ??= new WeakMap();
    watchable.partOf.set(this.#semaphore, this);
  }

  /**
   * Takes a place, when one is free and all who came earlier have got theirs. The result gives it back once, by `using` or
   * by `release()`.
   *
   * If cancelled: throws `CancelledError`, and no place is taken.
   *
   * @throws InvalidStateError when the caller's task is in already, or waits to be
   */
  async acquire(): Promise<Guard> {
    throwIfCancelled();
    const task = currentTask();
    this.#refuseSecond(task);
    if (task !== undefined) this.#tasks.set(task, "waiting");
    try {
      return this.#admit(task, await this.#semaphore.acquire());
    } catch (error) {
      if (task !== undefined) this.#tasks.delete(task);
      throw error;
    }
  }

  /** Takes a place if that needs no waiting, else returns undefined. @throws InvalidStateError as `acquire()` */
  tryAcquire(): Guard | undefined {
    const task = currentTask();
    this.#refuseSecond(task);
    const permit = this.#semaphore.tryAcquire();
    return permit === undefined ? undefined : this.#admit(task, permit);
  }

  /**
   * Calls `fn` with a place taken and gives it back when `fn` has ended.
   *
   * If cancelled while waiting: `fn` is not called.
   */
  async with<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction("use a capacity limiter", fn, "limiter.with(() => work())");
    const place = await this.acquire();
    try {
      return await fn();
    } finally {
      place.release();
    }
  }

  /** Sets how many may be in at a time. With fewer, those who are in stay until they leave. */
  resize(total: number): void {
    this.#semaphore.resize(total);
  }

  /** The tasks that are in. */
  get holders(): Task<unknown>[] {
    return [...this.#tasks].flatMap(([task, where]) => (where === "in" ? [task] : []));
  }

  stats(): CapacityLimiterStats {
    const { size, available } = this.#semaphore;
    const borrowers = this.holders.map(({ name }) => name);
    return { total: size, available, waiting: this.#semaphore.stats().waiting, borrowers };
  }

  #refuseSecond(task: Task<unknown> | undefined): void {
    const where = task === undefined ? undefined : this.#tasks.get(task);
    if (where === undefined) return;
    const how = where === "in" ? "has a place already" : "waits for a place already";
    throw new InvalidStateError(`Cannot acquire from a capacity limiter as task "${task?.name}" ${how}`);
  }

  #admit(task: Task<unknown> | undefined, permit: Permit): Guard {
    if (task !== undefined) this.#tasks.set(task, "in");
    return new Guard(() => {
      if (task !== undefined) this.#tasks.delete(task);
      permit.release();
    });
  }
}

inspectAs(CapacityLimiter, (self) => {
  const { total, available, waiting, borrowers } = self.stats();
  const who = borrowers.length === 0 ? "" : ` (${borrowers.join(", ")})`;
  return `CapacityLimiter { available: ${available} of ${total}${who}, waiting: ${waiting} }`;
});
