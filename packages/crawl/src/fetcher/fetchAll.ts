import { shield } from "heddle";
import { Fetcher } from "./fetcher.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import type { Page } from "./page.js";
import type { PageRequest, StreamOptions } from "./streamPages.js";

export interface FetchAllOptions extends FetcherOptions, StreamOptions {}

/**
 * The pages of all `urls`, many at a time: a fetcher that is made for the loop and closed with it.
 *
 *     for await (const page of fetchAll(urls, { concurrency: 64 })) …
 *
 * If cancelled: what is under way is cancelled and waited for, then `CancelledError` is thrown. See `Fetcher.fetchAll()`.
 *
 * @throws InvalidArgumentError at the call for options that make no sense; what the source throws, from the loop
 */
export function fetchAll(
  urls: Iterable<PageRequest> | AsyncIterable<PageRequest>,
  options: FetchAllOptions = {},
): AsyncGenerator<Page, void, undefined> {
  const { limit, ordered, ...others } = options;
  const fetcher = new Fetcher("fetch pages", others);
  const streaming = { ...(limit === undefined ? {} : { limit }), ...(ordered === undefined ? {} : { ordered }) };
  return closing(fetcher, fetcher.fetchAll(urls, streaming));
}

async function* closing(
  fetcher: Fetcher,
  pages: AsyncGenerator<Page, void, undefined>,
): AsyncGenerator<Page, void, undefined> {
  try {
    yield* pages;
  } finally {
    await shield(() => fetcher.close());
  }
}
