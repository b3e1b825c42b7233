import { decodeHTMLAttribute } from "entities/decode";
import {
  attributeNameEnd,
  commentEnd,
  DOUBLE_QUOTE,
  EQUALS,
  GREATER,
  isLetter,
  rawTextEnd,
  SINGLE_QUOTE,
  SLASH,
  skipSpace,
  skipSpaceAndSlash,
  unquotedEnd,
} from "./markup.js";
import { TagNames, tagCodeAt } from "./tagName.js";

/** What `TagScanner.next()` stands on; "other" is a comment, a doctype and the like. */
export type TagKind = "start" | "end" | "other";

/** Elements whose content is text up to their own end tag, whatever it looks like (WHATWG HTML 13.2.6.2). */
const RAW = new TagNames(["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"]);

/** What has a syntax of its own inside. */
const FOREIGN = new TagNames(["svg", "math"]);

const BANG = 0x21;
const QUESTION = 0x3f;

/**
 * Walks over the tags of an HTML text, once, from left to right, and builds nothing: no tree, and no attributes unless
 * they are asked for. It splits tags as the tokenizer of the HTML standard does (quotes, comments, elements of raw
 * text), and knows nothing of nesting but for SVG and MathML, where `<style/>` has no content.
 *
 *     text before <p class="x"> text …
 *     ^textStart  ^start       ^end
 *
 * A tag that the text breaks off in is none. Never throws.
 */
export class TagScanner {
  readonly html: string;
  kind: TagKind = "other";
  /** The number of the tag's name, see `tagCode()`; 0 for what has no name. */
  code = 0;
  /** Where the text before the tag begins: it ends at `start`. */
  textStart = 0;
  /** Where the `<` is. */
  start = 0;
  /** What comes after the `>`. */
  end = 0;
  #nameEnd = 0;
  /** Of each attribute: where its name begins and ends, and its value. Used again for each tag. */
  readonly #spans: number[] = [];
  #spanCount = 0;
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
      at = rawTextEnd(html, at, this.#raw);
      this.#raw = "";
    }
    for (at = html.indexOf("<", at); at >= 0; at = html.indexOf("<", at + 1)) {
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
    }
    // What the text breaks off in is not text either.
    this.#found("other", at < 0 ? html.length : at, html.length);
    return false;
  }

  /** The name of the tag, in lower case; empty for what has none. */
  get name(): string {
    if (this.kind === "other") return "";
    return this.html.slice(this.start + (this.kind === "end" ? 2 : 1), this.#nameEnd).toLowerCase();
  }

  /** Whether the start tag ends in `/>`, which means something inside SVG and MathML only. */
  get isSelfClosing(): boolean {
    return this.html.charCodeAt(this.end - 2) === SLASH;
  }

  /** Whether the tag has this name, in lower case. As a rule no string is made to tell. */
  is(name: string): boolean {
    const { kind, html } = this;
    if (kind === "other") return false;
    const from = this.start + (kind === "end" ? 2 : 1);
    if (this.#nameEnd - from !== name.length) return false;
    return html.startsWith(name, from) || this.name === name;
  }

  get hasAttributes(): boolean {
    return this.#spanCount > 0;
  }

  /** The text inside an element of raw text, whose start tag this is; entities are not undone. */
  rawText(): string {
    if (this.#raw === "") return "";
    return this.html.slice(this.end, rawTextEnd(this.html, this.end, this.#raw));
  }

  /**
   * The value of an attribute of the start tag, with its entities decoded; of several with the same name, the first.
   *
   * @param name in lower case
   */
  attribute(name: string): string | undefined {
    const { html } = this;
    const spans = this.#spans;
    for (let at = 0; at < this.#spanCount; at += 4) {
      const nameStart = spans[at] as number;
      const nameEnd = spans[at + 1] as number;
      if (nameEnd - nameStart !== name.length || !isNamed(html, nameStart, name)) continue;
      const value = html.slice(spans[at + 2], spans[at + 3]);
      return value.includes("&") ? decodeHTMLAttribute(value) : value;
    }
    return undefined;
  }

  #startTag(at: number): boolean {
    const { html } = this;
    const { code, end: nameEnd } = tagCodeAt(html, at + 1);
    const close = this.#readAttributes(nameEnd);
    if (close < 0) return false;
    this.#found("start", at, close + 1);
    this.#nameEnd = nameEnd;
    this.code = code;
    const foreign = FOREIGN.candidate(code);
    if (foreign !== undefined && this.is(foreign)) {
      if (!this.isSelfClosing) this.#foreign++;
      return true;
    }
    const raw = RAW.candidate(code);
    if (raw !== undefined && this.is(raw) && !(this.#foreign > 0 && this.isSelfClosing)) this.#raw = raw;
    return true;
  }

  #endTag(at: number): boolean {
    const { html } = this;
    const close = html.indexOf(">", at + 2);
    if (close < 0) return false;
    if (!isLetter(html.charCodeAt(at + 2))) {
      this.#found("other", at, close + 1);
      return true;
    }
    const { code, end: nameEnd } = tagCodeAt(html, at + 2);
    this.#found("end", at, close + 1);
    this.#nameEnd = nameEnd;
    this.code = code;
    const foreign = this.#foreign > 0 ? FOREIGN.candidate(code) : undefined;
    if (foreign !== undefined && this.is(foreign)) this.#foreign--;
    return true;
  }

  #comment(at: number): boolean {
    const { html } = this;
    let end: number;
    if (html.startsWith("<!--", at)) {
      end = commentEnd(html, at);
    } else {
      // Outside SVG and MathML `<![CDATA[` is a broken comment, as the standard has it, which ends at the first ">".
      const closing = this.#foreign > 0 && html.startsWith("<![CDATA[", at) ? "]]>" : ">";
      const close = html.indexOf(closing, at + 2);
      end = close < 0 ? -1 : close + closing.length;
    }
    if (end < 0) return false;
    this.#found("other", at, end);
    return true;
  }

  #found(kind: TagKind, start: number, end: number): void {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.code = 0;
    if (kind !== "start") this.#spanCount = 0;
  }

  /** Notes where the attributes are. Returns where the ">" of the tag is; -1 if the text ends before. */
  #readAttributes(from: number): number {
    const { html } = this;
    const spans = this.#spans;
    let count = 0;
    let at = from;
    for (;;) {
      at = skipSpaceAndSlash(html, at);
      if (at >= html.length) return -1;
      if (html.charCodeAt(at) === GREATER) break;
      spans[count] = at;
      at = attributeNameEnd(html, at);
      spans[count + 1] = at;
      at = skipSpace(html, at);
      let valueStart = at;
      let valueEnd = at;
      if (html.charCodeAt(at) === EQUALS) {
        valueStart = skipSpace(html, at + 1);
        const code = html.charCodeAt(valueStart);
        if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
          valueEnd = html.indexOf(code === DOUBLE_QUOTE ? '"' : "'", ++valueStart);
          if (valueEnd < 0) return -1;
          at = valueEnd + 1;
        } else {
          at = valueEnd = unquotedEnd(html, valueStart);
        }
      }
      spans[count + 2] = valueStart;
      spans[count + 3] = valueEnd;
      count += 4;
    }
    this.#spanCount = count;
    return at;
  }
}

/** Whether `name`, which is in lower case, stands at `at`, in whatever case. Makes no string for most that are not it. */
function isNamed(html: string, at: number, name: string): boolean {
  const [first, wanted] = [html.charCodeAt(at), name.charCodeAt(0)];
  if (first !== wanted && (first | 0x20) !== wanted && first < 0x80) return false;
  return html.startsWith(name, at) || html.slice(at, at + name.length).toLowerCase() === name;
}
