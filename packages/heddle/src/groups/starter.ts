import { InvalidStateError } from "../ground/errors.js";
import { onCancel } from "../task/onCancel.js";
import { park, WaitList } from "../task/park.js";
import type { Task } from "../task/task.js";

/** Called once by a task that `group.start()` has started, when it is ready. `start()` returns the value. */
export type Ready<V> = (value: V) => void;

const CANCELLED = "group.start() was cancelled";

/** The time between `group.start(fn)` and the moment in which the child says that it is ready. */
export class Starter<V> {
  readonly #list = new WaitList<V>("group.start", this);
  #state: "starting" | "ready" | "ended" | "given up" = "starting";
  #failure: unknown;

  readonly ready: Ready<V> = (value) => {
    if (this.#state === "given up") return;
    if (this.#state !== "starting") {
      throw new InvalidStateError(`Cannot call ready() as the task is ${this.#state} already`);
    }
    this.#state = "ready";
    this.#list.wakeFirst(value);
  };

  /** Waits for `ready`. If cancelled: cancels the child and waits for its end, if it has begun. */
  async wait(task: Task<unknown>): Promise<V> {
    // The child is the group's, but until it is ready it works for the caller: what cancels the one cancels the other at once.
    const relay = onCancel(() => {
      if (this.#state === "starting") task.cancel(CANCELLED);
    });
    try {
      return await park(this.#list);
    } catch (error) {
      if (this.#state === "ended" && error === this.#failure) throw error;
      // It was cancelled before the child was ready, or else the value would have been handed over (rules S3 and S4).
      if (task.state === "created") {
        // It waits for its turn, and the turn may be that of the task that waits here.
        this.#state = "given up";
        throw error;
      }
      await this.#ended;
      // One that was ready in spite of its cancellation fails the group.
      throw task.state === "failed" && this.#endedEarly ? task.error : error;
    } finally {
      relay[Symbol.dispose]();
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
