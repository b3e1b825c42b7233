import { collapsed } from "../content/collapsed.js";
import { HiddenPart } from "../content/hiddenPart.js";
import { isLetter, skipSpace } from "../content/markup.js";
import { TagNames } from "../content/tagName.js";
import { TagScanner } from "../content/tagScanner.js";
import type { Names } from "./names.js";
import { tidied } from "./names.js";

/** As much of a page as tells what kind of page it is. All texts are in lower case. */
export interface PageSketch {
  readonly title: string;
  /** Of the first `<h1>`, else of the first `<h2>`. */
  readonly heading: string;
  /** What a reader sees first, up to `ENOUGH_TEXT` characters. */
  readonly text: string;
  /** What browsers without scripts are told. */
  readonly noscript: string;
  /** `<script src>`, and `<link rel=modulepreload>`. */
  readonly externalScripts: number;
  readonly inlineScripts: number;
  /** An element that frameworks fill, as it stands in the page: `<div id="root">`. */
  readonly root: string | undefined;
  /** What a reader sees in it, and behind it. */
  readonly rootText: string;
  /** Pictures, frames and the like: what there is to see without a word. */
  readonly media: number;
  readonly passwords: number;
  /** Fields to write into, but for those of a CAPTCHA or a password. */
  readonly fields: number;
  readonly refreshes: boolean;
}

/**
 * So much visible text makes a page rich: no wall and no shell has as much, and what was not read yet will not change
 * that.
 */
export const ENOUGH_TEXT = 2000;

/** A page of so many tags is neither, even if none of them has come to a point. */
const ENOUGH_TAGS = 5000;

/** The element that scripts fill is one of the first. */
const MOST_ROOTS = 40;

/** Inside of what is hidden, `<noscript>` and titles are of interest. */
const NAMES = new TagNames([
  ...["title", "h1", "h2", "noscript", "script", "link", "meta", "input", "textarea"],
  ...["img", "picture", "video", "canvas", "iframe", "frame", "embed", "object"],
  ...["div", "main", "section", "body", "html", "app-root", "my-app", "app"],
]);

/** The ids that frameworks and their templates give to the element that they fill. */
const ROOT_ID =
  /^(?:root|app|__next|__nuxt|___gatsby|react-root|app-root|q-app|svelte|main-app|application|spa|mount)$/i;
const ROOT_ELEMENTS: ReadonlySet<string> = new Set(["app-root", "my-app", "app"]);
const FIELD_TYPES = /^(?:|text|email|tel|url|search|number|date)$/i;

/**
 * Reads a page from its beginning until there is enough text. One pass, which goes on where it has stopped: of most pages it
 * is enough to know that they have something to say (`hasWords()`), and what they call themselves.
 */
export class SketchReader implements PageSketch {
  title = "";
  heading = "";
  text = "";
  noscript = "";
  externalScripts = 0;
  inlineScripts = 0;
  root: string | undefined;
  rootText = "";
  media = 0;
  passwords = 0;
  fields = 0;
  refreshes = false;
  readonly #scanner: TagScanner;
  #pieces: string[] = [];
  #length = 0;
  /** Characters that are text whatever is made of entities and white space. */
  #sure = 0;
  #tags = 0;
  #isHidden = false;
  #isDone = false;
  /** There will be no other first heading. */
  #hasHeading = false;
  /** Which piece is the first in the root. */
  #rootAt = 0;
  #lookedAt = 0;
  readonly #hidden: HiddenPart = new HiddenPart();
  /** The heading or noscript that is open. */
  #inside = "";
  #subheading = "";

  constructor(html: string) {
    this.#scanner = new TagScanner(html);
  }

  /** All of it. */
  whole(): this {
    while (!this.#isDone) this.#step();
    return this;
  }

  /** Whether there are `count` visible characters, `ENOUGH_TEXT` or fewer. */
  hasWords(count: number): boolean {
    while (this.#sure < count && !this.#isDone) this.#step();
    return this.#sure >= count || this.text.length >= count;
  }

  /** The title and the heading, as the whole sketch has them. */
  names(): Names {
    while (!this.#hasHeading && !this.#isDone) this.#step();
    return this.#isDone ? this : { title: this.title, heading: tidied(this.heading) };
  }

  #step(): void {
    const scanner = this.#scanner;
    if (this.#tags++ === ENOUGH_TAGS || this.#hasEnough()) {
      this.#finish();
      return;
    }
    const more = scanner.next();
    if (!this.#isHidden || this.#inside === "noscript") this.#words(this.#isHidden);
    if (!more) this.#finish();
    if (!more || scanner.kind === "other") return;
    const name = NAMES.candidate(scanner.code);
    if (name !== undefined && scanner.is(name)) this.#see(name);
    this.#isHidden = this.#hidden.see(scanner);
  }

  #finish(): void {
    this.#isDone = true;
    this.text = tidied(this.#pieces.join(" "));
    this.rootText = tidied(this.#pieces.slice(this.#rootAt).join(" "));
    this.heading = tidied(this.heading || this.#subheading);
    this.noscript = tidied(this.noscript);
  }

  /** What was gathered may be mostly white space, so it is looked at more closely when it seems to be enough. */
  #hasEnough(): boolean {
    if (this.#length < ENOUGH_TEXT) return false;
    const text = collapsed(this.#pieces.join(" "));
    this.#pieces = [text];
    this.#rootAt = 0;
    this.#length = text.length;
    return this.#length >= ENOUGH_TEXT;
  }

  #words(isHidden: boolean): void {
    const { html, textStart, start } = this.#scanner;
    const from = skipSpace(html, textStart);
    if (from >= start) return;
    // Enough of one piece is enough: a text of a megabyte is not to be copied.
    const to = Math.min(start, from + 2 * ENOUGH_TEXT);
    const words = html.slice(from, to);
    if (isHidden) {
      if (this.noscript.length < 500) this.noscript += ` ${words}`;
      return;
    }
    this.#pieces.push(words);
    this.#length += words.length + 1;
    this.#sure += sureCharacters(html, from, to);
    if (this.#inside === "h1" && this.heading.length < 200) this.heading += ` ${words}`;
    if (this.#inside === "h2" && this.#subheading.length < 200) this.#subheading += ` ${words}`;
  }

  #see(name: string): void {
    const scanner = this.#scanner;
    const isStart = scanner.kind === "start";
    switch (name) {
      case "h1":
      case "h2":
      case "noscript":
        // Only the first heading of each kind is read.
        if (!isStart) this.#leave(name);
        else if (name === "noscript" || (name === "h1" ? this.heading : this.#subheading) === "") this.#inside = name;
        return;
    }
    if (isStart) this.#start(name);
  }

  #leave(name: string): void {
    this.#inside = "";
    if (name === "h1" && this.title !== "" && this.heading !== "") this.#hasHeading = true;
  }

  #start(name: string): void {
    const scanner = this.#scanner;
    switch (name) {
      case "title":
        if (this.title === "") this.title = tidied(scanner.rawText().slice(0, 500));
        return;
      case "script":
        if (scanner.attribute("src") !== undefined) this.externalScripts++;
        else if (!/json|template/i.test(scanner.attribute("type") ?? "")) this.inlineScripts++;
        return;
      case "link":
        if (scanner.attribute("rel")?.toLowerCase() === "modulepreload") this.externalScripts++;
        return;
      case "meta":
        if (scanner.attribute("http-equiv")?.toLowerCase() === "refresh") this.refreshes = true;
        return;
      case "textarea":
      case "input":
        this.#field(scanner.attribute("type") ?? "", scanner.attribute("name") ?? "");
        return;
      case "div":
      case "main":
      case "section":
      case "body":
      case "html":
      case "app-root":
      case "my-app":
      case "app":
        if (this.root !== undefined || ++this.#lookedAt > MOST_ROOTS) return;
        if (scanner.hasAttributes) this.#root();
        if (ROOT_ELEMENTS.has(name)) this.root ??= `<${name}>`;
        if (this.root !== undefined) this.#rootAt = this.#pieces.length;
        return;
      default:
        this.media++;
    }
  }

  #field(type: string, name: string): void {
    if (/^password$/i.test(type)) this.passwords++;
    // `g-recaptcha-response` and the like are filled by a script.
    else if (FIELD_TYPES.test(type) && !/captcha|turnstile/i.test(name)) this.fields++;
  }

  #root(): void {
    const scanner = this.#scanner;
    const id = scanner.attribute("id");
    if (id !== undefined && ROOT_ID.test(id)) this.root = `<${scanner.name} id="${id}">`;
    else if (scanner.attribute("ng-app") !== undefined) this.root = `<${scanner.name} ng-app>`;
    else if (scanner.attribute("data-reactroot") !== undefined) this.root = `<${scanner.name} data-reactroot>`;
  }
}

/** How many characters of a part of a text are there whatever it is made of: without white space, and without entities. */
function sureCharacters(html: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    const code = html.charCodeAt(at);
    if (code === AMPERSAND) at = skipEntity(html, at);
    else if (isSurelyText(code)) count++;
  }
  return count;
}

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;

/** Beyond ASCII there is more white space: between U+007F and À, between U+1680 and U+3000, and at the very end. */
function isSurelyText(code: number): boolean {
  return code < 0x7f ? code > 0x20 : code >= 0xc0 && code < 0xfe00 && (code < 0x1680 || code > 0x3000);
}

/** The last character that may belong to the entity that begins at `at`. */
function skipEntity(html: string, at: number): number {
  let end = at + 1;
  for (let code = html.charCodeAt(end); isEntityPart(code); code = html.charCodeAt(++end));
  return html.charCodeAt(end) === SEMICOLON ? end : end - 1;
}

/** A letter, a digit or "#". */
function isEntityPart(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x23;
}
