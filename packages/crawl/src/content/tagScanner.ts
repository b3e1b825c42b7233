import { decodeHTMLAttribute } from "entities/decode";

/** What `TagScanner.next()` stands on. */
export type TagKind = "start" | "end" | "other";

/** Elements whose content is text up to their own end tag, whatever it looks like (WHATWG HTML 13.2.6.2). */
const RAW: ReadonlySet<string> = new Set([
  "iframe",
  "noembed",
  "noframes",
  "plaintext",
  "script",
  "style",
  "textarea",
  "title",
  "xmp",
]);

const TAB = 0x09;
const LF = 0x0a;
const FF = 0x0c;
const CR = 0x0d;
const SPACE = 0x20;
const BANG = 0x21;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;

/**
 * Walks over the tags of an HTML text, once, from left to right, and builds nothing: no tree, and no attributes unless
 * they are asked for. It splits tags as the tokenizer of the HTML standard does (quotes, comments, elements of raw
 * text), and knows nothing of nesting but for SVG and MathML, where `<style/>` has no content.
 *
 *     text before <p class="x"> text …
 *     ^textStart  ^start        ^end
 *
 * A tag that the text breaks off in is none. Never throws.
 */
export class TagScanner {
  readonly html: string;
  kind: TagKind = "other";
  /** The name of the tag, in lower case; empty for a comment and the like. */
  name = "";
  /** Where the text before the tag begins: it ends at `start`. */
  textStart = 0;
  /** Where the `<` is, and the text before it ends. */
  start = 0;
  /** What comes after the `>`. */
  end = 0;
  #nameEnd = 0;
  /** How many `svg` and `math` are open. */
  #foreign = 0;
  /** The element whose raw text comes next. */
  #raw = "";

  constructor(html: string) {
    this.html = html;
  }

  /** Goes to the next tag or comment; returns false when there is none. */
  next(): boolean {
    const { html } = this;
    this.textStart = this.end;
    let at = this.end;
    if (this.#raw !== "") {
      at = this.#rawEnd(at);
      this.#raw = "";
    }
    for (;;) {
      at = html.indexOf("<", at);
      if (at < 0) break;
      const code = html.charCodeAt(at + 1);
      if (isLetter(code)) {
        if (this.#startTag(at)) return true;
        break;
      }
      if (code === SLASH) {
        if (this.#endTag(at)) return true;
        break;
      }
      if (code === BANG || code === QUESTION) {
        if (this.#comment(at)) return true;
        break;
      }
      at++;
    }
    this.kind = "other";
    this.name = "";
    // A tag that the text breaks off in is not text either.
    this.start = at < 0 ? html.length : at;
    this.end = html.length;
    return false;
  }

  /** Whether the start tag ends in `/>`, which means something inside SVG and MathML only. */
  get isSelfClosing(): boolean {
    return this.html.charCodeAt(this.end - 2) === SLASH;
  }

  /**
   * The attributes of the start tag, by their names in lower case, with their entities decoded. Of several with the
   * same name, the first.
   */
  attributes(): Map<string, string> {
    const { html } = this;
    const found = new Map<string, string>();
    let at = this.#nameEnd;
    for (;;) {
      at = skipSpaceAndSlash(html, at);
      if (html.charCodeAt(at) === GREATER) return found;
      const nameStart = at;
      at = attributeNameEnd(html, at);
      const name = html.slice(nameStart, at).toLowerCase();
      at = skipSpace(html, at);
      let value = "";
      if (html.charCodeAt(at) === EQUALS) {
        at = skipSpace(html, at + 1);
        const code = html.charCodeAt(at);
        if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
          const close = html.indexOf(code === DOUBLE_QUOTE ? '"' : "'", at + 1);
          value = html.slice(at + 1, close);
          at = close + 1;
        } else {
          const valueStart = at;
          at = unquotedEnd(html, at);
          value = html.slice(valueStart, at);
        }
        if (value.includes("&")) value = decodeHTMLAttribute(value);
      }
      if (!found.has(name)) found.set(name, value);
    }
  }

  #startTag(at: number): boolean {
    const { html } = this;
    const nameEnd = tagNameEnd(html, at + 1);
    const close = startTagClose(html, nameEnd);
    if (close < 0) return false;
    const name = html.slice(at + 1, nameEnd).toLowerCase();
    this.#found("start", at, close + 1, name);
    this.#nameEnd = nameEnd;
    if (name === "svg" || name === "math") {
      if (!this.isSelfClosing) this.#foreign++;
    } else if (RAW.has(name) && !(this.#foreign > 0 && this.isSelfClosing)) {
      this.#raw = name;
    }
    return true;
  }

  #endTag(at: number): boolean {
    const { html } = this;
    const close = html.indexOf(">", at + 2);
    if (close < 0) return false;
    if (!isLetter(html.charCodeAt(at + 2))) {
      this.#found("other", at, close + 1, "");
      return true;
    }
    const name = html.slice(at + 2, tagNameEnd(html, at + 2)).toLowerCase();
    if (this.#foreign > 0 && (name === "svg" || name === "math")) this.#foreign--;
    this.#found("end", at, close + 1, name);
    return true;
  }

  #comment(at: number): boolean {
    const end = this.#commentEnd(at);
    if (end < 0) return false;
    this.#found("other", at, end, "");
    return true;
  }

  /** What comes after a comment, a doctype, `<![CDATA[…]]>` or `<?…>`; -1 if nothing does. */
  #commentEnd(at: number): number {
    const { html } = this;
    if (html.startsWith("<!--", at)) {
      if (html.startsWith(">", at + 4)) return at + 5;
      if (html.startsWith("->", at + 4)) return at + 6;
      for (let dashes = html.indexOf("--", at + 4); dashes >= 0; dashes = html.indexOf("--", dashes + 1)) {
        if (html.startsWith(">", dashes + 2)) return dashes + 3;
        if (html.startsWith("!>", dashes + 2)) return dashes + 4;
      }
      return -1;
    }
    // Outside SVG and MathML it is a broken comment, as the standard has it, which ends at the first ">".
    const closing = this.#foreign > 0 && html.startsWith("<![CDATA[", at) ? "]]>" : ">";
    const close = html.indexOf(closing, at + 2);
    return close < 0 ? -1 : close + closing.length;
  }

  /** Where the end tag of the raw text is that begins at `at`; the length of the text if it has none. */
  #rawEnd(at: number): number {
    const { html } = this;
    const name = this.#raw;
    const { length } = name;
    // Nothing ends it.
    if (name === "plaintext") return html.length;
    for (let end = html.indexOf("</", at); end >= 0; end = html.indexOf("</", end + 2)) {
      const after = end + 2 + length;
      if (isTagNameEnd(html.charCodeAt(after)) && html.slice(end + 2, after).toLowerCase() === name) return end;
    }
    return html.length;
  }

  #found(kind: TagKind, start: number, end: number, name: string): void {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.name = name;
  }
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === LF || code === TAB || code === CR || code === FF;
}

function isTagNameEnd(code: number): boolean {
  return code === GREATER || code === SLASH || isSpace(code);
}

function tagNameEnd(html: string, from: number): number {
  let at = from;
  while (at < html.length && !isTagNameEnd(html.charCodeAt(at))) at++;
  return at;
}

function skipSpace(html: string, from: number): number {
  let at = from;
  while (isSpace(html.charCodeAt(at))) at++;
  return at;
}

function skipSpaceAndSlash(html: string, from: number): number {
  let at = from;
  for (let code = html.charCodeAt(at); code === SLASH || isSpace(code); code = html.charCodeAt(++at));
  return at;
}

/** The first character belongs to the name whatever it is, also "=". */
function attributeNameEnd(html: string, from: number): number {
  let at = from + 1;
  for (; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code === EQUALS || isTagNameEnd(code)) break;
  }
  return at;
}

function unquotedEnd(html: string, from: number): number {
  let at = from;
  for (; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code === GREATER || isSpace(code)) break;
  }
  return at;
}

/** Where the ">" of a start tag is, past all its attributes; -1 if the text ends before. */
function startTagClose(html: string, from: number): number {
  let at = from;
  for (;;) {
    at = skipSpaceAndSlash(html, at);
    if (at >= html.length) return -1;
    if (html.charCodeAt(at) === GREATER) return at;
    at = skipSpace(html, attributeNameEnd(html, at));
    if (html.charCodeAt(at) !== EQUALS) continue;
    at = skipSpace(html, at + 1);
    const code = html.charCodeAt(at);
    if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
      const close = html.indexOf(code === DOUBLE_QUOTE ? '"' : "'", at + 1);
      if (close < 0) return -1;
      at = close + 1;
    } else {
      at = unquotedEnd(html, at);
    }
  }
}
