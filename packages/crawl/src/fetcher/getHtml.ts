import { PageError } from "../ground/errors.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import { getPage } from "./getPage.js";

/**
 * The HTML of a page: `getPage()` for whoever wants nothing else.
 *
 *     const html = await getHtml("https://example.com/");
 *
 * If cancelled: throws `CancelledError`; the connection is cut.
 *
 * @throws PageError when the verdict on the page is not "ok"; InvalidArgumentError for an option that makes no sense
 */
export async function getHtml(url: string | URL, options: FetcherOptions = {}): Promise<string> {
  const page = await getPage(url, options);
  if (page.verdict !== "ok") throw new PageError(page);
  return page.html;
}
