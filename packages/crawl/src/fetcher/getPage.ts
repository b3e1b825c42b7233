import { shield } from "heddle";
import { Fetcher } from "./fetcher.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import type { Page } from "./page.js";
import { checkFetcherOptions, isAboutPages } from "./schema.js";

/**
 * Gets one page: with redirects, retries, robots.txt, and a verdict. Whatever happens to it is in the page, also if the URL
 * is none: nothing but a wrong option and a cancellation is thrown.
 *
 *     const page = await getPage("https://example.com/");
 *     if (page.verdict === "ok") console.log(page.html);
 *
 * All calls whose options are about the page alone share one fetcher, its connections and its politeness. Who has more to
 * say, or asks for many, is better served by a fetcher of its own.
 *
 * If cancelled: throws `CancelledError`; the connection is cut.
 *
 * @throws InvalidArgumentError for an option that makes no sense
 */
export async function getPage(url: string | URL, options: FetcherOptions = {}): Promise<Page> {
  checkFetcherOptions("fetch a page", options);
  if (isAboutPages(options)) return ours().get(url, options);
  const fetcher = new Fetcher("fetch a page", options, { forOne: true });
  try {
    return await fetcher.get(url);
  } finally {
    await shield(() => fetcher.close());
  }
}

let shared: Fetcher | undefined;

/** Its unused connections do not keep the process alive, so nobody has to close it. */
function ours(): Fetcher {
  shared ??= new Fetcher("fetch a page", {});
  return shared;
}
