import { checkFunction } from "../ground/check.js";
import { inspectAs } from "../ground/inspect.js";
import type { Link } from "../ground/link.js";
import { List, unlink } from "../ground/link.js";
import { park, pass, refusal, WaitList } from "../task/park.js";
import type { Task } from "../task/task.js";
import { currentTask } from "../task/task.js";
import { Guard } from "./guard.js";

export interface RWLockStats {
  /** How many read now. */
  readers: number;
  /** Whether somebody writes now. */
  writing: boolean;
  /** Tasks that wait in `read()`. */
  waitingReaders: number;
  /** Tasks that wait in `write()`. */
  waitingWriters: number;
}

type Access = "read" | "write";

/** What a reader or the writer has in hand. */
class Right extends Guard implements Link {
  prev: Link | null = null;
  next: Link | null = null;
  readonly task: Task<unknown> | undefined;

  constructor(access: Access, end: () => void, task: Task<unknown> | undefined) {
    super(end, task, access === "read" ? "the right to read under an RWLock" : "the right to write under an RWLock");
    this.task = task;
  }

  override release(): void {
    unlink(this);
    super.release();
  }
}

/**
 * Many readers at a time, or one writer. First come, first served: a reader who comes while a writer waits stands behind
 * that writer, so that readers who keep coming cannot keep writers out; readers who stand next to each other are let in
 * together, so that writers who keep coming cannot keep readers out.
 *
 *     using guard = await lock.read();
 *
 * Nobody owns it. A task that asks for `write()` while it reads, or for anything while it writes, waits for itself.
 */
export class RWLock {
  #readers = 0;
  #writing = false;
  /** Those that are out, for reports. */
  readonly #rights: List<Right> = new List();
  readonly #waiters: WaitList<Guard> = new WaitList("rwLock", this);
  readonly #endReading = (): void => {
    this.#readers--;
    this.#serve();
  };
  readonly #endWriting = (): void => {
    this.#writing = false;
    this.#serve();
  };

  constructor() {
    // A writer who leaves may have been all that kept the readers behind it waiting.
    this.#waiters.onLeave = () => this.#serve();
  }

  /**
   * Waits until nobody writes and all who came earlier have been let in.
   *
   * If cancelled: throws `CancelledError` and does not read; those behind are served if they can be.
   */
  read(): Promise<Guard> {
    return this.#enter("read");
  }

  /**
   * Waits until nobody reads or writes and all who came earlier have been let in.
   *
   * If cancelled: throws `CancelledError` and does not write; those behind are served if they can be.
   */
  write(): Promise<Guard> {
    return this.#enter("write");
  }

  /** Lets the caller read if that needs no waiting, else returns undefined. */
  tryRead(): Guard | undefined {
    return this.#tryEnter("read");
  }

  /** Lets the caller write if that needs no waiting, else returns undefined. */
  tryWrite(): Guard | undefined {
    return this.#tryEnter("write");
  }

  /** Calls `fn` while nobody writes. If cancelled while waiting: `fn` is not called. */
  async withRead<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction("read under a lock", fn, "lock.withRead(() => work())");
    return this.#with("read", fn);
  }

  /** Calls `fn` while nobody else reads or writes. If cancelled while waiting: `fn` is not called. */
  async withWrite<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    checkFunction("write under a lock", fn, "lock.withWrite(() => work())");
    return this.#with("write", fn);
  }

  /** The tasks that read now, or the one that writes. Code outside of tasks is not listed. */
  get holders(): Task<unknown>[] {
    return [...this.#rights].flatMap(({ task }) => task ?? []);
  }

  stats(): RWLockStats {
    let waitingReaders = 0;
    let waitingWriters = 0;
    for (const waiter of this.#waiters) {
      if (waiter.request === "read") waitingReaders++;
      else waitingWriters++;
    }
    return { readers: this.#readers, writing: this.#writing, waitingReaders, waitingWriters };
  }

  #enter(access: Access): Promise<Guard> {
    const refused = refusal();
    if (refused !== null) return refused;
    const guard = this.#tryEnter(access);
    return guard === undefined ? park(this.#waiters, access) : pass(guard);
  }

  async #with<T>(access: Access, fn: () => T | PromiseLike<T>): Promise<T> {
    const guard = await this.#enter(access);
    try {
      return await fn();
    } finally {
      guard.release();
    }
  }

  #tryEnter(access: Access): Guard | undefined {
    return this.#waiters.isEmpty && this.#admits(access) ? this.#admit(access, currentTask()) : undefined;
  }

  #admits(access: Access): boolean {
    return !this.#writing && (access === "read" || this.#readers === 0);
  }

  #admit(access: Access, task: Task<unknown> | undefined): Guard {
    if (access === "read") this.#readers++;
    else this.#writing = true;
    const right = new Right(access, access === "read" ? this.#endReading : this.#endWriting, task);
    this.#rights.push(right);
    return right;
  }

  #serve(): void {
    for (let first = this.#waiters.first; first !== undefined; first = this.#waiters.first) {
      const access = first.request as Access;
      if (!this.#admits(access)) return;
      first.wake(this.#admit(access, (first.scope.task as Task<unknown> | null) ?? undefined));
    }
  }
}

inspectAs(RWLock, (self) => {
  const { readers, writing, waitingReaders, waitingWriters } = self.stats();
  const state = writing ? "writing" : `readers: ${readers}`;
  return `RWLock { ${state}, waiting to read: ${waitingReaders}, waiting to write: ${waitingWriters} }`;
});
