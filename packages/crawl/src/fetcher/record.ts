import type { CharsetSource } from "../content/charset.js";
import type { Outcome } from "../ground/outcome.js";
import { withoutPassword } from "../ground/urlOf.js";
import type { Verdict } from "../verdict/verdict.js";
import type { Page } from "./page.js";

/** A page as plain data: a line of a table. */
export interface FetchRecord {
  /** As it was given, but for a password in it. */
  url: string;
  /** Where redirects have led: the URL that was asked last. As it was given if it is none. */
  finalUrl: string;
  /** Of the last answer; null if there was none. */
  status: number | null;
  /** The IP address that the last answer came from, of the server or of the proxy; absent where that is not known. */
  remoteAddress?: string;
  /** What became of the request. */
  outcome: Outcome;
  /** What the page is worth. */
  verdict: Verdict;
  /** What the verdict is known by; absent when it is "ok". */
  evidence?: readonly string[];
  /** Absent when the outcome is "ok". */
  error?: { code: string; message: string };
  /** The `Content-Type` header as it came; null if there was none. */
  contentType: string | null;
  /**
   * The encoding that `html` was decoded from, by its name in the Encoding standard; null if there is no
   * text.
   */
  charset: string | null;
  /** What the charset was known by; null if there is no text. */
  charsetFrom: CharsetSource | null;
  /** A label that the header or the document gives as its charset and that does not exist. */
  charsetUnknown?: string;
  /** The size of the body after decompression; of a body that is not whole, of as much as has come. */
  bytes: number;
  /** The size of the body as it came over the wire. */
  wireBytes: number;
  /**
   * From the first request to the end, in milliseconds: with redirects, retries and the waits between them,
   * without the wait before the first. Rounded.
   */
  ms: number;
  /** How often it was asked for: 1 if there were no retries, 0 if it was not asked for at all. */
  attempts: number;
  /** How many redirects the last attempt has followed. */
  redirects: number;
  /** What the server has last asked to wait, in milliseconds. */
  retryAfter?: number;
  /** The file that the body was saved to, if it was. */
  file?: string;
  /** The body, if it is text. */
  html?: string;
  /** The body, if it is anything else. */
  body?: Uint8Array;
}

/** The record of a page. */
export function recordOf(page: Page): FetchRecord {
  const { failure, charset, verdict, evidence, retryAfter } = page;
  const record: FetchRecord = {
    // A record is data, to be found by its URL: so that keeps its form, but for what nobody else must read.
    url: withoutPassword(page.url),
    finalUrl: withoutPassword(page.finalUrl),
    status: page.status,
    outcome: failure?.outcome ?? "ok",
    verdict,
    contentType: page.contentType ?? null,
    charset: charset?.charset ?? null,
    charsetFrom: charset?.from ?? null,
    bytes: page.size,
    wireBytes: page.wireSize,
    ms: page.ms,
    attempts: page.attempts.length,
    redirects: page.redirects,
  };
  if (page.remoteAddress !== null) record.remoteAddress = page.remoteAddress;
  if (verdict !== "ok") record.evidence = evidence;
  if (failure !== null) record.error = { code: failure.code, message: failure.message };
  if (retryAfter !== undefined) record.retryAfter = retryAfter;
  if (charset?.unknown !== undefined) record.charsetUnknown = charset.unknown;
  if (page.file !== null) record.file = page.file;
  if (charset !== null && page.hasBody) record.html = page.html;
  else if (page.hasBody) record.body = page.bytes;
  return record;
}
