import { checkOptions } from "../ground/check.js";
import { ThreadError } from "../ground/errors.js";
import type { Article } from "./article.js";
import { baseUrlOf, checkHtml } from "./checkContent.js";
import type { ContentThreads } from "./contentThreads.js";
import { threadsOf } from "./markdownOf.js";

export interface ArticleOptions {
  /** The threads that do it. Default those that the whole process shares. */
  threads?: ContentThreads;
}

/**
 * The article of a page: its title, author and text, without menus, teasers and advertisements; null if nothing in the page
 * looks like one. Found in a worker thread, as it takes about 200 ms for a large page.
 *
 *     const article = await articleOf(html, "https://example.com/news/1");
 *     const markdown = article && (await markdownOf(article.html));
 *
 * If cancelled: throws `CancelledError`, and the thread that was at it is ended.
 *
 * @param url of the page: addresses are made whole with it
 * @throws InvalidArgumentError; ThreadError if it fails, takes too long or too much memory
 */
export async function articleOf(
  html: string,
  url: string | URL,
  options: ArticleOptions = {},
): Promise<Article | null> {
  const doing = "find the article";
  checkHtml(doing, html);
  checkOptions(doing, options, ["threads"]);
  const { href } = baseUrlOf(doing, url);
  if (hasTooMuch(html)) {
    const message = `Cannot ${doing} as the page has more than ${MOST_NODES} tags and entities`;
    throw new ThreadError("THREAD_OUT_OF_MEMORY", message);
  }
  return await threadsOf(doing, options).article({ kind: "article", html, url: href });
}

/**
 * Each is a node of the tree, of nearly a kilobyte. A thread that has too many of them runs out of memory, and Node does
 * not always end it for that: some allocations that fail end the whole process.
 */
const MOST_NODES = 500_000;

function hasTooMuch(html: string): boolean {
  let count = 0;
  for (const mark of ["<", "&"]) {
    for (let at = html.indexOf(mark); at >= 0; at = html.indexOf(mark, at + 1)) if (++count > MOST_NODES) return true;
  }
  return false;
}
