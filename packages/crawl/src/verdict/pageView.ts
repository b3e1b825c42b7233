import type { ResponseHeaders } from "../ground/transport.js";
import { headerOf } from "../ground/transport.js";
import type { Names } from "./names.js";
import type { PageSketch } from "./pageSketch.js";
import { ENOUGH_TEXT, SketchReader } from "./pageSketch.js";

/** An answer as the rules look at it. What costs something is found out when a rule asks for it, and once. */
export class PageView {
  readonly url: string;
  readonly finalUrl: string;
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly html: string;
  #reader: SketchReader | undefined;
  #isBare: boolean | undefined;
  #source: string | undefined;
  #cookies: readonly string[] | undefined;

  constructor(page: { url: string; finalUrl: string; status: number; headers: ResponseHeaders; html: string }) {
    this.url = page.url;
    this.finalUrl = page.finalUrl;
    this.status = page.status;
    this.headers = page.headers;
    this.html = page.html;
  }

  /** A page that is known to have something to say, and whose words nobody will ask for. */
  static ofWords(page: { url: string; finalUrl: string; status: number; headers: ResponseHeaders }): PageView {
    const view = new PageView({ ...page, html: "" });
    view.#isBare = false;
    return view;
  }

  get sketch(): PageSketch {
    return this.#read().whole();
  }

  /** The title and the heading, for less than the whole sketch. */
  get names(): Names {
    return this.#read().names();
  }

  /** The beginning of the page's source: walls are short, and what they are known by is in it. */
  get source(): string {
    this.#source ??= this.html.length > SOURCE_LENGTH ? this.html.slice(0, SOURCE_LENGTH) : this.html;
    return this.#source;
  }

  /** The names of the cookies that the answer sets. */
  get cookies(): readonly string[] {
    this.#cookies ??= cookieNames(this.headers["set-cookie"]);
    return this.#cookies;
  }

  /** The server says no, and not because there is no such page. From 520 to 530 Cloudflare says that it has not reached it. */
  get isRefused(): boolean {
    const { status } = this;
    return status >= 400 && status !== 404 && status !== 410 && !(status >= 520 && status <= 530);
  }

  /** Hardly any text: the page of a wall, a shell, or a page that has little to say. */
  get isBare(): boolean {
    this.#isBare ??= !this.#read().hasWords(BARE_TEXT);
    return this.#isBare;
  }

  /** So much text that it is no wall and no shell. */
  get isRich(): boolean {
    return this.#read().hasWords(ENOUGH_TEXT);
  }

  header(name: string): string | undefined {
    return headerOf(this.headers, name);
  }

  #read(): SketchReader {
    this.#reader ??= new SketchReader(this.html);
    return this.#reader;
  }
}

const SOURCE_LENGTH = 64 * 1024;
const BARE_TEXT = 1000;

function cookieNames(header: string | string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  return (Array.isArray(header) ? header : [header]).map((cookie) => cookie.split("=", 1)[0]?.trim() ?? "");
}
