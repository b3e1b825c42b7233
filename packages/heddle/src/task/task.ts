import type { AsyncResource } from "node:async_hooks";
import { Deque } from "../ground/deque.js";
import { describe, isThenable } from "../ground/describe.js";
import { InvalidStateError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import type { Place } from "../ground/place.js";
import { stamp } from "../ground/stamp.js";
import { cancellationIn } from "./cancellation.js";
import {
  copyNumber,
  currentScope,
  enterForThisJob,
  runInContext,
  sharedContext,
  storedScope,
  useContext,
} from "./current.js";
import { placeOf } from "./debug.js";
import { parkIn, refuse, WaitList } from "./park.js";
import { probe, tellCreated, tellEnded, tellStarted } from "./probe.js";
import { Scope } from "./scope.js";
import { inheritLocals, localsInUse } from "./taskLocal.js";

export type TaskState = "created" | "running" | "succeeded" | "failed" | "cancelled";

/** Who holds a task and hears of its end: a run, a group, or the root. No task is without one. */
export interface TaskOwner {
  readonly scope: Scope;
  /** Makes a task and starts it when its turn has come. */
  spawn<T>(fn: () => T | PromiseLike<T>, name?: string, place?: Place): Task<T>;
  /** What tasks are called that were given no name, before `[2]`; null where they have a number of the process. */
  readonly label: string | null;
  /** The number of a task among those of this owner. */
  indexOf(task: Task<unknown>): number;
  /** The task has ended. `awaited` tells whether somebody waits for it and gets its error. */
  childEnded(task: Task<unknown>, awaited: boolean): void;
}

/** Tasks of several copies of the library stand in one tree: their numbers must differ. */
let lastId = copyNumber * 1_000_000_000;

// Beside the tasks, as few have them.
const places = new WeakMap<object, Place>();
const heard = new WeakSet<object>();

/**
 * A function that runs concurrently with the one that started it (rules T1 to T6). `await task` gives its result.
 * Made by `createTask()` and by groups.
 */
export class Task<T> implements PromiseLike<T> {
  readonly id: number = ++lastId;
  readonly scope: Scope;
  readonly owner: TaskOwner;
  /** About when it was created, in milliseconds of `performance.now()`. */
  readonly since: number = stamp();
  readonly #name: string;
  #state: TaskState = "created";
  /** What to call, until the task starts; what settles when its end was heard, while it runs; then what it has returned or thrown. */
  #content: unknown;
  /** Of unknown, as one of T would keep a `Task<void>` from being a `Task<unknown>`. */
  #awaiters: WaitList<unknown> | null = null;

  constructor(owner: TaskOwner, fn: () => T | PromiseLike<T>, name?: string, place?: Place) {
    this.owner = owner;
    this.#content = fn;
    this.#name = name ?? fn.name;
    if (place !== undefined) places.set(this, place);
    this.scope = new Scope(owner.scope, owner.scope.runtime, this);
    if (localsInUse) inheritLocals(this.scope);
    if (probe !== null) tellCreated(this);
  }

  /** The name given at creation, else the function's, else `gather[2]` for a job of a call, else `task-17`. */
  get name(): string {
    if (this.#name !== "") return this.#name;
    const { label } = this.owner;
    return label === null ? `task-${this.id}` : `${label}[${this.owner.indexOf(this as Task<unknown>)}]`;
  }

  /** The name without what the owner makes up for a task that has none, "" then. */
  get ownName(): string {
    return this.#name;
  }

  /** `file:line:column` of the call that created the task: of `createTask()`, unless a great many are made at once; of the others in debug mode only. */
  get createdAt(): string | undefined {
    return places.get(this)?.toString() ?? placeOf(this);
  }

  get state(): TaskState {
    return this.#state;
  }

  /** True once the task has succeeded, failed or been cancelled. */
  get done(): boolean {
    return this.#state !== "created" && this.#state !== "running";
  }

  /** Somebody came to await the task after it had failed. */
  get heard(): boolean {
    return heard.has(this);
  }

  /** What the task returned. Throws `InvalidStateError` in every state but "succeeded". */
  get result(): T {
    if (this.#state === "succeeded") return this.#content as T;
    throw new InvalidStateError(`Cannot read the result of task "${this.name}" as it is ${this.#state}`);
  }

  /** What the task threw, its `CancelledError` if it was cancelled; undefined in every other state. */
  get error(): unknown {
    return this.#state === "failed" || this.#state === "cancelled" ? this.#content : undefined;
  }

  /** While it runs: the last promise of all that wait for something in it, by which a debugger finds where; else undefined. */
  get ending(): object | undefined {
    return this.#state === "running" ? (this.#content as object | undefined) : undefined;
  }

  /**
   * Asks the task to stop: every waiting call in it throws `CancelledError` from now on. A task that has not
   * started yet starts and runs to its first wait, so that its `finally` blocks run (rule T2).
   * @returns false when the task has ended or was asked before
   */
  cancel(reason?: unknown): boolean {
    return this.scope.cancel(reason);
  }

  /**
   * Cancels the task and waits until it has really ended: for ever, if it catches its cancellation and goes on. Throws what the task threw while it was stopping,
   * unless that is its cancellation.
   *
   * If cancelled: stops waiting and throws; the task stays cancelled.
   */
  async cancelAndWait(reason?: unknown): Promise<void> {
    const { task, effective } = currentScope();
    if (!this.done && task === this) return this.refuseSelf();
    this.cancel(reason);
    if (this.done) return effective === null ? undefined : refuse(effective);
    try {
      await this.wait();
    } catch (error) {
      if (!this.done || (this.#state === "failed" && error === this.#content)) throw error;
    }
  }

  /**
   * Waits for the end of the task. Awaiting does not own it (rule T3).
   *
   * If cancelled: the awaiter throws, the task runs on.
   */
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.wait().then(onResult, onError);
  }

  private wait(): Promise<T> {
    const scope = currentScope();
    if (!this.done) {
      if (scope.task === this) return this.refuseSelf();
      this.#awaiters ??= new WaitList("task", this);
      return parkIn(scope, this.#awaiters) as Promise<T>;
    }
    if (scope.effective !== null) return refuse(scope.effective);
    if (this.#state === "succeeded") return Promise.resolve(this.#content as T);
    heard.add(this);
    return Promise.reject(this.#content);
  }

  private async refuseSelf(): Promise<never> {
    throw new InvalidStateError(`Cannot await task "${this.name}" inside itself as it would wait for ever`);
  }

  // ── For its owner ───────────────────────────────────────────────────────────────────────────────────

  /**
   * Starts the task in a job of its own, soon (rule T1). The job inherits the contexts that the user's own
   * AsyncLocalStorages have at this call, and the current scope is set for that job only.
   */
  schedule(): void {
    useContext();
    const { scheduler } = this.scope.runtime;
    if (scheduler === null) {
      starting.push(this as Task<unknown>);
      settled.then(startNext);
      return;
    }
    this.prepare()();
  }

  /**
   * For a task that has to wait for its turn: returns the function that starts it, in the contexts of this call and not of
   * that one.
   */
  prepare(): () => void {
    useContext();
    let go = (): void => {};
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    turn.then(() => {
      enterForThisJob(this.scope);
      this.begin();
    });
    const { scheduler } = this.scope.runtime;
    return scheduler === null ? go : () => scheduler.add(this, go);
  }

  /** Starts tasks that were made in one go, in one job: the order is that in which jobs of their own would start them. */
  static scheduleAll(tasks: readonly Task<unknown>[]): void {
    useContext();
    const context = tasks[0]?.scope.runtime.scheduler === null ? sharedContext() : null;
    if (context === null) for (const task of tasks) task.schedule();
    else settled.then(() => beginAll(tasks, context));
  }

  begin(): void {
    const fn = this.#content as () => T | PromiseLike<T>;
    this.#content = undefined;
    this.#state = "running";
    if (probe !== null) tellStarted(this);
    let value: T | PromiseLike<T>;
    let promise: Promise<T> | null;
    try {
      value = fn();
      // Whatever it is, a native promise answers for it: another's `then` may call back from any context.
      promise = isThenable(value) ? Promise.resolve(value) : null;
    } catch (error) {
      this.fail(error);
      return;
    }
    if (promise === null) this.succeed(value as T);
    else this.#content = promise.then(succeedCurrent, failCurrent);
  }

  succeed(value: T): void {
    this.end("succeeded", value);
    this.#awaiters?.wakeAll(value);
  }

  fail(error: unknown): void {
    const cancelled = cancellationIn(error, this.scope);
    this.end(cancelled === null ? "failed" : "cancelled", cancelled ?? error);
    this.#awaiters?.failAll(this.#content);
  }

  private end(state: TaskState, outcome: unknown): void {
    this.#state = state;
    this.#content = outcome;
    this.scope.close();
    if (probe !== null) tellEnded(this);
    this.owner.childEnded(this as Task<unknown>, this.#awaiters !== null && !this.#awaiters.isEmpty);
  }

  get [Symbol.toStringTag](): string {
    return "Task";
  }
}

inspectAs(Task, (self) => {
  const outcome = self.done ? `: ${describe(self.state === "succeeded" ? self.result : self.error)}` : "";
  return `Task "${self.name}" #${self.id} ${self.state}${outcome}`;
});

const starting = new Deque<Task<unknown>>();
const settled: Promise<void> = Promise.resolve();

function beginAll(tasks: readonly Task<unknown>[], context: AsyncResource): void {
  for (const task of tasks) runInContext(context, task.scope, begin, task);
}

function begin(task: Task<unknown>): void {
  task.begin();
}

/** Jobs run in the order in which they were queued, so the oldest task is the one whose job this is. */
function startNext(): void {
  const task = starting.shift() as Task<unknown>;
  enterForThisJob(task.scope);
  task.begin();
}

/** The end of a task's function is heard in the task's own context: no closure has to remember the task. */
function succeedCurrent(value: unknown): void {
  taskOfThisJob().succeed(value);
}

function failCurrent(error: unknown): void {
  taskOfThisJob().fail(error);
}

function taskOfThisJob(): Task<unknown> {
  const scope = storedScope() as Scope;
  return scope.task as Task<unknown>;
}

/** The task whose code is running, or undefined outside of all tasks. */
export function currentTask(): Task<unknown> | undefined {
  return (currentScope().task as Task<unknown> | null) ?? undefined;
}
