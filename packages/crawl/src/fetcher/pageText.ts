import type { Charset } from "../content/charset.js";
import { charsetOf, decodeText } from "../content/charset.js";
import { isText } from "../content/contentType.js";
import type { ResponseHeaders } from "../ground/transport.js";
import { listHeaderOf } from "../ground/transport.js";

/** A body as text, and how it was made of the bytes. */
export interface PageText {
  readonly charset: Charset;
  readonly html: string;
}

/** A body as text; null if it is none. */
export function pageText(body: Uint8Array, headers: ResponseHeaders): PageText | null {
  const contentType = listHeaderOf(headers, "content-type");
  if (!isText(contentType, body)) return null;
  const charset = charsetOf(body, contentType);
  return { charset, html: decodeText(body, charset.charset) };
}
