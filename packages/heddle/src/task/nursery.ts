import { Deque } from "../ground/deque.js";
import type { Place } from "../ground/place.js";
import { stamp } from "../ground/stamp.js";
import { notePlace } from "./debug.js";
import type { Scope } from "./scope.js";
import type { TaskOwner } from "./task.js";
import { Task } from "./task.js";

/**
 * A scope with children: what runs, groups, `gather` and `mapConcurrent` have in common. It holds its tasks, starts
 * at most `limit` at a time, and tells when the last one has ended. What a failure means is decided by `onEnd`.
 */
export class Nursery implements TaskOwner {
  readonly scope: Scope;
  readonly #onEnd: (task: Task<unknown>, awaited: boolean) => void;
  readonly #limit: number;
  readonly #label: string | null;
  #firstId = 0;
  #running = 0;
  /** What starts those that wait for their turn. */
  readonly #waiting = new Deque<() => void>();
  #whenEmpty: ((metCancel: boolean) => void) | null = null;
  /** About when `join()` began to wait, in milliseconds of `performance.now()`; null while it does not. For reports. */
  joiningSince: number | null = null;

  constructor(
    scope: Scope,
    onEnd: (task: Task<unknown>, awaited: boolean) => void,
    limit: number = Infinity,
    label: string | null = null,
  ) {
    this.scope = scope;
    this.#onEnd = onEnd;
    this.#limit = limit;
    this.#label = label;
  }

  /** How many tasks have not ended yet, those that wait for their turn included. */
  get size(): number {
    return this.#running + this.#waiting.size;
  }

  spawn<T>(fn: () => T | PromiseLike<T>, name?: string, place?: Place): Task<T> {
    const task = this.#make(fn, name, place);
    if (this.#running < this.#limit) {
      this.#running++;
      task.schedule();
    } else {
      this.#waiting.push(task.prepare());
    }
    return task;
  }

  /** Spawns a task for each function, and names them after it. Many cost less this way than one by one. */
  spawnAll(fns: readonly (() => unknown)[]): Task<unknown>[] {
    const tasks = fns.map((fn) => this.#make(fn, fn.name));
    const free = Math.min(this.#limit - this.#running, tasks.length);
    this.#running += free;
    Task.scheduleAll(free === tasks.length ? tasks : tasks.slice(0, free));
    for (const task of tasks.slice(free)) this.#waiting.push(task.prepare());
    return tasks;
  }

  #make<T>(fn: () => T | PromiseLike<T>, name?: string, place?: Place): Task<T> {
    const task = new Task<T>(this, fn, name, place);
    this.#firstId ||= task.id;
    notePlace(task);
    return task;
  }

  /** `gather[2]` where the children of a call are its jobs, else `task-17`. */
  nameOf(task: Task<unknown>): string {
    return this.#label === null ? `task-${task.id}` : `${this.#label}[${task.id - this.#firstId}]`;
  }

  childEnded(task: Task<unknown>, awaited: boolean): void {
    this.#running--;
    this.#onEnd(task, awaited);
    const startNext = this.#waiting.shift();
    if (startNext !== undefined) {
      this.#running++;
      startNext();
    } else if (this.#running === 0) this.#whenEmpty?.(this.scope.cancelFromOutside !== null);
  }

  /**
   * Waits until no child is left. A cancellation does not shorten this: it reaches the children, and the wait goes on
   * until they have really ended. Returns true when it had to wait and met a cancellation from outside before its end;
   * one that comes after the last child has ended is too late for this wait (rule S4).
   */
  async join(): Promise<boolean> {
    let met = false;
    this.joiningSince = stamp();
    while (this.size > 0) {
      met = await new Promise<boolean>((resolve) => {
        this.#whenEmpty = resolve;
      });
    }
    this.#whenEmpty = null;
    this.joiningSince = null;
    return met;
  }
}
