import { isThenable } from "../ground/describe.js";
import type { CancelScope } from "../groups/cancelScope.js";
import { inScope } from "../groups/cancelScope.js";
import type { Crew } from "../groups/crew.js";
import { cancellable } from "../primitives/cancellable.js";
import { breath, park, throwIfCancelled, WaitList } from "../task/park.js";
import type { Source } from "./source.js";
import { isAsync } from "./source.js";

/**
 * Reads a source in a task of its own, an item only when one is wanted. The segments of an async generator run in the
 * context of whoever calls `next()`: were that the consumer, the generator's waits and timeouts would be the consumer's.
 */
export class Reader<T> {
  readonly #source: Source<T>;
  readonly #deliver: (item: T, reader: Reader<T>) => void;
  readonly #idle: WaitList<void> = new WaitList("an item to be wanted", this);
  #reading: CancelScope | null = null;
  #stopped = false;
  /** The source is asked for an item, and has not answered. */
  #isBusy = false;
  #wanted = 0;
  #untaken = 0;

  constructor(source: Source<T>, crew: Crew, deliver: (item: T, reader: Reader<T>) => void) {
    this.#source = source;
    this.#deliver = deliver;
    crew.spawn(() => this.#run(), "source");
  }

  /** Wants so many more items that there are `count` which were wanted, or read and not taken yet. */
  want(count: number): void {
    const more = count - this.#wanted - this.#untaken;
    if (more <= 0) return;
    this.#wanted += more;
    this.#idle.wakeFirst();
  }

  /** The consumer has taken an item that was delivered. */
  taken(): void {
    this.#untaken--;
  }

  /** Stops reading, and closes the source. One that is busy with an item is cancelled; one that is not closes in peace. */
  stop(): void {
    this.#stopped = true;
    if (this.#isBusy) this.#reading?.cancel("the loop was left");
    else this.#idle.wakeFirst();
  }

  async #run(): Promise<void> {
    const source = this.#source;
    const iterator = isAsync(source) ? source[Symbol.asyncIterator]() : awaiting(source[Symbol.iterator]());
    try {
      await inScope((reading) => this.#readAll(iterator, reading), {});
    } finally {
      // One that has thrown, or has said that it is done, is at its end.
      if (!this.#isBusy) await iterator.return?.();
    }
  }

  async #readAll(iterator: AsyncIterator<T>, reading: CancelScope): Promise<void> {
    this.#reading = reading;
    for (;;) {
      throwIfCancelled();
      const turn = breath();
      if (turn !== undefined) await turn;
      if (this.#wanted === 0 && !this.#stopped) await park(this.#idle);
      if (this.#stopped) return;
      this.#isBusy = true;
      const result = await iterator.next();
      if (result.done === true) return;
      this.#isBusy = false;
      this.#wanted--;
      this.#untaken++;
      this.#deliver(result.value, this);
    }
  }
}

/** Promises in a plain iterable are waited for, as `for await` does it; when one rejects the iterable is closed. */
function awaiting<T>(iterator: Iterator<T>): AsyncIterator<T> {
  return {
    async next() {
      const { done, value } = iterator.next();
      if (done === true || !isThenable(value)) return { done: done as false, value };
      try {
        return { done: false, value: await cancellable(value as PromiseLike<T>) };
      } catch (error) {
        iterator.return?.();
        throw error;
      }
    },
    async return() {
      iterator.return?.();
      return { done: true, value: undefined };
    },
  };
}
