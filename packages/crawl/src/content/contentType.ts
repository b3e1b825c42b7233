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
  const one = effective(header);
  const parts = { type: typeIn(one), charset: parameterIn(one, "charset") };
  if (header.length > LONGEST_KNOWN) return parts;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(header, parts);
  return parts;
}

/** A parameter without its quotes, double or (against the rules, but seen) single. */
function parameterIn(header: string, name: string): string | undefined {
  for (const [, key = "", quoted, single, plain = ""] of header.matchAll(PARAMETER)) {
    if (key.trim().toLowerCase() === name) return quoted?.replace(/\\(.)/g, "$1") ?? single ?? plain.trim();
  }
  return undefined;
}

const PARAMETER = /;([^;="]*)=[\t ]*(?:"((?:[^"\\]|\\.)*)"?|'([^']*)'?|([^;]*))/g;
const TYPE = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/;
/** One of several headers that something on the way has made one, with commas between. */
const ONE = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;

/** Of several headers the last that names a type; if it is the same one, its charset may stand in the one before (Fetch 3.5). */
function effective(header: string): string {
  if (!header.includes(",")) return header;
  let found: string | undefined;
  for (const [one] of header.matchAll(ONE)) {
    const type = typeIn(one);
    if (!TYPE.test(type) || type === "*/*") continue;
    const isRepeated = found !== undefined && typeIn(found) === type && parameterIn(one, "charset") === undefined;
    if (!isRepeated) found = one;
  }
  return found ?? header;
}

function typeIn(header: string): string {
  const [type = ""] = header.split(";", 1);
  return type.trim().toLowerCase();
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
  if (saysNothing(type)) return looksLikeText(bytes);
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
  if (saysNothing(type)) return text === "" || TAG.test(head);
  return (type === "text/plain" || type === "application/octet-stream") && BEGINNING.test(head);
}

/** Also a type that is none, such as "html". */
function saysNothing(type: string): boolean {
  return type === "*/*" || type.endsWith("/unknown") || !TYPE.test(type);
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
