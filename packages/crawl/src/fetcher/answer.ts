import type { Failure } from "../ground/outcome.js";
import type { RenderResult } from "../ground/render.js";
import type { ResponseHeaders } from "../ground/transport.js";
import type { PageVerdict } from "../verdict/verdict.js";
import type { PageText } from "./pageText.js";
import { isBrief, pageText, textAtHand } from "./pageText.js";

/**
 * What one request came to. It is filled in as it happens, so that what was known before a failure is not
 * lost.
 */
export interface Answer {
  /** What was asked for; where Chromium has followed redirects by itself, where these have led. */
  url: URL;
  /** The moment at which the request left; null if it did not. */
  startedAt: number | null;
  status: number | null;
  headers: ResponseHeaders;
  /** Where a redirect leads. */
  location: string | undefined;
  /** The whole body, decompressed; null if it was not had, or belongs to a redirect. */
  body: Uint8Array | null;
  /** Bytes of the body after decompression, and before: as many as have come. */
  bytes: number;
  wireBytes: number;
  /** What the server asks to wait, in milliseconds. */
  retryAfter: number | undefined;
  /** For how long its host is left alone because of it, in milliseconds. */
  parkedFor: number | undefined;
  failure: Failure | null;
  /** Whether it has changed the visitor's cookies: the same request may be answered differently now. */
  setsCookies: boolean;
  /** How the cache had a part in it; null if it had none. */
  cached: "fresh" | "offline" | "revalidated" | "stale" | null;
  /** The body as text, once somebody has needed it, where it is not so brief that it is at hand. */
  text: PageText | null | undefined;
  /** What Chromium has to say besides. */
  rendered: RenderResult | null;
  /** What the answer is, once somebody has looked at it. */
  judgement: PageVerdict | null;
}

export function noAnswerYet(url: URL): Answer {
  return {
    url,
    startedAt: null,
    status: null,
    headers: {},
    location: undefined,
    body: null,
    bytes: 0,
    wireBytes: 0,
    retryAfter: undefined,
    parkedFor: undefined,
    failure: null,
    rendered: null,
    setsCookies: false,
    cached: null,
    text: undefined,
    judgement: null,
  };
}

/** An answer to a request that did not leave, and why. */
export function notSent(url: URL, failure: Failure): Answer {
  return { ...noAnswerYet(url), failure };
}

/** The body as text; null if there is none, or it is no text. */
export function textOfAnswer(answer: Answer): PageText | null {
  const { body, headers } = answer;
  if (body !== null && isBrief(body)) return textAtHand(body, headers);
  answer.text ??= body === null ? null : pageText(body, headers);
  return answer.text;
}
