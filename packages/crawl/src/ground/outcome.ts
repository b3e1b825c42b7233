/**
 * How the fetch of a page ended: a closed vocabulary, so that a table of records can be grouped by it. What
 * is in a record beside it (`error.code`) is open and comes from whoever noticed.
 */
export const OUTCOMES = {
  ok: "a final status below 400, and the whole body",
  "http-error": "a final status of 400 or more",

  // Not asked.
  "bad-url": "what was given is no http or https URL",
  forbidden: "the address guard lets nobody ask there",
  "robots-denied": "robots.txt does not allow it, so it was not asked",
  "not-cached": "only the cache was to be asked, and does not have it",
  "host-parked": "its host had said to be left alone for longer than maxRetryAfter, so it was not asked",

  // No connection.
  dns: "the host's name has no address, or no name server answered",
  refused: "nobody answers there: refused, or no route",
  proxy: "the proxy on the way failed; nothing is known about the host",
  tls: "no trusted encrypted connection: a certificate or the handshake",

  // A connection, but no whole answer.
  reset: "the connection broke before the end of the answer",
  timeout: "the request as a whole took too long",
  stalled: "nothing came for too long: no headers, or no next piece of the body",
  protocol: "the answer is not HTTP, or its headers are too large",

  // An answer that is of no use.
  truncated: "the body ended before it was complete",
  "too-large": "the body is larger than maxBytes, before or after decompression",
  undecodable: "the body is not in the content encoding that it names, or in one that nobody here knows",

  // Redirects.
  "bad-redirect": "the answer leads to what is no http or https URL",
  "redirect-loop": "redirects lead back to where they had been",
  "too-many-redirects": "more redirects than maxRedirects",

  cancelled: "whoever wanted the page wants it no more",
  error: "something that has no name here; see the code and the message",
} as const;

export type Outcome = keyof typeof OUTCOMES;

/** What went wrong, in the form in which it is recorded. */
export interface Failure {
  readonly outcome: Outcome;
  /** Of whoever noticed: `ENOTFOUND`, `HPE_INVALID_CONSTANT`, `HTTP_404`. */
  readonly code: string;
  readonly message: string;
}
