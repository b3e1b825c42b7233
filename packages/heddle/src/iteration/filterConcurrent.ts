import { checkFunction } from "../ground/check.js";
import type { Job } from "./concurrentMap.js";
import { collect, stream } from "./concurrentMap.js";
import { Limit } from "./limit.js";
import type { MapConcurrentOptions } from "./mapConcurrent.js";
import { ConcurrentResults, checkMapOptions } from "./mapConcurrent.js";
import type { Source } from "./source.js";
import { checkSource } from "./source.js";

/**
 * The items of `source` for which `predicate` says yes, with several asked about at a time. Everything else is as in
 * `mapConcurrent()`.
 *
 *     for await (const url of filterConcurrent(urls, (url) => exists(url), { limit: 10 })) …
 *     const found = await filterConcurrent(urls, (url) => exists(url), { limit: 10 }).toArray();
 *
 * If cancelled: what is under way is cancelled and waited for, then `CancelledError` is thrown.
 */
export function filterConcurrent<T>(
  source: Source<T>,
  predicate: (item: T, index: number) => boolean | PromiseLike<boolean>,
  options: MapConcurrentOptions,
): ConcurrentResults<T> {
  const doing = "filter concurrently";
  checkSource(doing, source);
  checkFunction(doing, predicate, "filterConcurrent(items, (item) => test(item), { limit: 10 })");
  const { limit: atFirst, ordered } = checkMapOptions(doing, options);
  const limit = new Limit(atFirst);
  const fn = async (item: T, index: number): Promise<Verdict<T>> => ({ item, isIn: await predicate(item, index) });
  const job: Job<T, Verdict<T>> = { source, fn, limit, ordered };
  return new ConcurrentResults(
    limit,
    () => passing(job),
    async () => (await collect(job)).filter(({ isIn }) => isIn).map(({ item }) => item),
  );
}

interface Verdict<T> {
  readonly item: T;
  readonly isIn: boolean;
}

async function* passing<T>(job: Job<T, Verdict<T>>): AsyncGenerator<T, void, undefined> {
  for await (const { item, isIn } of stream(job)) if (isIn) yield item;
}
