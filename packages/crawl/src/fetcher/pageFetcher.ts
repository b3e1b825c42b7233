import { InvalidStateError, Semaphore } from "heddle";
import { checkCount, checkOptions, invalid } from "../ground/check.js";
import type { Transport } from "../ground/transport.js";
import { UndiciTransport } from "../network/undiciTransport.js";
import type { HostLimitsStats } from "../politeness/hostLimits.js";
import { HostLimits } from "../politeness/hostLimits.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetchOptions, FetchSettings } from "./fetchOptions.js";
import { FETCH_OPTIONS, fetchSettings } from "./fetchOptions.js";
import { checkUrl, fetchWith } from "./fetchPage.js";
import type { FetchRecord } from "./fetchRecord.js";

export interface PageFetcherOptions extends FetchOptions {
  /** How many requests are under way at a time, to all hosts together. Default 64. */
  concurrency?: number;
  /** How many of them to one host. Default 6. Not together with `limits`, which say so themselves. */
  perHost?: number;
}

export const PAGE_FETCHER_OPTIONS: readonly string[] = [...FETCH_OPTIONS, "concurrency", "perHost"];

export interface PageFetcherStats extends HostLimitsStats {
  /** Requests that are under way. */
  requests: number;
  /** Slots that `holdSlot()` keeps from requests now. */
  held: number;
}

/**
 * Fetches pages one by one under limits that they share, for programs that bring the records to their places
 * themselves. `fetchAll()` is this with a loop around it.
 *
 *     const fetcher = new PageFetcher({ concurrency: 64 });
 *     const page = await fetcher.fetch("https://example.com/");
 *     await fetcher.close();
 *
 * `fetch()` may be called any number of times at once: a page waits for its host, then for one of the slots,
 * and holds a slot only while its request is under way.
 */
export class PageFetcher implements AsyncDisposable {
  readonly #settings: FetchSettings;
  readonly #limits: HostLimits;
  readonly #slots: Semaphore;
  readonly #concurrency: number;
  /** A transport that was made here, and is closed here. */
  readonly #own: Transport | undefined;
  #held = 0;
  #state: "open" | "closed" = "open";

  /** @throws InvalidArgumentError for an option that makes no sense */
  constructor(options: PageFetcherOptions = {}) {
    const doing = "fetch pages";
    checkOptions(doing, options, PAGE_FETCHER_OPTIONS);
    const { concurrency = FETCH_DEFAULTS.concurrency, perHost, ...others } = options;
    checkCount(doing, concurrency, { what: "concurrency", least: 1 });
    if (perHost !== undefined) checkCount(doing, perHost, { what: "perHost", least: 1 });
    if (perHost !== undefined && options.limits !== undefined) {
      throw invalid(doing, "perHost is a matter of the limits where these are given", perHost);
    }
    this.#concurrency = concurrency;
    this.#slots = new Semaphore(concurrency);
    this.#limits = options.limits ?? new HostLimits(perHost === undefined ? {} : { perHost });
    this.#own = options.transport === undefined ? new UndiciTransport() : undefined;
    const transport = options.transport ?? (this.#own as Transport);
    this.#settings = fetchSettings(doing, others, { transport, limits: this.#limits, slots: this.#slots });
  }

  /**
   * Fetches a page. Whatever happens to it is in the record, also if the URL is none.
   *
   * If cancelled: throws `CancelledError`; the connection is cut, and there is no record.
   *
   * @throws InvalidStateError after `close()`
   */
  async fetch(url: string | URL): Promise<FetchRecord> {
    if (this.#state === "closed") {
      throw new InvalidStateError("Cannot fetch a page as the fetcher is closed: make another one");
    }
    checkUrl(url);
    return fetchWith(url, this.#settings);
  }

  /**
   * Lets one request less be under way until the result is disposed of. For a record whose reader is slow:
   * counted like a request, it slows the requests down, and records do not pile up.
   *
   * Nothing is waited for, and requests that are under way go on: where many records are held at the very
   * moment at which their requests end, records and requests together can be up to twice the concurrency for a
   * while.
   */
  holdSlot(): Disposable {
    let isHeld = true;
    this.#hold(1);
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#hold(-1);
        isHeld = false;
      },
    };
  }

  stats(): PageFetcherStats {
    const requests = this.#slots.size - this.#slots.available;
    return { ...this.#limits.stats(), requests, held: this.#held };
  }

  /**
   * Lets go of the connections, unless the transport was given: then that is for whoever made it. Pages that
   * are still under way then end with a record that says so.
   *
   * If cancelled: it is closed all the same.
   */
  async close(): Promise<void> {
    this.#state = "closed";
    await this.#own?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hold(change: number): void {
    this.#held += change;
    this.#slots.resize(Math.max(0, this.#concurrency - this.#held));
  }
}
