import { openScopeHere } from "../task/current.js";
import { throwNoticed } from "../task/noticed.js";
import { Nursery } from "../task/nursery.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";

export interface ContestRules<T> {
  readonly name: string;
  /** Whether a child that ended like this decides the contest. */
  readonly wins: (task: Task<T>) => boolean;
  /** Gets the results of those that came in after the winner. */
  readonly discard: ((value: T) => void) | undefined;
  /** Called whenever a child has ended. */
  readonly onEnd?: (task: Task<T>) => void;
}

/**
 * The children of a call that the first of them decides (`race`, `firstSuccess`): the others are cancelled then, and
 * waited for. Their errors go to the run's `onError`, as there is nobody else to hear of them.
 */
export class Contest<T> {
  /** Those that failed before there was a winner, in order. */
  readonly failures: unknown[] = [];
  readonly #scope: Scope;
  readonly #nursery: Nursery;
  readonly #rules: ContestRules<T>;
  #winner: Task<T> | null = null;

  constructor(rules: ContestRules<T>) {
    this.#scope = openScopeHere(rules.name);
    this.#rules = rules;
    this.#nursery = new Nursery(this.#scope, (task) => this.#childEnded(task as Task<T>), Infinity, rules.name);
  }

  /** The first that came in; null while there is none, and for ever when all have failed. */
  get winner(): Task<T> | null {
    return this.#winner;
  }

  spawn(fn: () => T | PromiseLike<T>): Task<T> {
    return this.#nursery.spawn(fn);
  }

  /**
   * Waits until all children have ended. If cancelled: they are, and it throws `CancelledError`; but not when there is a
   * winner, whose coming in was before the cancellation (rule S4) or in spite of it.
   */
  async finish(): Promise<void> {
    await this.#nursery.join();
    const outer = this.#scope.cancelFromOutside;
    this.#scope.close();
    if (this.#winner !== null || outer === null) return;
    throwNoticed(outer);
  }

  #childEnded(task: Task<T>): void {
    if (this.#winner !== null) this.#cameLate(task);
    else if (this.#wasStopped(task)) return;
    else if (this.#rules.wins(task)) {
      this.#winner = task;
      this.#scope.cancel("another one was first");
    } else this.failures.push(task.error);
    this.#rules.onEnd?.(task);
  }

  /** Cancelled together with the whole call, which is no way of coming in. */
  #wasStopped(task: Task<T>): boolean {
    return task.state === "cancelled" && this.#scope.effective !== null;
  }

  #cameLate(task: Task<T>): void {
    const { runtime } = this.#scope;
    if (task.state === "failed") runtime.report(task.error, task);
    if (task.state !== "succeeded") return;
    try {
      this.#rules.discard?.(task.result);
    } catch (error) {
      runtime.report(error, task);
    }
  }
}
