import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import type { Article } from "../article.js";
import { baseHrefOf } from "../baseHrefOf.js";
import { metadataOf } from "../metadataOf.js";
import { shallow } from "../shallow.js";
import { textOf } from "../textOf.js";
import { UrlResolver } from "../urlResolver.js";
import type { ArticleJob } from "./contentJob.js";

/** Which attribute of what holds an address. */
const ADDRESSES = [
  ["a[href]", "href"],
  ["img[src]", "src"],
  ["video[src]", "src"],
  ["video[poster]", "poster"],
  ["audio[src]", "src"],
  ["source[src]", "src"],
  ["iframe[src]", "src"],
] as const;

/** The article of a page; null if there is none. Slow: it builds a tree, so this is for a thread. */
export function toArticle(job: ArticleJob): Article | null {
  const { document } = parseHTML(withBody(shallow(job.html)));
  const resolver = new UrlResolver(new URL(job.url), baseHrefOf(job.html));
  for (const [selector, name] of ADDRESSES) {
    for (const element of document.querySelectorAll(selector)) {
      const url = resolver.resolve(element.getAttribute(name) ?? "");
      if (url !== undefined) element.setAttribute(name, url);
    }
  }
  const { title, language } = metadataOf(job.html, job.url);
  const found = new Readability(document as never).parse();
  const html = found?.content ?? "";
  if (found === null || html === "") return null;
  return {
    title: found.title || title || "",
    byline: found.byline || null,
    excerpt: found.excerpt || null,
    siteName: found.siteName || null,
    publishedTime: found.publishedTime || null,
    language: found.lang || language,
    html,
    text: textOf(html),
  };
}

/** The parser makes no element that is not written, and Readability looks inside the body only. */
function withBody(html: string): string {
  if (/<body[\s>]/i.test(html)) return html;
  const headEnd = /<\/head\s*>/i.exec(html);
  const at = headEnd === null ? 0 : headEnd.index + headEnd[0].length;
  return `<!doctype html><html><head></head><body>${html.slice(at)}</body></html>`;
}
