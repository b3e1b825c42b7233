import { InvalidStateError } from "../ground/errors.js";
import { park, WaitList } from "../task/park.js";
import type { Task } from "../task/task.js";

/** Called once by a task that `group.start()` has started, when it is ready. `start()` returns the value. */
export type Ready<V> = (value: V) => void;

/** The time between `group.start(fn)` and the moment in which the child says that it is ready. */
export class Starter<V> {
  readonly #list = new WaitList<V>("group.start", this);
  #state: "starting" | "ready" | "ended" | "given up" = "starting";
  #value: V | undefined;
  #failure: unknown;

  readonly ready: Ready<V> = (value) => {
    if (this.#state === "given up") return;
    if (this.#state !== "starting") {
      throw new InvalidStateError(`Cannot call ready() as the task is ${this.#state} already`);
    }
    this.#state = "ready";
    this.#value = value;
    this.#list.wakeFirst(value);
  };

  /** Waits for `ready`. If cancelled: cancels the child and waits for its end, if it has begun. */
  async wait(task: Task<unknown>): Promise<V> {
    try {
      return await park(this.#list);
    } catch (error) {
      if (this.#state === "ready") return this.#value as V;
      if (this.#state === "ended") throw this.#failure;
      task.cancel("group.start() was cancelled");
      if (task.state === "created") {
        // It waits for its turn, and the turn may be that of the task that waits here.
        this.#state = "given up";
        throw error;
      }
      await this.#ended;
      // One that was ready in spite of its cancellation fails the group.
      throw task.state === "failed" && this.#endedEarly ? task.error : error;
    }
  }

  /** Returns true when the end of the task is a matter of `start()`, not of the group. */
  endedEarly(task: Task<unknown>): boolean {
    this.#resolveEnded();
    if (this.#state !== "starting") return false;
    this.#state = "ended";
    this.#failure =
      task.state === "succeeded"
        ? new InvalidStateError(`Cannot start task "${task.name}" as it ended without calling ready()`)
        : task.error;
    this.#list.failAll(this.#failure);
    return true;
  }

  get #endedEarly(): boolean {
    return this.#state === "ended";
  }

  #resolveEnded: () => void = () => {};
  readonly #ended: Promise<void> = new Promise((resolve) => {
    this.#resolveEnded = resolve;
  });
}
