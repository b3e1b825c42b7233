import type { Admission, AdmitOptions, FetchProbe, FetchRecord } from "@heddle/crawl";
import { fetchPage, HostLimits, UndiciTransport } from "@heddle/crawl";
import { now, Semaphore } from "heddle";
import type { Tally } from "../progress/tally.js";
import type { FetchCall } from "./fetchCall.js";

/** Host limits that ask for a slot too: what limits the requests to all hosts together. */
class LimitsWithSlots extends HostLimits {
  readonly #slots: Semaphore;

  constructor(perHost: number, slots: Semaphore) {
    super({ perHost });
    this.#slots = slots;
  }

  override admit(name: string, options: AdmitOptions = {}): Promise<Admission> {
    return super.admit(name, { ...options, slots: this.#slots });
  }
}

/**
 * Fetches single pages, at most `concurrency` requests at a time. A page that waits for its host or for a retry holds no
 * slot, and each page that waits for the reader of its record takes one away: a slow reader slows the requests down.
 */
export class PageFetcher {
  readonly #call: FetchCall;
  readonly #tally: Tally;
  readonly #slots: Semaphore;
  readonly #limits: HostLimits;
  readonly #transport = new UndiciTransport();
  #undelivered = 0;

  constructor(call: FetchCall, tally: Tally) {
    this.#call = call;
    this.#tally = tally;
    this.#slots = new Semaphore(call.concurrency);
    this.#limits = new LimitsWithSlots(call.perHost, this.#slots);
  }

  /** How many hosts are left alone now, as they have asked. */
  get parkedHosts(): number {
    return this.#limits.stats().parked;
  }

  /** Fetches a page. Whatever happens to it is in the record. If cancelled: throws `CancelledError`, there is no record. */
  async fetch(url: string): Promise<FetchRecord> {
    const { timeout, stallTimeout, retries, maxRetryAfter, maxRedirects, maxBytes, headers, userAgent } = this.#call;
    return fetchPage(url, {
      timeout,
      stallTimeout,
      retries,
      maxRetryAfter,
      maxRedirects,
      maxBytes,
      headers,
      ...(userAgent === undefined ? {} : { userAgent }),
      transport: this.#transport,
      limits: this.#limits,
      probe: this.#probe(),
    });
  }

  /** Runs `fn`, which delivers a record to whoever reads it, with one request less allowed meanwhile. */
  async delivering<T>(fn: () => Promise<T>): Promise<T> {
    this.#countUndelivered(1);
    try {
      return await fn();
    } finally {
      this.#countUndelivered(-1);
    }
  }

  /** Lets go of all connections. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #countUndelivered(change: number): void {
    this.#undelivered += change;
    this.#slots.resize(Math.max(0, this.#call.concurrency - this.#undelivered));
  }

  /** A page has one request under way at most. */
  #probe(): FetchProbe {
    let over: (() => void) | undefined;
    return {
      requestStarted: ({ url }) => {
        over = this.#tally.request(url, now());
      },
      requestEnded: () => over?.(),
    };
  }
}
