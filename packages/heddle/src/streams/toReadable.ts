import type { ReadableOptions } from "node:stream";
import { Readable } from "node:stream";
import { checkCount, checkFlag, checkOptions } from "../ground/check.js";
import { InvalidArgumentError, isCancelled } from "../ground/errors.js";
import { Place } from "../ground/place.js";
import { Crew } from "../groups/crew.js";
import { startOwned } from "../groups/ownedTask.js";
import { Reader } from "../iteration/reader.js";
import type { Source } from "../iteration/source.js";
import { checkSource } from "../iteration/source.js";
import { currentScope, runIn } from "../task/current.js";
import type { Scope } from "../task/scope.js";
import type { TaskOwner } from "../task/task.js";

export interface ToReadableOptions {
  /** Whether chunks are any values (true, the default) or bytes and text (false). */
  objectMode?: boolean;
  /** How much is read before anybody wants it: items in object mode, else bytes. Default: that of Node. */
  highWaterMark?: number;
}

/**
 * A Node stream of what an iterable gives. The source is read in a task of the run, which starts when the stream is first
 * read from, and no faster than the stream is read.
 *
 *     await pipeline(toReadable(rows()), csv(), createWriteStream("rows.csv"));
 *
 * Destroying the stream cancels a source that is busy and closes it; the stream's "close" comes after that. An error of the
 * source is the stream's. When the scope of this call, or the run, is cancelled, the stream is destroyed.
 */
export function toReadable<T>(source: Source<T>, options: ToReadableOptions = {}): Readable {
  const doing = "make a stream";
  checkSource(doing, source);
  checkOptions(doing, options, ["objectMode", "highWaterMark"]);
  checkFlag(doing, options.objectMode, "objectMode");
  const { highWaterMark } = options;
  if (highWaterMark !== undefined) checkCount(doing, highWaterMark, { what: "highWaterMark", least: 0 });
  return new SourceStream(source, { objectMode: true, ...options }, new Place(toReadable));
}

class SourceStream<T> extends Readable {
  readonly #source: Source<T>;
  readonly #home: Scope = currentScope();
  readonly #place: Place;
  #reader: Reader<T> | null = null;
  #ended: Promise<void> | null = null;

  constructor(source: Source<T>, options: ReadableOptions, place: Place) {
    super(options);
    this.#source = source;
    this.#place = place;
  }

  override _read(): void {
    this.#ended ??= this.#start();
    this.#reader?.want(1);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#reader?.stop();
    if (this.#ended === null) callback(error);
    else this.#ended.then(() => callback(error));
  }

  /** Starts in the scope of `toReadable()`; whoever reads first may be anybody. */
  #start(): Promise<void> {
    return new Promise((ended) => {
      const begin = (): void => {
        const owner = currentScope().runtime.background as TaskOwner;
        startOwned(owner, () => this.#readAll().finally(ended), { name: "toReadable", place: this.#place });
      };
      runIn(this.#home, begin, undefined);
    });
  }

  async #readAll(): Promise<void> {
    try {
      const crew = new Crew("toReadable");
      this.#reader = new Reader(this.#source, crew, (item) => this.#give(item));
      if (this.destroyed) this.#reader.stop();
      this.#reader.want(1);
      await crew.finish();
      if (!this.destroyed) this.push(null);
    } catch (error) {
      this.#fail(error);
    }
  }

  #give(item: T): void {
    if (item === null || item === undefined) {
      throw new InvalidArgumentError(`Cannot put a value into a stream as it means its end: received ${item}`);
    }
    this.#reader?.taken();
    this.push(item);
  }

  /** Without anybody to hear of it a cancellation is no reason to end the process: the stream is closed before its end. */
  #fail(error: unknown): void {
    if (isCancelled(error)) this.destroy(this.listenerCount("error") > 0 ? error : undefined);
    else if (this.destroyed) currentScope().runtime.report(error, null);
    else this.destroy(error as Error);
  }
}
