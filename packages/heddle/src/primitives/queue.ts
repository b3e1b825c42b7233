import { checkCount, checkFlag, checkOptions } from "../ground/check.js";
import { Deque } from "../ground/deque.js";
import { InvalidStateError, QueueEmptyError, QueueFullError, QueueShutDownError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { park, pass, refusal, WaitList } from "../task/park.js";

/** In which order a queue gives its items out: what a subclass chooses. */
export interface QueueStore<T> {
  readonly size: number;
  push(item: T): void;
  shift(): T | undefined;
  clear(): void;
}

export interface QueueStats {
  size: number;
  maxSize: number;
  /** Tasks that wait in `get()`. */
  getting: number;
  /** Tasks that wait in `put()`. */
  putting: number;
  /** Items that were put and not yet reported by `taskDone()`. */
  unfinished: number;
  state: "open" | "shut down";
}

/**
 * First in, first out, between tasks. Items go from hand to hand: one that is put goes to the getter who has waited
 * longest, and nobody can take it in between; no item is lost or seen twice, whoever is cancelled.
 *
 *     for await (const item of queue) …      until `queue.shutdown()`, and the queue is empty
 */
export class Queue<T> implements AsyncIterable<T> {
  readonly maxSize: number;
  readonly #store: QueueStore<T>;
  readonly #getters: WaitList<T> = new WaitList("queue.get", this);
  readonly #putters: WaitList<void> = new WaitList("queue.put", this);
  readonly #joiners: WaitList<void> = new WaitList("queue.join", this);
  #unfinished = 0;
  #state: "open" | "shut down" = "open";

  /**
   * @param maxSize how many items it holds before `put()` waits: a whole number, 1 or more, or `Infinity`, the default
   * @param store for subclasses: the order of the items
   */
  constructor(maxSize: number = Infinity, store: QueueStore<T> = new Deque<T>()) {
    checkCount("make a queue", maxSize, { what: "maxSize", least: 1, orInfinity: true });
    this.maxSize = maxSize;
    this.#store = store;
  }

  /** How many items are in the queue now. */
  get size(): number {
    return this.#store.size;
  }

  get isEmpty(): boolean {
    return this.#store.size === 0;
  }

  get isFull(): boolean {
    return this.#store.size >= this.maxSize;
  }

  /**
   * Adds an item, when there is room.
   *
   * If cancelled: throws `CancelledError`, and the item is not in the queue.
   *
   * @throws QueueShutDownError after `shutdown()`, also to those who wait
   */
  put(item: T): Promise<void> {
    const refused = refusal();
    if (refused !== null) return refused;
    try {
      return this.tryPut(item) ? pass(undefined) : park(this.#putters, item);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Adds an item and returns true if there is room now, else returns false. @throws QueueShutDownError after `shutdown()` */
  tryPut(item: T): boolean {
    if (this.#state !== "open") throw new QueueShutDownError("Cannot put an item as the queue was shut down");
    if (this.isFull) return false;
    this.#accept(item);
    return true;
  }

  /** As `tryPut()`, but throws `QueueFullError` when there is no room. */
  putNowait(item: T): void {
    if (this.tryPut(item)) return;
    throw new QueueFullError(`Cannot put an item without waiting as the queue holds ${this.size} of ${this.maxSize}`);
  }

  /**
   * Takes the next item, when there is one.
   *
   * If cancelled: throws `CancelledError`, and no item was taken.
   *
   * @throws QueueShutDownError when the queue was shut down and is empty, also to those who wait
   */
  get(): Promise<T> {
    const refused = refusal();
    if (refused !== null) return refused;
    try {
      if (!this.isEmpty) return pass(this.#take());
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#state === "open") return park(this.#getters);
    return Promise.reject(new QueueShutDownError("Cannot get an item as the queue was shut down"));
  }

  /** Takes the next item if there is one now, else returns undefined. */
  tryGet(): T | undefined {
    return this.isEmpty ? undefined : this.#take();
  }

  /** As `tryGet()`, but throws `QueueEmptyError` when there is none, or `QueueShutDownError` when none will come. */
  getNowait(): T {
    if (!this.isEmpty) return this.#take();
    if (this.#state !== "open") throw new QueueShutDownError("Cannot get an item as the queue was shut down");
    throw new QueueEmptyError("Cannot get an item without waiting as the queue is empty");
  }

  /** Reports that the work on an item that was got is done. @throws InvalidStateError when called more often than items were put */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new InvalidStateError("Cannot report an item as done as all that were put are done already");
    }
    this.#finish(1);
  }

  /**
   * Waits until `taskDone()` was called for every item that was put.
   *
   * If cancelled: throws `CancelledError`; the queue is as it was.
   */
  join(): Promise<void> {
    const refused = refusal();
    if (refused !== null) return refused;
    return this.#unfinished > 0 ? park(this.#joiners) : pass(undefined);
  }

  /**
   * Lets nothing more in. Items that are in the queue can still be got, then `get()` throws and `for await` ends. Tasks
   * that wait in `put()` fail. Calling it again is allowed, to make it immediate.
   */
  shutdown(options: { immediate?: boolean } = {}): void {
    checkOptions("shut a queue down", options, ["immediate"]);
    checkFlag("shut a queue down", options.immediate, "immediate");
    this.#state = "shut down";
    if (options.immediate === true) {
      const dropped = this.#store.size;
      this.#store.clear();
      // Some may have been reported as done while they were still here.
      this.#finish(Math.min(dropped, this.#unfinished));
    }
    this.#putters.failAll(new QueueShutDownError("Cannot put an item as the queue was shut down"));
    if (this.isEmpty) this.#getters.failAll(new QueueShutDownError("Cannot get an item as the queue was shut down"));
  }

  stats(): QueueStats {
    return {
      size: this.size,
      maxSize: this.maxSize,
      getting: this.#getters.count(),
      putting: this.#putters.count(),
      unfinished: this.#unfinished,
      state: this.#state,
    };
  }

  /** Gets items until the queue was shut down and is empty. If cancelled: as `get()`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    while (!this.isEmpty || this.#state === "open") {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
      yield item;
    }
  }

  #accept(item: T): void {
    if (!this.#getters.wakeFirst(item)) this.#store.push(item);
    this.#unfinished++;
  }

  /** The room that an item leaves goes to the putter who has waited longest. */
  #take(): T {
    const item = this.#store.shift() as T;
    for (let putter = this.#putters.first; putter !== undefined && !this.isFull; putter = this.#putters.first) {
      try {
        this.#accept(putter.request as T);
      } catch (error) {
        // The order of a store may be code of the user's: its error is the putter's, not the getter's.
        putter.fail(error);
        continue;
      }
      putter.wake();
    }
    return item;
  }

  #finish(items: number): void {
    this.#unfinished -= items;
    if (this.#unfinished === 0) this.#joiners.wakeAll();
  }
}

inspectAs(Queue, (self) => describeQueue("Queue", self));

/** The line that describes a queue, for those of another order too. */
export function describeQueue(name: string, queue: Queue<unknown>): string {
  const { size, maxSize, getting, putting, state } = queue.stats();
  return `${name} { ${state}, size: ${size} of ${maxSize}, getting: ${getting}, putting: ${putting} }`;
}
