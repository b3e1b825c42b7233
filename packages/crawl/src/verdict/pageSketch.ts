import { decodeHTML } from "entities/decode";
import { collapsed } from "../content/collapsed.js";
import { HiddenPart } from "../content/hiddenPart.js";
import { skipSpace } from "../content/markup.js";
import { TagNames } from "../content/tagName.js";
import { TagScanner } from "../content/tagScanner.js";

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

/** Reads a page from its beginning until there is enough text. One pass. */
export function sketchPage(html: string): PageSketch {
  const reader = new SketchReader(new TagScanner(html));
  reader.read();
  return reader;
}

class SketchReader implements PageSketch {
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
  /** Which piece is the first in the root. */
  #rootAt = 0;
  #lookedAt = 0;
  readonly #hidden: HiddenPart = new HiddenPart();
  /** The heading or noscript that is open. */
  #inside = "";
  #subheading = "";

  constructor(scanner: TagScanner) {
    this.#scanner = scanner;
  }

  read(): void {
    const scanner = this.#scanner;
    let isHidden = false;
    for (let tags = 0; tags < ENOUGH_TAGS && !this.#hasEnough(); tags++) {
      const more = scanner.next();
      if (!isHidden || this.#inside === "noscript") this.#words(isHidden);
      if (!more) break;
      if (scanner.kind === "other") continue;
      const name = NAMES.candidate(scanner.code);
      if (name !== undefined && scanner.is(name)) this.#see(name);
      isHidden = this.#hidden.see(scanner);
    }
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
    const words = html.slice(from, Math.min(start, from + 2 * ENOUGH_TEXT));
    if (isHidden) {
      if (this.noscript.length < 500) this.noscript += ` ${words}`;
      return;
    }
    this.#pieces.push(words);
    this.#length += words.length + 1;
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
        if (!isStart) this.#inside = "";
        else if (name === "noscript" || (name === "h1" ? this.heading : this.#subheading) === "") this.#inside = name;
        return;
    }
    if (isStart) this.#start(name);
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

function tidied(raw: string): string {
  return collapsed(raw.includes("&") ? decodeHTML(raw) : raw).toLowerCase();
}
