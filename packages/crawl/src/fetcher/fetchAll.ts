import { mapConcurrent, Semaphore, shield } from "heddle";
import { checkCount, checkOptions, invalid } from "./check.js";
import type { FetchOptions, FetchSettings } from "./fetchOptions.js";
import { FETCH_OPTIONS, fetchSettings } from "./fetchOptions.js";
import { fetchWith } from "./fetchPage.js";
import type { FetchRecord } from "./fetchRecord.js";
import { HostLimits } from "./hostLimits.js";
import { UndiciTransport } from "./undiciTransport.js";

export interface FetchAllOptions extends FetchOptions {
  /** How many requests are under way at a time, to all hosts together. Default 64. */
  concurrency?: number;
  /** How many of them to one host. Default 6. Not together with `limits`, which say so themselves. */
  perHost?: number;
  /** Whether records come in the order of the URLs (true) or as pages are done (false, the default). */
  ordered?: boolean;
  /**
   * How far ahead URLs are taken from the source, while others wait for their host, for a retry, or for their
   * turn to be given out. Default 16 times the concurrency; 4 times it when ordered, as finished pages then
   * wait here too.
   */
  window?: number;
}

const OPTIONS: readonly string[] = [...FETCH_OPTIONS, "concurrency", "perHost", "ordered", "window"];

/**
 * Fetches the pages of all `urls`, many at a time, and gives a record for each, whatever happens to it.
 *
 *     for await (const page of fetchAll(urls, { concurrency: 64 })) …
 *
 * The source may be endless, and may be slow. What limits what:
 *
 *      urls ──window──▶ waits for its host ──perHost──▶ waits for a slot ──concurrency──▶ request ──▶ record
 *                          ▲                                                                 │
 *                          └──────────────── backoff, next redirect (no slot held) ──────────┘
 *
 * - A page that waits for its host, or for its next attempt, holds no slot: a slow or parked host keeps
 *   others from nothing, until `window` pages wait for it. A list sorted by host wants a larger window, or to
 *   be shuffled.
 * - A consumer that is slow slows the requests down: records that nobody has taken yet count as under way.
 *   (When ordered it is the window that limits them: were they to keep their slots, the page that all wait
 *   for might find none.)
 * - Leaving the loop cancels what is under way and waits until it has ended.
 *
 * If cancelled: likewise, then `CancelledError` is thrown. Records that were given out are whole.
 *
 * @throws InvalidArgumentError at the call for options that make no sense; what the source throws, from the
 *   loop
 */
export function fetchAll(
  urls: Iterable<string | URL> | AsyncIterable<string | URL>,
  options: FetchAllOptions = {},
): AsyncGenerator<FetchRecord, void, undefined> {
  const doing = "fetch pages";
  checkOptions(doing, options, OPTIONS);
  checkSource(doing, urls);
  const { concurrency = 64, perHost, ordered = false } = options;
  checkCount(doing, concurrency, { what: "concurrency", least: 1 });
  if (perHost !== undefined) checkCount(doing, perHost, { what: "perHost", least: 1 });
  if (perHost !== undefined && options.limits !== undefined) {
    throw invalid(doing, "perHost is a matter of the limits where these are given", perHost);
  }
  if (typeof ordered !== "boolean") throw invalid(doing, "ordered must be true or false", ordered);
  const { window = concurrency * (ordered ? 4 : 16) } = options;
  checkCount(doing, window, { what: "window", least: concurrency });

  const slots = new Semaphore(concurrency);
  const limits = new HostLimits(perHost === undefined ? {} : { perHost });
  const own = options.transport === undefined ? new UndiciTransport() : undefined;
  const transport = options.transport ?? (own as UndiciTransport);
  const settings = fetchSettings(doing, pageOptions(options), { transport, limits, slots });
  return stream(urls, settings, { concurrency, ordered, window, slots, own });
}

interface StreamOptions {
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly window: number;
  readonly slots: Semaphore;
  /** A transport that was made here, and is closed here. */
  readonly own: UndiciTransport | undefined;
}

async function* stream(
  urls: Iterable<string | URL> | AsyncIterable<string | URL>,
  settings: FetchSettings,
  options: StreamOptions,
): AsyncGenerator<FetchRecord, void, undefined> {
  const { concurrency, ordered, window, slots, own } = options;
  // A record takes a slot over from its request; where many end at the very same moment, others may be
  // quicker, and there are up to twice as many for a while.
  let untaken = 0;
  const count = (change: number): void => {
    if (ordered) return;
    untaken += change;
    slots.resize(Math.max(0, concurrency - untaken));
  };
  const fetchOne = async (url: string | URL): Promise<FetchRecord> => {
    const record = await fetchWith(url, settings);
    count(1);
    return record;
  };
  try {
    for await (const record of mapConcurrent(urls, fetchOne, { limit: window, ordered })) {
      count(-1);
      yield record;
    }
  } finally {
    if (own !== undefined) await shield(() => own.close());
  }
}

/** Without the options that are about many pages. */
function pageOptions(options: FetchAllOptions): FetchOptions {
  const { concurrency: _c, perHost: _p, ordered: _o, window: _w, ...rest } = options;
  return rest;
}

function checkSource(doing: string, urls: unknown): void {
  // A string is iterable too: by its characters.
  if (typeof urls === "string") throw invalid(doing, "a list is needed, fetchAll([url])", urls);
  if (typeof urls === "object" && urls !== null && (Symbol.iterator in urls || Symbol.asyncIterator in urls)) return;
  throw invalid(doing, "the URLs must be iterable or async iterable", urls);
}
