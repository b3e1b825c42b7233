import { checkCount, checkFlag, checkFunction, checkOptions } from "../ground/check.js";
import { InvalidStateError } from "../ground/errors.js";
import { collect, stream } from "./concurrentMap.js";
import { Limit } from "./limit.js";
import type { Source } from "./source.js";
import { checkSource } from "./source.js";

export interface MapConcurrentOptions {
  /** At most so many calls of `fn` are under way, or finished with a result that nobody has taken yet. 1 or more, or `Infinity`. */
  limit: number;
  /** Whether results come in the order of the source (true, the default) or as they are ready (false). */
  ordered?: boolean;
}

/**
 * The results of `mapConcurrent()`, to be used once: either iterate over them, with back-pressure, or collect them.
 * Nothing starts before the one or the other.
 */
export class ConcurrentResults<R> implements AsyncIterableIterator<R> {
  readonly #stream: () => AsyncGenerator<R, void, undefined>;
  readonly #collect: () => Promise<R[]>;
  readonly #limit: Limit;
  #used: AsyncGenerator<R, void, undefined> | "collected" | null = null;

  constructor(limit: Limit, streaming: () => AsyncGenerator<R, void, undefined>, collecting: () => Promise<R[]>) {
    this.#limit = limit;
    this.#stream = streaming;
    this.#collect = collecting;
  }

  /** How many calls may be under way, or finished with a result that nobody has taken yet. */
  get limit(): number {
    return this.#limit.value;
  }

  /** Changes the limit: more calls start at once, fewer are under way as calls end and results are taken. */
  resize(limit: number): void {
    checkCount("resize a concurrent map", limit, { what: "limit", least: 1, orInfinity: true });
    this.#limit.set(limit);
  }

  /**
   * All results in one array. If cancelled: what is under way is cancelled and waited for.
   * @throws the first error of `fn` or of the source
   */
  async toArray(): Promise<R[]> {
    if (this.#used !== null) {
      throw new InvalidStateError("Cannot collect the results as they were used already: call mapConcurrent() again");
    }
    this.#used = "collected";
    return this.#collect();
  }

  next(): Promise<IteratorResult<R, void>> {
    return this.#started().next();
  }

  /** Cancels what is under way and waits for its end. */
  async return(): Promise<IteratorResult<R, void>> {
    return this.#started().return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #started(): AsyncGenerator<R, void, undefined> {
    if (this.#used === "collected") {
      throw new InvalidStateError("Cannot iterate over the results as they were collected already");
    }
    this.#used ??= this.#stream();
    return this.#used;
  }
}

/**
 * Calls `fn` for every item of `source`, several at a time, and gives the results.
 *
 *     for await (const page of mapConcurrent(urls, (url) => load(url), { limit: 10 })) …
 *     const pages = await mapConcurrent(urls, (url) => load(url), { limit: 10 }).toArray();
 *
 * The source may be endless: an item is taken only when a call can start with it, and a consumer that is slow slows the
 * calls down. Leaving the loop early cancels the calls that are under way, waits until they have really ended, and closes
 * the source. The first error, of `fn` or of the source, does the same and is thrown.
 *
 * If cancelled: likewise, then `CancelledError` is thrown.
 */
export function mapConcurrent<T, R>(
  source: Source<T>,
  fn: (item: T, index: number) => R | PromiseLike<R>,
  options: MapConcurrentOptions,
): ConcurrentResults<R> {
  const doing = "map concurrently";
  checkSource(doing, source);
  checkFunction(doing, fn, "mapConcurrent(items, (item) => work(item), { limit: 10 })");
  const { limit: atFirst, ordered } = checkMapOptions(doing, options);
  const limit = new Limit(atFirst);
  return new ConcurrentResults(
    limit,
    () => stream({ source, fn, limit, ordered }),
    () => collect({ source, fn, limit, ordered }),
  );
}

/** Checks the options of a concurrent map, and fills in what was left out. */
export function checkMapOptions(doing: string, options: MapConcurrentOptions): Required<MapConcurrentOptions> {
  checkOptions(doing, options, ["limit", "ordered"]);
  checkCount(doing, options?.limit, { what: "limit", least: 1, orInfinity: true });
  checkFlag(doing, options.ordered, "ordered");
  const { limit, ordered = true } = options;
  return { limit, ordered };
}
