import { checkCount, checkFunction, checkOptions } from "../ground/check.js";
import { Crew } from "../groups/crew.js";
import { openFeed } from "./feed.js";
import { Limit } from "./limit.js";
import type { Source } from "./source.js";
import { checkSource } from "./source.js";
import { startWorkers } from "./workers.js";

export interface ForEachConcurrentOptions {
  /** At most so many calls of `fn` are under way at a time. 1 or more, or `Infinity`. */
  limit: number;
}

/**
 * Calls `fn` for every item of `source`, several at a time, and returns when all calls have ended.
 *
 *     await forEachConcurrent(urls, (url) => save(url), { limit: 10 });
 *
 * The source may be endless: an item is taken only when a call can start with it. The first error, of `fn` or of the source,
 * cancels the calls that are under way, waits for them, closes the source, and is thrown.
 *
 * If cancelled: likewise, then `CancelledError` is thrown.
 */
export async function forEachConcurrent<T>(
  source: Source<T>,
  fn: (item: T, index: number) => unknown,
  options: ForEachConcurrentOptions,
): Promise<void> {
  const doing = "work on each concurrently";
  checkSource(doing, source);
  checkFunction(doing, fn, "forEachConcurrent(items, (item) => work(item), { limit: 10 })");
  checkOptions(doing, options, ["limit"]);
  checkCount(doing, options?.limit, { what: "limit", least: 1, orInfinity: true });
  const crew = new Crew("forEachConcurrent");
  const feed = openFeed(source, crew);
  startWorkers({ crew, feed, limit: new Limit(options.limit), fn });
  try {
    await crew.finish();
  } finally {
    feed.close();
  }
}
