import { decodeHTML } from "entities/decode";
import { checkHtml } from "./checkContent.js";
import { HiddenPart } from "./hiddenPart.js";
import { tagCode } from "./tagName.js";
import { TagScanner } from "./tagScanner.js";

/** What stands between two pieces of text; of several, the largest. */
const NOTHING = 0;
const SPACE = 1;
const TAB = 2;
const LINE = 3;
const PARAGRAPH = 4;

const SEPARATORS = ["", " ", "\t", "\n", "\n\n"];

/** By the number of the tag's name. Two names with the same number would cost a line break too many, no more. */
const BREAKS: ReadonlyMap<number, number> = new Map(
  (
    [
      ["td th", TAB],
      [
        "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption " +
          "figure footer form header hgroup hr html legend li main menu nav ol optgroup option pre search section " +
          "select summary table tbody textarea tfoot thead tr ul",
        LINE,
      ],
      ["p h1 h2 h3 h4 h5 h6", PARAGRAPH],
    ] as const
  ).flatMap(([names, size]) => names.split(" ").map((name) => [tagCode(name), size] as const)),
);

const PRE = tagCode("pre");
const TEXTAREA = tagCode("textarea");
const BR = tagCode("br");
const OUTER = /^[\t\n\f\r ]|[\t\n\f\r ]$/g;
/** Any run of white space but a single space, which most are, and which would be replaced by itself. */
const INNER = /[\t\n\f\r][\t\n\f\r ]*| [\t\n\f\r ]+/g;

/**
 * The text that a reader of the page sees: no scripts, styles, templates, `<noscript>`, or hidden parts; entities
 * undone; white space as a browser would show it, with a line for each block, an empty line around paragraphs and
 * headings, and a tab between the cells of a table. What a style sheet hides is not known, and is there.
 *
 * One pass, without a tree.
 *
 * @throws InvalidArgumentError for anything but text
 */
export function textOf(html: string): string {
  checkHtml("make text", html);
  const text = new TextWriter();
  const hidden = new HiddenPart();
  const scanner = new TagScanner(html);
  let isHidden = false;
  let pre = 0;
  for (let more = true; more; ) {
    more = scanner.next();
    if (!isHidden && scanner.start > scanner.textStart) {
      const raw = html.slice(scanner.textStart, scanner.start);
      const piece = raw.includes("&") ? decodeHTML(raw) : raw;
      if (pre > 0) text.verbatim(piece);
      else text.flow(piece);
    }
    if (!more || scanner.kind === "other") continue;
    const size = BREAKS.get(scanner.code);
    if (size !== undefined && !isHidden) {
      if (scanner.code === BR) text.newLine();
      else text.separate(size);
      if (scanner.code === PRE || scanner.code === TEXTAREA)
        pre = Math.max(0, pre + (scanner.kind === "start" ? 1 : -1));
    }
    isHidden = hidden.see(scanner);
  }
  return text.end();
}

class TextWriter {
  #text = "";
  #pending: number = NOTHING;
  /** Line breaks of `<br>`, which are as many as there are. */
  #lines = 0;

  separate(size: number): void {
    if (size > this.#pending) this.#pending = size;
  }

  newLine(): void {
    this.#lines++;
  }

  /** Text in which any white space is one space. */
  flow(piece: string): void {
    const words = piece.replace(INNER, " ");
    if (words === " ") {
      this.separate(SPACE);
      return;
    }
    if (words.startsWith(" ")) this.separate(SPACE);
    this.#write(words.replace(OUTER, ""));
    if (words.endsWith(" ")) this.separate(SPACE);
  }

  /** Text whose white space stands as it is, but for a line break right behind the start tag, which means nothing. */
  verbatim(piece: string): void {
    const rest = this.#pending >= LINE ? piece.replace(/^\r?\n/, "") : piece;
    if (rest !== "") this.#write(rest);
  }

  end(): string {
    const text = this.#text.replace(/[\t\n\f\r ]+$/, "");
    // No parser keeps them, and many a database does not take them.
    return text.includes("\0") ? text.replaceAll("\0", "") : text;
  }

  #write(words: string): void {
    if (this.#text !== "") this.#text += this.#between();
    this.#text += words;
    this.#pending = NOTHING;
    this.#lines = 0;
  }

  #between(): string {
    if (this.#lines === 0) return SEPARATORS[this.#pending] ?? "";
    return this.#lines === 1 && this.#pending < PARAGRAPH ? "\n" : "\n\n";
  }
}
