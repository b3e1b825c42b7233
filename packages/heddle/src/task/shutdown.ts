import { ShutdownTimeoutError } from "../ground/errors.js";
import { Link } from "../ground/link.js";
import type { Timer } from "../ground/timers.js";
import { tasksBelow } from "./allTasks.js";
import { taskPath } from "./report.js";
import type { Cancellable, Scope } from "./scope.js";
import type { Task } from "./task.js";

/**
 * Bounds the time that the tasks of a run may take to stop, from the moment in which the run is cancelled, by
 * whomever. When it is over, the wait ends with an error that names the tasks that are still there.
 */
export class Shutdown extends Link implements Timer, Cancellable {
  readonly runsUserCode: boolean = false;
  readonly #scope: Scope;
  readonly #ms: number;
  #giveUp: ((error: ShutdownTimeoutError) => void) | null = null;

  constructor(scope: Scope, ms: number) {
    super();
    this.#scope = scope;
    this.#ms = ms;
  }

  /** Waits for `ended`, but no longer than allowed. */
  async bound(ended: Promise<unknown>): Promise<void> {
    if (this.#ms === Infinity) {
      await ended;
      return;
    }
    this.#scope.attach(this);
    if (this.#scope.effective !== null) this.meetCancel();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#giveUp = reject;
        ended.then(() => resolve(), reject);
      });
    } finally {
      this.#scope.runtime.clock.cancel(this);
      this.#scope.detach(this);
    }
  }

  meetCancel(): void {
    const { clock } = this.#scope.runtime;
    if (this.next === null) clock.schedule(this, clock.now() + Math.max(0, this.#ms));
  }

  fire(): void {
    const stuck = tasksBelow(this.#scope).map(describeStuck);
    const count = stuck.length === 1 ? "1 task" : `${stuck.length} tasks`;
    this.#giveUp?.(new ShutdownTimeoutError(`${count} did not stop within ${this.#ms} ms of being cancelled:`, stuck));
  }

  /** The scope was left: nothing is left to bound. */
  moveTo(heir: Scope): void {
    heir.detach(this);
  }
}

function describeStuck(task: Task<unknown>): string {
  const place = task.createdAt;
  return `${taskPath(task)}${place === undefined ? "" : ` (created at ${place})`}`;
}
