import { Deque } from "../ground/deque.js";
import { Crew } from "../groups/crew.js";
import { breath, park, throwIfCancelled, WaitList } from "../task/park.js";
import { Reader } from "./reader.js";
import type { Source } from "./source.js";

/**
 * What the operators have in common: sources that are read in tasks of their own, and the items that were read and not
 * taken by the operator's loop yet, in order of their arrival. What had been read before an error comes before the error.
 */
export class Intake<T> {
  /** Called whenever an item has arrived. */
  onItem: (() => void) | null = null;
  readonly #crew: Crew;
  readonly #readers: readonly Reader<T>[];
  readonly #items = new Deque<{ readonly item: T; readonly reader: Reader<T> }>();
  readonly #consumer: WaitList<void>;

  constructor(name: string, sources: readonly Source<T>[]) {
    this.#consumer = new WaitList(`${name}, next item`);
    this.#crew = new Crew(name);
    this.#crew.onChildEnd = () => this.#consumer.wakeAll();
    this.#readers = sources.map(
      (source) => new Reader(source, this.#crew, (item, reader) => this.#arrived(item, reader)),
    );
  }

  /** How many items have arrived and were not taken. */
  get size(): number {
    return this.#items.size;
  }

  /** True when no more items will arrive. */
  get isAtEnd(): boolean {
    return this.#crew.failed || this.#crew.size === 0;
  }

  /** Has every source read until `count` of its items are under way or not taken. */
  want(count: number): void {
    for (const reader of this.#readers) reader.want(count);
  }

  /** Waits until there is an item to take. Returns false when there will be none; `close()` then tells why. */
  async arrival(): Promise<boolean> {
    throwIfCancelled();
    if (this.size > 0) {
      const turn = breath();
      if (turn !== undefined) await turn;
    }
    while (this.size === 0 && !this.isAtEnd) await this.change();
    return this.size > 0;
  }

  /** Waits until an item arrives or a source ends. */
  change(): Promise<void> {
    return park(this.#consumer);
  }

  take(): T {
    const { item, reader } = this.#items.shift() as { item: T; reader: Reader<T> };
    reader.taken();
    return item;
  }

  /** Stops reading, closes the sources, and waits until they are. Throws the error of the source that failed first. */
  async close(): Promise<void> {
    for (const reader of this.#readers) reader.stop();
    await this.#crew.finish();
  }

  #arrived(item: T, reader: Reader<T>): void {
    this.#items.push({ item, reader });
    this.onItem?.();
    this.#consumer.wakeFirst();
  }
}
