import type { Charset } from "../content/charset.js";
import { charsetOf, decodeText } from "../content/charset.js";
import { isText } from "../content/contentType.js";
import type { ResponseHeaders } from "../ground/transport.js";
import { headerOf } from "../ground/transport.js";

/** A body as text, and how it was made of the bytes. */
export interface PageText {
  readonly charset: Charset;
  readonly html: string;
}

/** A body as text; null if it is none. */
export function pageText(body: Uint8Array, headers: ResponseHeaders): PageText | null {
  const contentType = headerOf(headers, "content-type");
  if (!isText(contentType, body)) return null;
  const charset = charsetOf(body, contentType);
  return { charset, html: decodeText(body, charset.charset) };
}

/** So many texts are at hand, and none that is larger than this: what is, V8 does not copy. In bytes. */
const AT_HAND = 8;
const LARGEST = 128 * 1024;

interface Recent {
  readonly body: Uint8Array;
  readonly text: PageText | null;
}

const recent: (Recent | undefined)[] = Array.from({ length: AT_HAND }, () => undefined);
let next = 0;

/**
 * As `pageText()`, for those who read a body one after the other: whoever judges it, and in the same breath whoever has
 * asked for it. The text is at hand for both, and kept by neither. A page that kept it would cost twice as much to collect:
 * promises that are older than its text hold the page for a while after it was dropped, and with them V8 takes the text, with
 * a copy each time, from the nursery to where only the great collection frees it.
 */
export function textAtHand(body: Uint8Array, headers: ResponseHeaders): PageText | null {
  const found = recent.find((each) => each?.body === body);
  if (found !== undefined) return found.text;
  const text = pageText(body, headers);
  recent[next] = { body, text };
  next = (next + 1) % AT_HAND;
  return text;
}

/** Whether `textAtHand()` is for a body of this size. */
export function isBrief(body: Uint8Array): boolean {
  return body.length <= LARGEST;
}
