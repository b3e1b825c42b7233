import { QueueShutDownError } from "../ground/errors.js";
import type { Crew } from "../groups/crew.js";
import { Queue } from "../primitives/queue.js";
import type { Source } from "./source.js";
import { isAsync } from "./source.js";

/** Where workers get their items from, each with its place in the source. */
export interface Feed<T> {
  /** The next item, or undefined at the end. Resolved at once where the source is not asynchronous. */
  take(): Entry<T> | undefined | Promise<Entry<T> | undefined>;
  /** Tells the source that nothing more will be taken. */
  close(): void;
}

export interface Entry<T> {
  readonly item: T;
  readonly index: number;
}

/** Asks a plain iterable when an item is wanted. */
class SyncFeed<T> implements Feed<T> {
  readonly #iterator: Iterator<T>;
  #index = 0;
  #done = false;

  constructor(source: Iterable<T>) {
    this.#iterator = source[Symbol.iterator]();
  }

  take(): Entry<T> | undefined {
    if (this.#done) return undefined;
    let result: IteratorResult<T>;
    try {
      result = this.#iterator.next();
    } catch (error) {
      this.#done = true;
      throw error;
    }
    if (result.done === true) {
      this.#done = true;
      return undefined;
    }
    return { item: result.value, index: this.#index++ };
  }

  close(): void {
    if (this.#done) return;
    this.#done = true;
    this.#iterator.return?.();
  }
}

/**
 * Reads an async iterable in a task of its own. The segments of an async generator run in the context of whoever calls
 * `next()`: were that the workers, each segment would find another task around it. An item is read only when a worker
 * wants one.
 */
class AsyncFeed<T> implements Feed<T> {
  readonly #wanted = new Queue<true>();
  readonly #entries = new Queue<Entry<T>>();

  constructor(source: AsyncIterable<T>, crew: Crew) {
    crew.spawn(() => this.#read(source), "source");
  }

  async take(): Promise<Entry<T> | undefined> {
    try {
      this.#wanted.putNowait(true);
      return await this.#entries.get();
    } catch (error) {
      if (error instanceof QueueShutDownError) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#wanted.shutdown({ immediate: true });
  }

  async #read(source: AsyncIterable<T>): Promise<void> {
    const iterator = source[Symbol.asyncIterator]();
    let index = 0;
    let atEnd = false;
    try {
      for await (const _ of this.#wanted) {
        // A source that throws is at its end, and is not to be closed.
        atEnd = true;
        const result = await iterator.next();
        if (result.done === true) break;
        atEnd = false;
        this.#entries.putNowait({ item: result.value, index: index++ });
      }
    } finally {
      this.#entries.shutdown();
      this.#wanted.shutdown();
      if (!atEnd) await iterator.return?.();
    }
  }
}

export function openFeed<T>(source: Source<T>, crew: Crew): Feed<T> {
  return isAsync(source) ? new AsyncFeed(source, crew) : new SyncFeed(source);
}
