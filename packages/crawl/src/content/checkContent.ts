import { invalid } from "../ground/check.js";
import { urlOf } from "../ground/urlOf.js";

/** Throws unless `html` is a string. */
export function checkHtml(doing: string, html: unknown): void {
  if (typeof html === "string") return;
  const hint = html instanceof Uint8Array ? " (decode bytes with decodeText() first)" : "";
  throw invalid(doing, `the HTML must be a string${hint}`, html);
}

/** The URL that addresses in a page are relative to. Throws unless it is a whole one. */
export function baseUrlOf(doing: string, base: unknown): URL {
  if (base instanceof URL) return base;
  const url = typeof base === "string" ? urlOf(base) : undefined;
  if (url !== undefined) return url;
  throw invalid(doing, 'the URL of the page must be a whole one, as "https://example.com/a"', base);
}
