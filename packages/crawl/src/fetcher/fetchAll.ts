import { mapConcurrent, shield } from "heddle";
import { checkCount, checkOptions, invalid } from "../ground/check.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetchRecord } from "./fetchRecord.js";
import type { PageFetcherOptions } from "./pageFetcher.js";
import { PAGE_FETCHER_OPTIONS, PageFetcher } from "./pageFetcher.js";

export interface FetchAllOptions extends PageFetcherOptions {
  /** Whether records come in the order of the URLs (true) or as pages are done (false, the default). */
  ordered?: boolean;
  /**
   * How far ahead URLs are taken from the source, while others wait for their host, for a retry, or for their
   * turn to be given out. Default 16 times the concurrency; 4 times it when ordered, as finished pages then
   * wait here too.
   */
  window?: number;
}

const OPTIONS: readonly string[] = [...PAGE_FETCHER_OPTIONS, "ordered", "window"];

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
 * If cancelled: likewise, then `CancelledError` is thrown. Records that were given out are whole; finished ones
 * that nobody has taken yet are lost, when ordered up to a whole window of them. Who must not lose them
 * delivers them itself, with a `PageFetcher`.
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
  const { concurrency = FETCH_DEFAULTS.concurrency, ordered = false } = options;
  const factor = ordered ? FETCH_DEFAULTS.orderedWindow : FETCH_DEFAULTS.window;
  const { window = concurrency * factor, ordered: _, ...others } = options;
  if (typeof ordered !== "boolean") throw invalid(doing, "ordered must be true or false", ordered);
  const fetcher = new PageFetcher(others);
  checkCount(doing, window, { what: "window", least: concurrency });
  return stream(urls, fetcher, { ordered, window });
}

async function* stream(
  urls: Iterable<string | URL> | AsyncIterable<string | URL>,
  fetcher: PageFetcher,
  options: { readonly ordered: boolean; readonly window: number },
): AsyncGenerator<FetchRecord, void, undefined> {
  const { ordered, window } = options;
  const fetchOne = async (url: string | URL): Promise<Untaken> => {
    const record = await fetcher.fetch(String(url));
    return { record, slot: ordered ? undefined : fetcher.holdSlot() };
  };
  try {
    for await (const { record, slot } of mapConcurrent(urls, fetchOne, { limit: window, ordered })) {
      slot?.[Symbol.dispose]();
      yield record;
    }
  } finally {
    await shield(() => fetcher.close());
  }
}

/** A record that waits to be taken, and the slot that it keeps from requests meanwhile. */
interface Untaken {
  readonly record: FetchRecord;
  readonly slot: Disposable | undefined;
}

function checkSource(doing: string, urls: unknown): void {
  // A string is iterable too: by its characters.
  if (typeof urls === "string") throw invalid(doing, "a list is needed, fetchAll([url])", urls);
  if (typeof urls === "object" && urls !== null && (Symbol.iterator in urls || Symbol.asyncIterator in urls)) return;
  throw invalid(doing, "the URLs must be iterable or async iterable", urls);
}
