import { checkChoice, checkCount, checkFunction, checkOptions } from "../ground/check.js";
import { InvalidStateError, TaskGroupError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { cancellationIn } from "../task/cancellation.js";
import type { TaskOptions } from "../task/createTask.js";
import { checkName, checkTask } from "../task/createTask.js";
import { openScopeHere, runAsyncIn } from "../task/current.js";
import { throwNoticed } from "../task/noticed.js";
import { Nursery } from "../task/nursery.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";
import type { Ready } from "./starter.js";
import { Starter } from "./starter.js";

export interface TaskGroupOptions {
  /** At most so many children run at a time; the others wait for their turn. Default `Infinity`. */
  limit?: number;
  /** Whether a child that fails cancels its siblings ("cancel", the default) or lets them go on ("continue"). */
  onFailure?: "cancel" | "continue";
  /** What errors and reports call the group. Default: the name of the body, else "group". */
  name?: string;
}

export type TaskGroupState = "open" | "closing" | "finished";

/**
 * The handle on a group of tasks that its body gets. While the body runs the group is "open"; when it has ended and
 * children are left it is "closing", and they may still add siblings; then it is "finished".
 */
export class TaskGroup {
  readonly name: string;
  readonly #nursery: Nursery;
  readonly #scope: Scope;
  readonly #errors: unknown[] = [];
  readonly #starting = new Map<Task<unknown>, Starter<unknown>>();
  readonly #cancelOnFailure: boolean;
  #state: TaskGroupState = "open";
  /** The cancellation that ended the body or a child. */
  #stopped: unknown = null;

  constructor(scope: Scope, name: string, options: TaskGroupOptions) {
    this.name = name;
    this.#scope = scope;
    this.#cancelOnFailure = options.onFailure !== "continue";
    this.#nursery = new Nursery(scope, (task) => this.#childEnded(task), options.limit);
  }

  get state(): TaskGroupState {
    return this.#state;
  }

  /** How many children have not ended yet. */
  get size(): number {
    return this.#nursery.size;
  }

  /** True when `cancel()` was called or a failure has cancelled the group. */
  get cancelled(): boolean {
    return this.#scope.ownCancel !== null;
  }

  /**
   * Starts `fn` as a child of the group. It starts soon, not at once. In a group that was cancelled it starts too, and
   * meets the cancellation at its first wait.
   *
   * @throws InvalidStateError when the group is finished
   */
  createTask<T>(fn: () => T | PromiseLike<T>, options: TaskOptions = {}): Task<T> {
    checkTask("create a task in a group", fn, options, "group.createTask(() => work())");
    this.#refuseFinished();
    return this.#nursery.spawn(fn, options.name);
  }

  /**
   * Starts `fn` as a child and waits until it calls `ready(value)`: for a server that has to listen before the work goes
   * on. Returns the value. Before `ready` was called the child's error is thrown here, not by the group.
   *
   * If cancelled: the child is cancelled and waited for. One that has not begun yet, as it waits for its turn, is not waited
   * for.
   *
   * @throws InvalidStateError when the child ends without having called `ready`
   */
  async start<V>(fn: (ready: Ready<V>) => unknown, options: TaskOptions = {}): Promise<V> {
    checkTask("start a task in a group", fn, options, "group.start((ready) => serve(ready))");
    this.#refuseFinished();
    const starter = new Starter<V>();
    const task = this.#nursery.spawn(() => fn(starter.ready), options.name ?? fn.name) as Task<unknown>;
    this.#starting.set(task, starter as Starter<unknown>);
    return starter.wait(task);
  }

  /** Cancels the body and all children. The group then ends without an error. Returns false when it was cancelled before. */
  cancel(reason?: unknown): boolean {
    return this.#scope.cancel(reason);
  }

  #refuseFinished(): void {
    if (this.#state !== "finished") return;
    throw new InvalidStateError(`Cannot add a task to group "${this.name}" as it is finished`);
  }

  #childEnded(task: Task<unknown>): void {
    const starter = this.#starting.get(task);
    this.#starting.delete(task);
    if (starter?.endedEarly(task) === true) return;
    if (task.state === "failed") this.#fail(task.error);
    else if (task.state === "cancelled") this.#childStopped(task);
  }

  /** One that was cancelled alone is of no concern to the group, unless the group is cancelled as well by then (rule S5). */
  #childStopped(task: Task<unknown>): void {
    const around = this.#scope.effective;
    if (around !== null) this.#stopped ??= around;
    else if (task.error !== task.scope.ownCancel) this.#stopped ??= task.error;
  }

  #fail(error: unknown): void {
    this.#errors.push(error);
    if (this.#cancelOnFailure) this.#scope.cancel("a task of the group has failed");
  }

  /** Runs the body, waits for all children, and settles as rules G1 to G3 have it. For `taskGroup()` only. */
  async run<T>(body: (group: TaskGroup) => T | PromiseLike<T>): Promise<T | undefined> {
    const scope = this.#scope;
    let value: T | undefined;
    try {
      value = await runAsyncIn(scope, body, this);
    } catch (error) {
      const cancelled = cancellationIn(error, scope);
      if (cancelled === null) this.#bodyFailed(error);
      else this.#stopped ??= cancelled;
    }
    this.#state = "closing";
    // The join is a wait like any other: it throws when the group was cancelled from outside meanwhile.
    let met = await this.#nursery.join();
    // Whoever adds one on the last stretch is still in time.
    while (this.#nursery.size > 0) met = await this.#nursery.join();
    this.#state = "finished";
    const outer = scope.cancelFromOutside;
    scope.close();
    if (this.#errors.length > 0) throw new TaskGroupError(this.#errors, this.name);
    if ((met || this.#stopped !== null) && outer !== null) throwNoticed(outer);
    // Hidden since by a shield: it is on its way to the scope that it came from.
    if (this.#stopped !== null && scope.ownCancel === null) throw this.#stopped;
    return value;
  }

  /** A body that failed always cancels the children: nobody is left who could give them work or use their results. */
  #bodyFailed(error: unknown): void {
    this.#errors.push(error);
    this.#scope.cancel("the body of the group has failed");
  }
}

inspectAs(TaskGroup, (self) => {
  return `TaskGroup "${self.name}" ${self.state}, ${self.size} running${self.cancelled ? ", cancelled" : ""}`;
});

/**
 * Runs `body` with a group that it can start tasks in, and returns its result when the body and all tasks of the group
 * have ended, never before. When one fails the others are cancelled and waited for (rules G1 to G6). Returns undefined
 * when `group.cancel()` has ended the body.
 *
 *     await taskGroup(async (group) => {
 *       group.createTask(() => poll());
 *       group.createTask(() => serve());
 *     });
 *
 * If cancelled: the body and all tasks are cancelled; when they have ended it throws `CancelledError`, or the
 * `TaskGroupError` with what went wrong meanwhile.
 *
 * @throws TaskGroupError with all errors, even if there is only one
 */
export async function taskGroup<T>(
  body: (group: TaskGroup) => T | PromiseLike<T>,
  options: TaskGroupOptions = {},
): Promise<T | undefined> {
  checkFunction("open a task group", body, "taskGroup((group) => { group.createTask(() => work()); })");
  checkGroupOptions(options);
  const name = options.name ?? (body.name === "" ? "group" : body.name);
  return new TaskGroup(openScopeHere(name), name, options).run(body);
}

function checkGroupOptions(options: TaskGroupOptions): void {
  const doing = "open a task group";
  checkOptions(doing, options, ["limit", "onFailure", "name"]);
  checkName(doing, options.name);
  if (options.limit !== undefined) checkCount(doing, options.limit, { what: "limit", least: 1, orInfinity: true });
  checkChoice(doing, options.onFailure, { what: "onFailure", choices: ["cancel", "continue"] });
}
