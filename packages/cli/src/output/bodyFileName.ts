import { createHash } from "node:crypto";

/** Longer names are refused by some file systems, once a folder and an ending are added. */
const LONGEST_STEM = 80;

/** A map, since servers choose the key: an object would also answer to `__proto__` and `constructor`. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["application/javascript", ".js"],
  ["application/json", ".json"],
  ["application/pdf", ".pdf"],
  ["application/rss+xml", ".xml"],
  ["application/xhtml+xml", ".html"],
  ["application/xml", ".xml"],
  ["image/gif", ".gif"],
  ["image/jpeg", ".jpg"],
  ["image/png", ".png"],
  ["image/svg+xml", ".svg"],
  ["image/webp", ".webp"],
  ["text/css", ".css"],
  ["text/csv", ".csv"],
  ["text/html", ".html"],
  ["text/javascript", ".js"],
  ["text/plain", ".txt"],
  ["text/xml", ".xml"],
]);

/**
 * The name of the file for a URL: readable, safe on every file system, and another one for every URL.
 *
 *     https://example.com/docs/Intro?page=2   →   example.com-docs-Intro-page-2-6f1c0e2a9b3d4455.html
 */
export function bodyFileName(url: string, contentType: string | undefined): string {
  const readable = url
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[^a-z0-9.]+/gi, "-")
    .replace(/\.{2,}/g, ".")
    .slice(0, LONGEST_STEM)
    .replace(/^[-.]+|[-.]+$/g, "");
  const hash = createHash("sha256").update(url).digest("hex").slice(0, 16);
  const stem = readable === "" ? hash : `${readable}-${hash}`;
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return `${stem}${ENDINGS.get(type) ?? ".bin"}`;
}
