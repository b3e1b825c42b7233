import { cancelScope, InvalidStateError, now } from "heddle";
import { invalid } from "../ground/check.js";
import { seconds } from "../ground/errors.js";
import type { HostExplanation } from "../politeness/hostExplanation.js";
import type { HostLimitsStats } from "../politeness/hostLimits.js";
import type { Answer } from "./answer.js";
import { Errand } from "./errand.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import { judgeNoAnswer } from "./judge.js";
import { Page } from "./page.js";
import type { PageOptions } from "./pageOptions.js";
import { parseUrl } from "./parseUrl.js";
import type { Parts } from "./parts.js";
import { makeParts } from "./parts.js";
import { makeRung, nameOf } from "./rung.js";
import { checkFetcherOptions, checkPageOptions } from "./schema.js";
import type { PageSettings } from "./settings.js";
import { pageSettings } from "./settings.js";
import type { StepRequest } from "./step.js";
import type { PageRequest, StreamOptions } from "./streamPages.js";
import { streamPages } from "./streamPages.js";

export interface FetcherStats extends HostLimitsStats {
  /** Requests that are under way. */
  requests: number;
  /** Slots that `holdSlot()` keeps from requests now. */
  held: number;
}

export interface FetcherExplanation extends HostExplanation {
  /** By which rung of the ladder its pages begin, as it is known to need it; null: by the lowest. */
  readonly beginsBy: string | null;
  /** Proxies that rest as the host has blocked them, without credentials. */
  readonly restingProxies: readonly string[];
}

/**
 * A fetcher of pages under limits that they share.
 *
 *     await using fetcher = createFetcher({ concurrency: 64 });
 *     const page = await fetcher.get("https://example.com/");
 *     for await (const page of fetcher.fetchAll(urls)) …
 *
 * @throws InvalidArgumentError for an option that makes no sense
 */
export function createFetcher(options: FetcherOptions = {}): Fetcher {
  return new Fetcher("make a fetcher", options);
}

/**
 * Gets pages. `get()` may be called any number of times at once: a page waits for its host, then for one of the slots, and
 * holds a slot only while a request of it is under way.
 */
export class Fetcher implements AsyncDisposable {
  readonly #settings: PageSettings;
  readonly #parts: Parts;
  readonly #concurrency: number;
  #held = 0;
  #state: "open" | "closed" = "open";

  constructor(doing: string, options: FetcherOptions) {
    checkFetcherOptions(doing, options);
    const { concurrency = FETCH_DEFAULTS.concurrency, perHost } = options;
    if (perHost !== undefined && options.limits !== undefined) {
      throw invalid(doing, "perHost is a matter of the limits where these are given", perHost);
    }
    this.#concurrency = concurrency;
    this.#settings = pageSettings(options);
    this.#parts = makeParts(options, this.#settings);
  }

  /**
   * Gets a page. Whatever happens to it is in the page, also if the URL is none; `options` hold over those of the fetcher.
   *
   * If cancelled: throws `CancelledError`; the connection is cut, and there is no page.
   *
   * @throws InvalidArgumentError for an option that makes no sense; InvalidStateError after `close()`
   */
  get(url: string | URL, options?: PageOptions): Promise<Page> {
    try {
      return this.#get(url, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Gets the pages of all that `source` names, many at a time, and gives each as it is done, whatever happened to it.
   *
   *     for await (const page of fetcher.fetchAll(urls)) …
   *
   * The source may be endless, and may be slow; what it gives are URLs, or objects with a `url` and options for that page.
   * A consumer that is slow slows the requests down. Leaving the loop cancels what is under way and waits until it has ended.
   *
   * If cancelled: likewise, then `CancelledError` is thrown. Pages that were given out are whole; finished ones that nobody
   * has taken yet are lost.
   *
   * @throws InvalidArgumentError at the call for options that make no sense; what the source throws, from the loop
   */
  fetchAll(
    source: Iterable<PageRequest> | AsyncIterable<PageRequest>,
    options: StreamOptions = {},
  ): AsyncGenerator<Page, void, undefined> {
    return streamPages({ getter: this, slots: this.#parts.slots }, source, {
      concurrency: this.#concurrency,
      ...options,
    });
  }

  /**
   * Lets one request less be under way until the result is disposed of. For a page whose reader is slow:
   * counted like a request, it slows the requests down, and pages do not pile up.
   *
   * Nothing is waited for, and requests that are under way go on: where many pages are held at the very
   * moment at which their requests end, pages and requests together can be up to twice the concurrency for a
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

  /**
   * Why pages of a host wait, or would: in words, and in numbers. The host is written as in a URL, with its port if that is
   * not the usual one.
   */
  explain(host: string): FetcherExplanation {
    const { limits, ladder, proxies } = this.#parts;
    const learned = ladder.learned(host);
    const resting = proxies?.stats().filter(({ restingFor }) => restingFor.includes(host)) ?? [];
    return {
      ...limits.explain(host),
      beginsBy: learned === undefined ? null : nameOf(learned.rung),
      restingProxies: resting.map(({ proxy }) => proxy),
    };
  }

  stats(): FetcherStats {
    const { limits, slots } = this.#parts;
    return { ...limits.stats(), requests: slots.size - slots.available, held: this.#held };
  }

  /**
   * Lets go of the connections, unless the transport was given: then that is for whoever made it. Pages that
   * are still under way then end with a page that says so.
   *
   * If cancelled: it is closed all the same.
   */
  async close(): Promise<void> {
    this.#state = "closed";
    await this.#parts.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #get(url: string | URL, options: PageOptions | undefined): Promise<Page> {
    if (this.#state === "closed") {
      throw new InvalidStateError("Cannot fetch a page as the fetcher is closed: make another one");
    }
    checkUrl(url);
    let settings = this.#settings;
    if (options !== undefined) {
      checkPageOptions("fetch a page", options);
      settings = pageSettings(options, settings);
    }
    const errand = new Errand(String(url), settings);
    const parsed = parseUrl(errand.page);
    if (!(parsed instanceof URL)) return Promise.resolve(new Page(errand, null, parsed));
    const { method, headers, body, render, identity } = settings;
    const rung = render === true ? CHROMIUM : identity === undefined ? PLAIN : IDENTITY;
    return this.#within({ url: parsed, method, headers, body, rung, errand }).then((answer) => {
      const last = answer ?? endLate(errand, parsed);
      return new Page(errand, last, last.failure);
    });
  }

  /** Runs the steps within the deadline of the page; undefined when that has passed. */
  #within(request: StepRequest): Promise<Answer | undefined> {
    const { errand } = request;
    const { deadline, deadlineFromCall } = errand.settings;
    if (deadline === Infinity) return this.#parts.chain(request);
    return cancelScope((scope) => {
      errand.scope = scope;
      if (deadlineFromCall) scope.deadline = now() + deadline;
      return this.#parts.chain(request);
    });
  }

  #hold(change: number): void {
    this.#held += change;
    // A few pages between a request and its reader are nothing to slow down for.
    const held = Math.max(0, this.#held - Math.floor(this.#concurrency / 16));
    const size = Math.max(0, this.#concurrency - held);
    if (size !== this.#parts.slots.size) this.#parts.slots.resize(size);
  }
}

const PLAIN = makeRung("plain");
const IDENTITY = makeRung("identity");
const CHROMIUM = makeRung("chromium");

/** The deadline of a page has passed. */
function endLate(errand: Errand, url: URL): Answer {
  const message = `The page was not there after ${seconds(errand.settings.deadline)}, its deadline`;
  const late = errand.endWith({ outcome: "timeout", code: "DEADLINE", message }, url);
  late.judgement = judgeNoAnswer(late.failure);
  return late;
}

/** A URL that makes no sense becomes a page; what is none of its kind is a mistake in the program. */
function checkUrl(url: unknown): void {
  if (typeof url === "string" || url instanceof URL) return;
  throw invalid("fetch a page", "the URL must be a string or a URL", url);
}
