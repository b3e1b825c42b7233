import { AsyncResource } from "node:async_hooks";
import { Deque } from "../ground/deque.js";
import type { Place } from "../ground/place.js";
import { stamp } from "../ground/stamp.js";
import { copyPlace, notePlace } from "./debug.js";
import { probe, tellJoined, tellJoining } from "./probe.js";
import type { Scope } from "./scope.js";
import type { TaskOwner } from "./task.js";
import { Task } from "./task.js";

/** What waits for its turn without being a task yet. */
class Backlog {
  /** The next one last. */
  readonly fns: (() => unknown)[];
  readonly tasks: Task<unknown>[];
  readonly context: AsyncResource = new AsyncResource("HeddleScope");

  constructor(fns: (() => unknown)[], tasks: Task<unknown>[]) {
    this.fns = fns;
    this.tasks = tasks;
    notePlace(this);
  }
}

/**
 * A scope with children: what runs, groups, `gather` and `mapConcurrent` have in common. It holds its tasks, starts
 * at most `limit` at a time, and tells when the last one has ended. What a failure means is decided by `onEnd`.
 */
export class Nursery implements TaskOwner {
  readonly scope: Scope;
  readonly #onEnd: (task: Task<unknown>, awaited: boolean) => void;
  readonly #limit: number;
  readonly label: string | null;
  #firstId = 0;
  #running = 0;
  /** What starts those that wait for their turn. */
  readonly #waiting = new Deque<() => void>();
  #backlog: Backlog | null = null;
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
    this.label = label;
  }

  /** How many tasks have not ended yet, those that wait for their turn included. */
  get size(): number {
    return this.#running + this.#waiting.size + (this.#backlog?.fns.length ?? 0);
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

  /**
   * Spawns a task for each function, once in a nursery's life. Many cost less this way than one by one; and where a limit
   * lets some wait for their turn, a task is made when it has come: the result grows until then.
   */
  spawnAll(fns: readonly (() => unknown)[]): readonly Task<unknown>[] {
    const free = Math.min(this.#limit - this.#running, fns.length);
    const tasks: Task<unknown>[] = [];
    for (let i = 0; i < free; i++) tasks.push(this.#make(fns[i] as () => unknown));
    this.#running += free;
    Task.scheduleAll([...tasks]);
    if (free < fns.length) this.#backlog = new Backlog(fns.slice(free).reverse(), tasks);
    return tasks;
  }

  #spawnFrom(backlog: Backlog): void {
    const fn = backlog.fns.pop() as () => unknown;
    if (backlog.fns.length === 0) this.#backlog = null;
    this.#running++;
    // The contexts of whoever has ended just now are not those in which the call was made.
    backlog.context.runInAsyncScope(() => {
      const task = this.#make(fn, fn.name === "" ? `${this.label}[${backlog.tasks.length}]` : fn.name);
      copyPlace(backlog, task);
      backlog.tasks.push(task);
      task.schedule();
    });
  }

  #make<T>(fn: () => T | PromiseLike<T>, name?: string, place?: Place): Task<T> {
    const task = new Task<T>(this, fn, name, place);
    this.#firstId ||= task.id;
    notePlace(task);
    return task;
  }

  indexOf(task: Task<unknown>): number {
    return task.id - this.#firstId;
  }

  childEnded(task: Task<unknown>, awaited: boolean): void {
    this.#running--;
    this.#onEnd(task, awaited);
    const startNext = this.#waiting.shift();
    if (startNext !== undefined) {
      this.#running++;
      startNext();
    } else if (this.#backlog !== null) this.#spawnFrom(this.#backlog);
    else if (this.#running === 0) this.#endJoin(task);
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
      if (probe !== null) tellJoining(this);
      met = await new Promise<boolean>((resolve) => {
        this.#whenEmpty = resolve;
      });
    }
    this.joiningSince = null;
    return met;
  }

  #endJoin(last: Task<unknown>): void {
    const whenEmpty = this.#whenEmpty;
    if (whenEmpty === null) return;
    this.#whenEmpty = null;
    if (probe !== null) tellJoined(this, last);
    whenEmpty(this.scope.cancelFromOutside !== null);
  }
}
