import { isUtf8 } from "node:buffer";
import { charsetLabel, mediaType } from "./contentType.js";
import { encodingOf } from "./encodingLabel.js";
import { metaCharset } from "./metaCharset.js";
import { decodeUtf8 } from "./utf8.js";
import { decodeWindows1252 } from "./windows1252.js";

/** What a charset was known by, in the order in which it is looked for. */
export type CharsetSource = "bom" | "header" | "document" | "bytes" | "default";

export interface Charset {
  /** The name that the Encoding standard gives it, in lower case. */
  readonly charset: string;
  readonly from: CharsetSource;
  /** A label that was named before and does not exist, and which was passed over therefore. */
  readonly unknown?: string;
}

/** How far into a document its own words about itself are looked for: browsers look no further. */
const PRESCAN_BYTES = 1024;

/**
 * In which charset `bytes` are, by a byte order mark, then the `Content-Type` header, then what the document
 * says about itself (HTML and XML only). Where nothing says anything:
 *
 * Bytes that are valid UTF-8 are UTF-8. Browsers assume windows-1252 here whatever the bytes, for the sake of
 * the nineties; but text of that age with a single accent is practically never valid UTF-8 by chance, while
 * most pages that forget to say what they are today are UTF-8. What is not valid is windows-1252, in which
 * every byte is something.
 *
 * Never throws. A label that does not exist is passed over, and named in `unknown`.
 */
export function charsetOf(bytes: Uint8Array, contentType: string | undefined): Charset {
  const mark = byteOrderMark(bytes);
  if (mark !== undefined) return { charset: mark, from: "bom" };

  const label = contentType === undefined ? undefined : charsetLabel(contentType);
  const named = label === undefined ? undefined : encodingOf(label);
  if (named !== undefined) return { charset: named, from: "header" };

  const inside = saysWhatItIs(contentType) ? documentCharset(bytes) : {};
  const passedOver = label ?? inside.unknown;
  const unknown = passedOver === undefined ? {} : { unknown: passedOver };
  if (inside.encoding !== undefined) return { charset: inside.encoding, from: "document", ...unknown };

  if (isUtf8(bytes)) return { charset: "utf-8", from: "bytes", ...unknown };
  return { charset: "windows-1252", from: "default", ...unknown };
}

/**
 * `bytes` as text. `charset` is one that `charsetOf()` gave. What is not valid in it becomes U+FFFD; a BOM is
 * dropped.
 */
export function decodeText(bytes: Uint8Array, charset: string): string {
  if (charset === "utf-8") return decodeUtf8(bytes);
  return charset === "windows-1252" ? decodeWindows1252(bytes) : new TextDecoder(charset).decode(bytes);
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return undefined;
}

function saysWhatItIs(contentType: string | undefined): boolean {
  const type = contentType === undefined ? "" : mediaType(contentType);
  return type === "" || type === "text/html" || type === "text/xml" || /[/+](xml|xhtml\+xml)$/.test(type);
}

function documentCharset(bytes: Uint8Array): { encoding?: string; unknown?: string } {
  const length = Math.min(bytes.byteLength, PRESCAN_BYTES);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
  // `<?x` in two bytes a character: an XML document that has to be UTF-16, although its mark is missing.
  if (head.startsWith("<\0?\0x\0")) return { encoding: "utf-16le" };
  if (head.startsWith("\0<\0?\0x")) return { encoding: "utf-16be" };
  return metaCharset(head);
}
