import { openScopeHere } from "../task/current.js";
import { throwNoticed } from "../task/noticed.js";
import { Nursery } from "../task/nursery.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";

/**
 * The children of a call that gives one value or fails with one error (`gather`, `mapConcurrent`): the first failure
 * cancels the others and is what the call throws, as it is; errors that come after it go to the run's `onError` (rule G3).
 */
export class Crew {
  readonly scope: Scope;
  /** Called whenever a child has ended, a failure having been noted before. */
  onChildEnd: ((task: Task<unknown>) => void) | null = null;
  readonly #nursery: Nursery;
  #failure: { error: unknown } | null = null;
  #stopped: unknown = null;

  constructor(name: string, limit: number = Infinity) {
    this.scope = openScopeHere(name);
    this.#nursery = new Nursery(this.scope, (task) => this.#childEnded(task), limit, name);
  }

  /** How many children have not ended yet. */
  get size(): number {
    return this.#nursery.size;
  }

  get failed(): boolean {
    return this.#failure !== null;
  }

  spawn<T>(fn: () => T | PromiseLike<T>, name?: string): Task<T> {
    return this.#nursery.spawn(fn, name);
  }

  spawnAll(fns: readonly (() => unknown)[]): readonly Task<unknown>[] {
    return this.#nursery.spawnAll(fns);
  }

  /**
   * Waits for all children, then throws the first failure if there was one, or the cancellation that was met while
   * waiting. If cancelled: the children are, and it waits for their end all the same.
   */
  async finish(): Promise<void> {
    const met = await this.#nursery.join();
    const outer = this.scope.cancelFromOutside;
    this.scope.close();
    if (this.#failure !== null) throw this.#failure.error;
    if (met && outer !== null) throwNoticed(outer);
    // A child has no value, and the cancellation that stopped it is hidden since by a shield: it is on its way.
    if (this.#stopped !== null && this.scope.ownCancel === null) throw this.#stopped;
  }

  #childEnded(task: Task<unknown>): void {
    if (this.#isFailure(task)) this.#fail(task);
    else if (task.state === "cancelled") this.#stopped ??= task.error;
    this.onChildEnd?.(task);
  }

  /** A child that was cancelled together with all of this has not failed; one that was cancelled alone has no value. */
  #isFailure(task: Task<unknown>): boolean {
    return task.state === "failed" || (task.state === "cancelled" && this.scope.effective === null);
  }

  #fail(task: Task<unknown>): void {
    if (this.#failure !== null) {
      this.scope.runtime.report(task.error, task);
      return;
    }
    this.#failure = { error: task.error };
    this.scope.cancel("another one has failed");
  }
}
