import { cancellable, createTask } from "heddle";
import type { HttpCacheStats } from "../store/httpCache.js";
import { HttpCache } from "../store/httpCache.js";

export interface CacheDoorOptions {
  readonly offline?: boolean;
  readonly staleIfError?: number;
  readonly staleWhileRevalidate?: boolean;
}

/** A cache that is opened when it is first needed, and closed if it was opened here. */
export class CacheDoor {
  readonly #given: string | HttpCache;
  readonly #options: CacheDoorOptions;
  #opening: Promise<HttpCache> | undefined;
  #opened: HttpCache | undefined;
  #isClosed = false;
  /** What it was like when it was closed. */
  #last: HttpCacheStats | undefined;

  constructor(given: string | HttpCache, options: CacheDoorOptions) {
    this.#given = given;
    this.#options = options;
    if (given instanceof HttpCache) this.#opened = given;
  }

  /**
   * If cancelled: throws `CancelledError`; it is opened all the same, for others.
   *
   * @throws what `HttpCache.open()` throws
   */
  async open(): Promise<HttpCache> {
    if (this.#opened !== undefined) return this.#opened;
    this.#opening ??= this.#open(String(this.#given));
    return await cancellable(this.#opening);
  }

  /** Undefined before it was opened. */
  stats(): HttpCacheStats | undefined {
    return this.#last ?? this.#opened?.stats();
  }

  close(): void {
    this.#isClosed = true;
    this.#last ??= this.#opened?.stats();
    if (!(this.#given instanceof HttpCache)) this.#opened?.close();
  }

  async #open(path: string): Promise<HttpCache> {
    const { offline, staleIfError, staleWhileRevalidate } = this.#options;
    const options = {
      ...(offline === undefined ? {} : { offline }),
      ...(staleIfError === undefined ? {} : { staleIfError }),
      ...(staleWhileRevalidate === undefined ? {} : { staleWhileRevalidate }),
    };
    try {
      const cache = await createTask(() => HttpCache.open(path, options), { name: `open the cache ${path}` });
      if (this.#isClosed) cache.close();
      this.#opened = cache;
      return cache;
    } finally {
      this.#opening = undefined;
    }
  }
}
