import { checkFunction } from "../ground/check.js";
import { InvalidStateError, LockBrokenError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { ledger } from "../ground/ledger.js";
import { Link, unlink } from "../ground/link.js";
import { currentScope } from "../task/current.js";
import type { Tie } from "../task/extras.js";
import { parkIn, pass, refuse, WaitList } from "../task/park.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";
import { currentTask } from "../task/task.js";
import { Guard, takenBy } from "./guard.js";

/** "broken": the task that held it ended without releasing it. There is no way back. */
export type LockState = "free" | "held" | "broken";

export interface LockStats {
  state: LockState;
  /** The name of the task that holds the lock, or has broken it; undefined where that is no task. */
  owner: string | undefined;
  /** Tasks that wait in `acquire()`. */
  waiting: number;
}

/**
 * Belongs to one task at a time, first come first served: a lock that is released goes to the one who has waited longest,
 * and nobody can take it in between.
 *
 *     using guard = await lock.acquire();
 *
 * Only the task that holds it may release it. A task that ends while it holds the lock breaks it: all who wait, and all
 * who come later, get a `LockBrokenError`, and the run's `onError` gets it too. Outside of tasks nobody owns anything:
 * such code holds the lock together, any of it may release, and an `acquire()` waits like everybody's.
 */
export class Lock {
  #state: LockState = "free";
  #owner: Task<unknown> | undefined = undefined;
  readonly #waiters: WaitList<Guard> = new WaitList("lock.acquire", this);
  readonly #hold: Hold = new Hold(() => this.#ownerEnded());
  readonly #giveBack = (): void => {
    // A broken lock is not released: its breaking has been reported.
    if (this.#state !== "broken") this.release();
  };

  get state(): LockState {
    return this.#state;
  }

  /** The task that holds the lock, or has broken it. Undefined when it is free or held outside of tasks. */
  get owner(): Task<unknown> | undefined {
    return this.#owner;
  }

  /** True when `acquire()` would not return at once. */
  get locked(): boolean {
    return this.#state !== "free";
  }

  /** True when the caller's task holds the lock. */
  get held(): boolean {
    return this.#state === "held" && this.#owner === currentTask();
  }

  /**
   * Takes the lock, when it is free and all who came earlier have had it. The result releases it once, by `using` or by
   * `release()`.
   *
   * If cancelled: throws `CancelledError`, and the caller does not hold the lock.
   *
   * @throws InvalidStateError when the caller's task holds it already, as it would wait for itself
   * @throws LockBrokenError when the task that holds it ends, or has ended, without releasing it
   */
  acquire(): Promise<Guard> {
    const scope = currentScope();
    if (scope.effective !== null) return refuse(scope.effective);
    try {
      this.#refuseBroken("acquire");
      this.#refuseOwner(scope);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#state === "free" ? pass(this.#giveTo(scope)) : parkIn(scope, this.#waiters);
  }

  /** Takes the lock if it is free, else returns undefined. @throws LockBrokenError as `acquire()` */
  tryAcquire(): Guard | undefined {
    this.#refuseBroken("acquire");
    return this.#state === "free" ? this.#giveTo(currentScope()) : undefined;
  }

  /**
   * Gives the lock to the one who has waited longest, or sets it free.
   *
   * @throws InvalidStateError when the caller's task does not hold it
   */
  release(): void {
    this.#refuseBroken("release");
    if (!this.held) {
      const holder = this.#state === "free" ? "nobody" : nameOf(this.#owner);
      throw new InvalidStateError(
        `Cannot release a lock as ${holder} holds it: received a release by ${nameOf(currentTask())}`,
      );
    }
    unlink(this.#hold);
    ledger?.closed(this.#hold);
    const next = this.#waiters.first;
    if (next === undefined) {
      this.#state = "free";
      this.#owner = undefined;
    } else {
      next.wake(this.#giveTo(next.scope));
    }
  }

  /**
   * Calls `fn` with the lock held and releases it when `fn` has ended.
   *
   * If cancelled while waiting: `fn` is not called.
   */
  async with<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction("use a lock", fn, "lock.with(() => work())");
    const guard = await this.acquire();
    try {
      return await fn();
    } finally {
      guard.release();
    }
  }

  stats(): LockStats {
    return { state: this.#state, owner: this.#owner?.name, waiting: this.#waiters.count() };
  }

  /** Makes the task of `scope` the owner. */
  #giveTo(scope: Scope): Guard {
    const task = (scope.task as Task<unknown> | null) ?? undefined;
    this.#state = "held";
    this.#owner = task;
    task?.scope.tie(this.#hold);
    if (ledger !== null) ledger.opened(this.#hold, takenBy(task, "a lock"));
    return new Guard(this.#giveBack);
  }

  #ownerEnded(): void {
    const owner = this.#owner as Task<unknown>;
    this.#state = "broken";
    ledger?.closed(this.#hold);
    const error = this.#brokenError("acquire", owner);
    this.#waiters.failAll(error);
    owner.scope.runtime.report(error, null);
  }

  #refuseOwner(scope: Scope): void {
    if (this.#owner === undefined || this.#owner !== scope.task) return;
    throw new InvalidStateError(
      `Cannot acquire a lock as task "${this.#owner.name}" holds it already and would wait for itself; for work side by ` +
        "side give each part a task of its own: gather(() => one(), () => two())",
    );
  }

  #refuseBroken(doing: string): void {
    if (this.#state === "broken") throw this.#brokenError(doing, this.#owner as Task<unknown>);
  }

  #brokenError(doing: string, owner: Task<unknown>): LockBrokenError {
    return new LockBrokenError(`Cannot ${doing} a lock as task "${owner.name}" ended while it held it`, owner.name);
  }
}

inspectAs(Lock, (self) => {
  const { state, waiting } = self.stats();
  const by = state === "free" ? "" : ` by ${nameOf(self.owner)}`;
  return `Lock { ${state}${by}, waiting: ${waiting} }`;
});

/** What ties a held lock to its owner's scope. */
class Hold extends Link implements Tie {
  readonly scopeLeft: () => void;

  constructor(ownerEnded: () => void) {
    super();
    this.scopeLeft = ownerEnded;
  }
}

function nameOf(task: Task<unknown> | undefined): string {
  return task === undefined ? "code outside of tasks" : `task "${task.name}"`;
}
