import { createHash } from "node:crypto";
import { redact } from "../ground/redact.js";

/** Longer names are refused by some file systems, once a folder and an ending are added. */
const LONGEST_STEM = 80;

/** A map, since servers choose the key: an object would also answer to `__proto__` and `constructor`. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["application/epub+zip", ".epub"],
  ["application/gzip", ".gz"],
  ["application/javascript", ".js"],
  ["application/json", ".json"],
  ["application/ld+json", ".json"],
  ["application/msword", ".doc"],
  ["application/pdf", ".pdf"],
  ["application/rss+xml", ".xml"],
  ["application/atom+xml", ".xml"],
  ["application/vnd.ms-excel", ".xls"],
  ["application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"],
  ["application/x-gzip", ".gz"],
  ["application/x-ndjson", ".ndjson"],
  ["application/x-tar", ".tar"],
  ["application/xhtml+xml", ".html"],
  ["application/xml", ".xml"],
  ["application/zip", ".zip"],
  ["audio/mpeg", ".mp3"],
  ["font/woff2", ".woff2"],
  ["image/avif", ".avif"],
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
  ["video/mp4", ".mp4"],
  ["video/webm", ".webm"],
]);

/** What a URL may end in where the server says nothing better than "bytes". */
const KNOWN: ReadonlySet<string> = new Set([
  ...ENDINGS.values(),
  ".7z",
  ".bz2",
  ".iso",
  ".parquet",
  ".tgz",
  ".xz",
  ".zst",
]);

/**
 * The name of the file for a URL: readable, safe on every file system, and another one for every URL. Keys and passwords in
 * the URL are not in it.
 *
 *     https://example.com/docs/Intro?page=2   →   example.com-docs-Intro-page-2-6f1c0e2a9b3d4455.html
 */
export function bodyFileName(url: string, contentType: string | undefined): string {
  const readable = redact(url)
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[^a-z0-9.]+/gi, "-")
    .replace(/\.{2,}/g, ".")
    .slice(0, LONGEST_STEM)
    .replace(/^[-.]+|[-.]+$/g, "");
  const hash = createHash("sha256").update(url).digest("hex").slice(0, 16);
  const stem = readable === "" ? hash : `${readable}-${hash}`;
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return `${stem}${ENDINGS.get(type) ?? endingOf(url)}`;
}

function endingOf(url: string): string {
  const ending = /^[^?#]*(\.[a-z0-9]{2,7})(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase() ?? "";
  return KNOWN.has(ending) ? ending : ".bin";
}
