import { checkOptions, invalid } from "../ground/check.js";
import { baseUrlOf, checkHtml } from "./checkContent.js";
import { ContentThreads, sharedThreads } from "./contentThreads.js";

export interface MarkdownOptions {
  /** The URL of the page: addresses are made whole with it. Default: they stay as they are. */
  baseUrl?: string | URL;
  /** Whether links are kept; their words stay in any case. Default true. */
  links?: boolean;
  /** Whether images are kept. Default true. */
  images?: boolean;
  /** The threads that do it. Default those that the whole process shares. */
  threads?: ContentThreads;
}

const OPTIONS = ["baseUrl", "links", "images", "threads"];

/**
 * A page, or a part of one, as Markdown in GitHub's flavour, without what a reader does not see. Made in a worker thread,
 * as it takes about 100 ms for a large page.
 *
 * If cancelled: throws `CancelledError`, and the thread that was at it is ended.
 *
 * @throws InvalidArgumentError; ThreadError if it fails, takes too long or too much memory
 */
export async function markdownOf(html: string, options: MarkdownOptions = {}): Promise<string> {
  const doing = "make Markdown";
  checkHtml(doing, html);
  checkOptions(doing, options, OPTIONS);
  const { links = true, images = true, baseUrl } = options;
  if (typeof links !== "boolean") throw invalid(doing, "links must be true or false", links);
  if (typeof images !== "boolean") throw invalid(doing, "images must be true or false", images);
  const base = baseUrl === undefined ? null : baseUrlOf(doing, baseUrl).href;
  return await threadsOf(doing, options).markdown({ kind: "markdown", html, baseUrl: base, links, images });
}

/** The threads that an option names, or those of everybody. */
export function threadsOf(doing: string, options: { threads?: ContentThreads }): ContentThreads {
  const { threads } = options;
  if (threads === undefined) return sharedThreads();
  if (threads instanceof ContentThreads) return threads;
  throw invalid(doing, "threads must be ContentThreads", threads);
}
