import type { Outcome } from "../ground/outcome.js";
import type { CharsetSource } from "./charset.js";

/** What became of one URL. There is one for each that was given, whatever happened. */
export interface FetchRecord {
  /** As it was given. */
  url: string;
  /** Where redirects have led: the URL that was asked last. As it was given if it is none. */
  finalUrl: string;
  /** Of the last answer; null if there was none. */
  status: number | null;
  outcome: Outcome;
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
  /** The body, if it is text. */
  html?: string;
  /** The body, if it is anything else. */
  body?: Uint8Array;
}
