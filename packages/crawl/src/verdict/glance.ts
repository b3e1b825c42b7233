import { decodeText } from "../content/charset.js";
import { EQUALS, GREATER, isLetter, isSpace, isTagNameEnd, SLASH } from "../content/markup.js";
import { TagNames } from "../content/tagName.js";
import type { Names } from "./names.js";
import { tidied } from "./names.js";

/** So much visible text makes sure that a page has something to say. */
export const ENOUGH_WORDS = 1000;

/** Nobody looks further: `SketchReader` does. */
const FURTHEST = 64 * 1024;
/** As much raw text as `SketchReader` reads at the most: what comes after that has no part in a verdict. */
const MOST_TEXT = 2000;
const LONGEST_TITLE = 500;

const LESS = 0x3c;
const BANG = 0x21;
const QUESTION = 0x3f;
const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const HASH = 0x23;

/** Elements whose content is no text that is seen: it is passed over up to the end tag, whatever is inside. */
const PASSED_OVER: ReadonlySet<string> = new Set("script style title iframe noembed noframes svg".split(" "));

/** Elements that are passed over by a closer look only. */
const DIFFICULT: ReadonlySet<string> = new Set(
  "annotation audio canvas datalist math object plaintext template textarea video xmp".split(" "),
);

const NAMES = new TagNames([...PASSED_OVER, ...DIFFICULT, "h1", "h2", "noscript"]);

/** By its style an element may be hidden; a longer look tells whether it is. */
const MAY_HIDE = /style[^>]*(?:none|hidden|&)/i;

/** What in a picture is more than lines and shapes: text is seen, and what is hidden may not end with the picture. */
const NO_MERE_PICTURE =
  /hidden|style|<(?!\/?(?:animate|circle|clippath|defs|ellipse|g|line|lineargradient|mask|path|polygon|polyline|radialgradient|rect|stop|symbol|title|use)[\s/>])/i;

const MOST_TAGS = 3000;
const LONG_HEADING = 200;

/**
 * Looks at the beginning of an HTML page in bytes, UTF-8 or windows-1252, and returns what it calls itself if it surely has
 * `ENOUGH_WORDS`; undefined wherever there is the least doubt, which is for `SketchReader` to settle. Bytes, as they can be
 * read several times as fast as characters of a string, and as the page need not be decoded for it.
 */
export function glanceAt(bytes: Uint8Array, charset: "utf-8" | "windows-1252"): Names | undefined {
  const glance = new Glance(bytes, charset);
  return glance.look() ? glance.names() : undefined;
}

class Glance {
  readonly #bytes: Buffer;
  readonly #charset: string;
  readonly #end: number;
  #tags = 0;
  #at = 0;
  /** Characters that are seen whatever is made of entities and white space. */
  #sure = 0;
  /** All characters between tags, at the least. */
  #raw = 0;
  #title: string | undefined;
  #heading = "";
  #inHeading = false;
  /** Where browsers do not look that run scripts. */
  #inNoscript = false;
  #hasHeading = false;

  constructor(bytes: Uint8Array, charset: string) {
    this.#charset = charset;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = Math.min(bytes.byteLength, FURTHEST);
  }

  names(): Names {
    return { title: this.#title ?? "", heading: tidied(this.#heading) };
  }

  look(): boolean {
    while (this.#sure < ENOUGH_WORDS || !this.#hasHeading || this.#title === undefined) {
      this.#words();
      if (this.#at >= this.#end || this.#raw >= MOST_TEXT || !this.#tag()) return false;
    }
    return true;
  }

  /** Counts what is seen up to the next tag. */
  #words(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let sure = 0;
    let further = 0;
    let isBlank = true;
    for (let code = bytes[at] as number; at < this.#end && code !== LESS; code = bytes[++at] as number) {
      if (code <= 0x20) continue;
      isBlank = false;
      // The first byte of each character of UTF-8 stands for it.
      if (code >= 0x80 && code < 0xc0) further++;
      else if (code === AMPERSAND) at = this.#skipEntity(at);
      else if (isSurelyText(code)) sure++;
    }
    this.#at = at;
    if (isBlank || this.#inNoscript) return;
    this.#sure += sure;
    this.#raw += at - start + 1 - (this.#charset === "utf-8" ? further : 0);
    if (this.#inHeading && this.#heading.length < LONG_HEADING) this.#heading += ` ${this.#text(start, at)}`;
  }

  #text(start: number, end: number): string {
    return decodeText(this.#bytes.subarray(start, end), this.#charset);
  }

  #latin1(start: number, end: number): string {
    return this.#bytes.toString("latin1", start, end);
  }

  /** The last byte that may belong to the entity that begins at `at`. */
  #skipEntity(at: number): number {
    const bytes = this.#bytes;
    let end = at + 1;
    while (end < this.#end && isEntityPart(bytes[end] as number)) end++;
    return bytes[end] === SEMICOLON ? end : end - 1;
  }

  /** Goes over a tag; false where that wants a closer look. */
  #tag(): boolean {
    const bytes = this.#bytes;
    const first = bytes[this.#at + 1] as number;
    if (first === BANG || first === QUESTION) return this.#comment();
    const isEnd = first === SLASH;
    const nameStart = this.#at + (isEnd ? 2 : 1);
    if (!isLetter(bytes[nameStart] as number) || this.#tags++ > MOST_TAGS) return false;
    let nameEnd = nameStart;
    let number = 0;
    for (let code = bytes[nameEnd] as number; isNamePart(code); code = bytes[++nameEnd] as number)
      number = (Math.imul(number, 31) + (code | 0x20)) | 0;
    if (!isTagNameEnd(bytes[nameEnd] as number)) return false;
    const close = isEnd ? bytes.indexOf(GREATER, nameEnd) : this.#tagEnd(nameEnd);
    if (close < 0 || close >= this.#end) return false;
    this.#at = close + 1;
    const candidate = NAMES.candidate(number);
    const name = candidate === undefined ? "" : this.#latin1(nameStart, nameEnd).toLowerCase();
    if (name === "noscript" || this.#inNoscript) return this.#noscript(name, isEnd) && this.#content(name, isEnd);
    if (name === "h1") return this.#h1(isEnd);
    if (name === "h2" && this.#inHeading) return false;
    return this.#content(name, isEnd);
  }

  #content(name: string, isEnd: boolean): boolean {
    if (isEnd) return true;
    if (DIFFICULT.has(name)) return false;
    return PASSED_OVER.has(name) ? this.#passOver(name) : true;
  }

  /** Where the start tag ends whose attributes begin at `from`; -1 if one of these may hide it, or the tag is a strange one. */
  #tagEnd(from: number): number {
    const bytes = this.#bytes;
    if (bytes[from] === GREATER) return from;
    let at = from;
    let quote = 0;
    let hasStyle = false;
    for (let code = bytes[at] as number; at < this.#end; code = bytes[++at] as number) {
      if (quote !== 0) {
        if (code !== quote) continue;
        quote = 0;
      } else if (code === 0x22 || code === 0x27) {
        // A quote that does not begin a value is a part of a name.
        if (bytes[at - 1] !== EQUALS || bytes[at - 2] === EQUALS) return -1;
        quote = code;
        continue;
      } else if (code === GREATER) {
        break;
      } else if (code > 0x20 && code !== SLASH) {
        if (code === EQUALS && isSpace(bytes[at + 1] as number)) return -1;
        continue;
      }
      // Here an attribute may begin.
      const first = (bytes[at + 1] as number) | 0x20;
      if (first === 0x68 && this.#has("hidden", at + 1)) return -1;
      if (first === 0x73 && this.#has("style", at + 1)) hasStyle = true;
    }
    if (at >= this.#end) return -1;
    return hasStyle && MAY_HIDE.test(this.#latin1(from, at)) ? -1 : at;
  }

  /** Whether `name` stands there, in whatever case. */
  #has(name: string, from: number): boolean {
    for (let i = 1; i < name.length; i++)
      if (((this.#bytes[from + i] as number) | 0x20) !== name.charCodeAt(i)) return false;
    return true;
  }

  #noscript(name: string, isEnd: boolean): boolean {
    if (name === "noscript") {
      if (this.#inHeading || (this.#inNoscript && !isEnd)) return false;
      this.#inNoscript = !isEnd;
    }
    return name !== "h1" && name !== "h2" && name !== "title";
  }

  #h1(isEnd: boolean): boolean {
    if (this.#hasHeading) return true;
    if (!isEnd) this.#inHeading = true;
    else {
      this.#inHeading = false;
      this.#hasHeading = this.#heading !== "";
    }
    return true;
  }

  #comment(): boolean {
    const bytes = this.#bytes;
    const isComment = bytes[this.#at + 2] === 0x2d && bytes[this.#at + 3] === 0x2d;
    const end = isComment ? bytes.indexOf("-->", this.#at + 4, "latin1") : bytes.indexOf(GREATER, this.#at + 2);
    if (end < 0 || end >= this.#end) return false;
    // `<!-->` and `<!--->` are whole, and `--!>` ends a comment too.
    if (isComment && /^-?>|--!>/.test(this.#latin1(this.#at + 4, end))) return false;
    this.#at = end + (isComment ? 3 : 1);
    return true;
  }

  #passOver(name: string): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    for (let at = bytes.indexOf("</", start, "latin1"); at >= 0 && at < this.#end; at = bytes.indexOf("</", at + 2)) {
      const after = at + 2 + name.length;
      if (!isTagNameEnd(bytes[after] as number)) continue;
      if (this.#latin1(at + 2, after).toLowerCase() !== name) continue;
      const close = bytes.indexOf(GREATER, after);
      if (close < 0) return false;
      if (name === "title" && this.#title === undefined) {
        const title = tidied(this.#text(start, at).slice(0, LONGEST_TITLE));
        if (title !== "") this.#title = title;
      }
      // A picture may have a title too, which counts where the page has none.
      if (name === "svg" && (this.#title === undefined || NO_MERE_PICTURE.test(this.#latin1(start, at)))) return false;
      this.#at = close + 1;
      return true;
    }
    return false;
  }
}

/** Beyond ASCII some white space begins with C2, E1, E2, E3 or EF: what does is not counted, nor are the bytes that follow. */
function isSurelyText(code: number): boolean {
  return code < 0x7f ? code > 0x20 : code >= 0xc3 && code < 0xee && (code < 0xe1 || code > 0xe3);
}

function isNamePart(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x2d;
}

function isEntityPart(code: number): boolean {
  return isNamePart(code) || code === HASH;
}
