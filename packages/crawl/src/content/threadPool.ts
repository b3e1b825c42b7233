import { availableParallelism } from "node:os";
import { gather, moveOnAfter, Semaphore, shield } from "heddle";
import { checkCount, checkDuration, checkOptions } from "../ground/check.js";
import { ThreadError } from "../ground/errors.js";
import type { ThreadReply } from "./thread.js";
import { Thread } from "./thread.js";

export interface ThreadPoolOptions {
  /** The most threads at once. Default one less than there are cores, between 1 and 4. */
  size?: number;
  /** The longest that one job may take in its thread, in milliseconds; waiting for a thread is not part of it. Default 30000. */
  timeout?: number;
  /** The most memory that one thread may take up for its objects, in MiB. Default 512. */
  maxMemory?: number;
}

export interface ThreadPoolStats {
  /** Threads that are there, with or without a job. */
  readonly threads: number;
  readonly busy: number;
  /** Jobs that wait for a thread. */
  readonly waiting: number;
}

export const THREAD_POOL_OPTIONS = ["size", "timeout", "maxMemory"] as const;

const TIMEOUT = 30_000;
const MAX_MEMORY = 512;

/**
 * Worker threads for work that would hold up the event loop. They are started when there is work, and kept for the next;
 * idle ones do not keep the process alive. Each does one job at a time.
 */
export class ThreadPool<Job, Result> implements AsyncDisposable {
  readonly #entry: URL;
  readonly #name: string;
  readonly #timeout: number;
  readonly #maxMemory: number;
  readonly #slots: Semaphore;
  readonly #threads: Set<Thread<Job, Result>> = new Set();
  /** The last one used is used first: the others may be swapped out. */
  readonly #idle: Thread<Job, Result>[] = [];
  #isClosed = false;

  /** @throws InvalidArgumentError */
  constructor(work: { entry: URL; name: string }, options: ThreadPoolOptions = {}) {
    const doing = `make threads for ${work.name}`;
    checkOptions(doing, options, THREAD_POOL_OPTIONS);
    const { size = defaultSize(), timeout = TIMEOUT, maxMemory = MAX_MEMORY } = options;
    checkCount(doing, size, { what: "size", least: 1 });
    checkDuration(doing, timeout, { what: "timeout" });
    checkCount(doing, maxMemory, { what: "maxMemory", least: 16 });
    this.#entry = work.entry;
    this.#name = work.name;
    this.#timeout = timeout;
    this.#maxMemory = maxMemory;
    this.#slots = new Semaphore(size);
  }

  /**
   * Does one job in a thread, and waits for a free one before.
   *
   * If cancelled: throws `CancelledError`; the thread that was at it is ended, and another takes its place when there is
   * work.
   *
   * @throws ThreadError for a job that failed or took too long, a thread that broke, a pool that is closed
   */
  async run(job: Job): Promise<Result> {
    this.#checkOpen();
    return await this.#slots.with(() => this.#runHere(job));
  }

  stats(): ThreadPoolStats {
    const threads = this.#threads.size;
    return { threads, busy: threads - this.#idle.length, waiting: this.#slots.stats().waiting };
  }

  /** Ends all threads. Jobs that are under way or wait fail with `ThreadError` "THREADS_CLOSED". May be called again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#idle.length = 0;
    const threads = [...this.#threads];
    this.#threads.clear();
    await shield(() => gather(threads.map((thread) => () => thread.stop())));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #runHere(job: Job): Promise<Result> {
    this.#checkOpen();
    const thread = this.#takeIdle() ?? this.#start();
    let reply: ThreadReply<Result> | undefined;
    try {
      reply = await moveOnAfter(this.#timeout, () => thread.ask(job));
    } finally {
      await this.#putBack(thread, reply !== undefined);
    }
    if (reply === undefined) {
      const message = `Cannot finish a job in a thread for ${this.#name} as it took longer than ${this.#timeout} ms`;
      throw new ThreadError("THREAD_TIMEOUT", message);
    }
    if (reply.ok) return reply.value;
    const message = `Cannot finish a job in a thread for ${this.#name} as it failed: received ${reply.name}: ${reply.message}`;
    throw new ThreadError("THREAD_JOB_FAILED", message);
  }

  /** One may have broken since it answered. */
  #takeIdle(): Thread<Job, Result> | undefined {
    for (let thread = this.#idle.pop(); thread !== undefined; thread = this.#idle.pop()) {
      if (thread.isAlive) return thread;
      this.#threads.delete(thread);
    }
    return undefined;
  }

  #start(): Thread<Job, Result> {
    const settings = { entry: this.#entry, name: this.#name, maxMemory: this.#maxMemory };
    const thread = new Thread<Job, Result>(settings);
    this.#threads.add(thread);
    return thread;
  }

  /** One that has not answered may never: only its end is certain. */
  async #putBack(thread: Thread<Job, Result>, hasAnswered: boolean): Promise<void> {
    if (hasAnswered && thread.isAlive && this.#threads.has(thread)) {
      this.#idle.push(thread);
      return;
    }
    this.#threads.delete(thread);
    await shield(() => thread.stop());
  }

  #checkOpen(): void {
    if (!this.#isClosed) return;
    throw new ThreadError(
      "THREADS_CLOSED",
      `Cannot start a job in a thread for ${this.#name} as the threads are closed`,
    );
  }
}

function defaultSize(): number {
  return Math.min(4, Math.max(1, availableParallelism() - 1));
}
