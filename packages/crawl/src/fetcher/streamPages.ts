import type { ConcurrentResults } from "heddle";
import { createTask, mapConcurrent, moveOnAfter, shield, sleep } from "heddle";
import { checkCount, checkOptions, invalid } from "../ground/check.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { Page } from "./page.js";
import type { PageOptions } from "./pageOptions.js";
import type { Slots } from "./slots.js";

/** A page that is wanted: its URL, or that with options that hold for it alone. */
export type PageRequest = string | URL | ({ readonly url: string | URL } & PageOptions);

export interface StreamOptions {
  /**
   * How many pages are under way at a time at the most, those included that wait for their host or for a retry. Default 16 times the
   * concurrency; 4 times it when ordered, as finished pages then wait here too.
   */
  limit?: number;
  /** Whether pages come in the order of the source (true) or as they are done (false, the default). */
  ordered?: boolean;
}

/** What pages are got from. */
export interface PageGetter {
  get(url: string | URL, options?: PageOptions): Promise<Page>;
  holdSlot(): Disposable;
}

/** Pages of one fetcher, and what limits its requests. */
export interface PageSupply {
  readonly getter: PageGetter;
  readonly slots: Slots;
}

/**
 * The pages of a source, with back-pressure. What limits what:
 *
 *      source ──limit──▶ waits for its host ──perHost──▶ waits for a slot ──concurrency──▶ request ──▶ page
 *                          ▲                                                                 │
 *                          └──────────────── backoff, next redirect (no slot held) ──────────┘
 *
 * - A page that waits for its host, or for its next attempt, holds no slot: a slow or parked host keeps
 *   others from nothing, until `limit` pages wait for it. A list sorted by host wants a larger limit, or to
 *   be shuffled.
 * - A consumer that is slow slows the requests down: pages that nobody has taken yet count as under way.
 *   (When ordered it is the limit that holds them: were they to keep their slots, the page that all wait
 *   for might find none.)
 */
export function streamPages(
  supply: PageSupply,
  source: Iterable<PageRequest> | AsyncIterable<PageRequest>,
  options: StreamOptions & { concurrency: number },
): AsyncGenerator<Page, void, undefined> {
  const doing = "fetch pages";
  checkOptions(doing, options, ["limit", "ordered", "concurrency"]);
  checkSource(doing, source);
  const { concurrency, ordered = false } = options;
  const { limit = concurrency * (ordered ? FETCH_DEFAULTS.orderedWindow : FETCH_DEFAULTS.window) } = options;
  if (typeof ordered !== "boolean") throw invalid(doing, "ordered must be true or false", ordered);
  checkCount(doing, limit, { what: "limit", least: 1, orInfinity: true });
  return stream(supply, source, { ordered, limit, concurrency });
}

async function* stream(
  { getter, slots }: PageSupply,
  source: Iterable<PageRequest> | AsyncIterable<PageRequest>,
  options: { readonly ordered: boolean; readonly limit: number; readonly concurrency: number },
): AsyncGenerator<Page, void, undefined> {
  const { ordered, limit, concurrency } = options;
  const getOne = (wanted: PageRequest): Promise<Untaken> =>
    getFrom(getter, wanted).then((page) => ({ page, slot: ordered ? undefined : getter.holdSlot() }));
  const limits = { least: Math.min(limit, concurrency), most: limit };
  const results = mapConcurrent(source, getOne, { limit: limits.least, ordered });
  const adapting = createTask(() => adapt(results, slots, limits), { name: "window of fetchAll" });
  try {
    for await (const { page, slot } of results) {
      slot?.[Symbol.dispose]();
      yield page;
    }
  } finally {
    await shield(() => adapting.cancelAndWait());
  }
}

/** How long a slot has to be free before it counts as one that no page under way has a use for, in milliseconds. */
const PAUSE = 20;
/** After so many milliseconds without a free slot it is looked whether fewer pages would do. */
const LONG = 200;

/**
 * Lets more pages be under way while there are slots that those which are do not use, as they wait for something else; and
 * fewer again when many wait for slots. A page that has begun and waits costs what it costs to be kept: so no more are begun
 * than are needed to use the slots.
 */
async function adapt(results: ConcurrentResults<Untaken>, slots: Slots, limits: Limits): Promise<void> {
  for (;;) {
    await moveOnAfter(LONG, () => slots.free());
    await sleep(PAUSE);
    const { limit } = results;
    const { least, most } = limits;
    if (slots.available > 0) results.resize(Math.min(most, limit * 2));
    else results.resize(limit - Math.floor((limit - least) / 4));
  }
}

interface Limits {
  readonly least: number;
  readonly most: number;
}

function getFrom(getter: PageGetter, wanted: PageRequest): Promise<Page> {
  // What is no URL at all is said in the page: one bad line is no reason to lose all others.
  if (typeof wanted !== "object" || wanted === null || wanted instanceof URL) return getter.get(String(wanted));
  const { url, ...options } = wanted;
  return getter.get(url, options);
}

/** A page that waits to be taken, and the slot that it keeps from requests meanwhile. */
interface Untaken {
  readonly page: Page;
  readonly slot: Disposable | undefined;
}

/** @throws InvalidArgumentError for what cannot be iterated, or is a single string */
export function checkSource(doing: string, source: unknown): void {
  // A string is iterable too: by its characters.
  if (typeof source === "string") throw invalid(doing, "a list is needed, fetchAll([url])", source);
  if (typeof source === "object" && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source))
    return;
  throw invalid(doing, "the URLs must be iterable or async iterable", source);
}
