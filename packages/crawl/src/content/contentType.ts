/**
 * The type in a `Content-Type` header, without its parameters and in lower case: "text/html". Empty if there
 * is none.
 */
export function mediaType(header: string): string {
  return takeApart(header).type;
}

/** What a `Content-Type` header gives as the charset, as it stands there; undefined if it gives none. */
export function charsetLabel(header: string): string | undefined {
  return takeApart(header).charset;
}

interface Parts {
  readonly type: string;
  readonly charset: string | undefined;
}

/** Headers that were taken apart: a crawl meets the same few again and again. */
const known = new Map<string, Parts>();
const MOST_KNOWN = 200;
const LONGEST_KNOWN = 100;

function takeApart(header: string): Parts {
  const found = known.get(header);
  if (found !== undefined) return found;
  const [type = ""] = header.split(";", 1);
  const parts = { type: type.trim().toLowerCase(), charset: parameter(header, "charset") };
  if (header.length > LONGEST_KNOWN) return parts;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(header, parts);
  return parts;
}

/**
 * A parameter of a `Content-Type` header, without its quotes, double or (against the rules, but seen) single.
 */
export function parameter(header: string, name: string): string | undefined {
  for (const part of header.split(";").slice(1)) {
    const equals = part.indexOf("=");
    if (equals < 0 || part.slice(0, equals).trim().toLowerCase() !== name) continue;
    const value = part.slice(equals + 1).trim();
    const quoted = /^"([^"]*)"?|^'([^']*)'?/.exec(value);
    return quoted?.[1] ?? quoted?.[2] ?? value;
  }
  return undefined;
}

/** `application/…` types that are text all the same. */
const TEXT = new Set([
  "application/ecmascript",
  "application/javascript",
  "application/json",
  "application/ld+json",
  "application/x-javascript",
  "application/x-ndjson",
  "application/xhtml+xml",
  "application/xml",
]);

/** How many bytes tell text from anything else (WHATWG MIME Sniffing, "resource header"). */
const SNIFF_BYTES = 1445;

/** Whether a body is text. Where the server does not say what it is, its first bytes do. */
export function isText(contentType: string | undefined, bytes: Uint8Array): boolean {
  const type = contentType === undefined ? "" : mediaType(contentType);
  if (type === "" || type === "*/*" || type === "unknown/unknown" || type === "application/unknown") {
    return looksLikeText(bytes);
  }
  return type.startsWith("text/") || TEXT.has(type) || type.endsWith("+xml") || type.endsWith("+json");
}

/** What a document of HTML begins with, besides white space and comments. */
const BEGINNING = /^\uFEFF?(?:\s|<!--(?:(?!-->)[\s\S])*-->)*<(?:!doctype\s+html|html|head|body)\b/i;
const TAG = /<(?:!doctype\s+html|html|head|body|title|div|p|h1|a|script|table)[\s>]/i;

/**
 * Whether a body is HTML. Where the server says nothing, or something as vague as `text/plain`, its beginning tells.
 *
 * @param text the body, as far as it is text; empty if it is not
 */
export function isHtml(contentType: string | undefined, text: string): boolean {
  const type = contentType === undefined ? "" : mediaType(contentType);
  if (type === "text/html" || type === "application/xhtml+xml") return true;
  const head = text.slice(0, SNIFF_BYTES);
  if (type === "" || type === "unknown/unknown" || type === "*/*") return text === "" || TAG.test(head);
  return (type === "text/plain" || type === "application/octet-stream") && BEGINNING.test(head);
}

function looksLikeText(bytes: Uint8Array): boolean {
  const isUtf16 = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe);
  return isUtf16 || !bytes.subarray(0, SNIFF_BYTES).some(isBinary);
}

/**
 * A byte that no text has: the control characters but for tab, line feed, form feed, carriage return and
 * escape.
 */
function isBinary(byte: number): boolean {
  return byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
}
