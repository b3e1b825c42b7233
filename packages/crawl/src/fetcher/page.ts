import { now } from "heddle";
import type { Article } from "../content/article.js";
import { articleOf } from "../content/articleOf.js";
import type { Charset } from "../content/charset.js";
import type { Link } from "../content/link.js";
import { linksOf } from "../content/linksOf.js";
import { markdownOf } from "../content/markdownOf.js";
import type { SelectedElement } from "../content/select.js";
import { select } from "../content/select.js";
import { textOf } from "../content/textOf.js";
import type { Failure } from "../ground/outcome.js";
import { redact } from "../ground/redact.js";
import type { RenderResult } from "../ground/render.js";
import type { ResponseHeaders } from "../ground/transport.js";
import { headerOf } from "../ground/transport.js";
import type { Captcha, Remedy, Vendor, Verdict } from "../verdict/verdict.js";
import type { Answer } from "./answer.js";
import type { Errand } from "./errand.js";
import { judgeNoAnswer } from "./judge.js";
import type { Attempt } from "./ledger.js";
import type { PageText } from "./pageText.js";
import { isBrief, pageText, textAtHand } from "./pageText.js";

/**
 * What became of one URL: there is one for each that was asked for, whatever happened. Texts are decoded, and documents
 * read, when they are asked for.
 */
export class Page {
  /** As it was given. */
  readonly url: string;
  /** Where redirects have led: the URL that was asked last, without credentials. As it was given if it is none. */
  readonly finalUrl: string;
  /** Of the last answer; null if there was none. */
  readonly status: number | null;
  /** Of the last answer, with names in lower case. */
  readonly headers: ResponseHeaders;
  /** What the page is worth. */
  readonly verdict: Verdict;
  /** What the verdict is known by, in words. Empty for "ok". */
  readonly evidence: readonly string[];
  /** Who stands in front of the site, where that is known: "Cloudflare", "generic" … */
  readonly vendor: Vendor | undefined;
  /** The CAPTCHA that keeps us out, if that is what it is. */
  readonly captcha: Captcha | undefined;
  /** Of a "dead" page: what kind of death it was: "dns", "reset", "server-error" …; undefined else. */
  readonly kind: string | undefined;
  /** What may help: "later", "otherwise", "render", "solve", "signIn"; or "no". */
  readonly remedy: Remedy;
  /** How the cache had a part in it: "fresh", "revalidated", "stale", "offline"; null if it had none. */
  readonly cached: "fresh" | "offline" | "revalidated" | "stale" | null;
  /** What all attempts have cost, in units of one plain request. */
  readonly cost: number;
  /** What went wrong on the way; null if the page was had with a status below 400. */
  readonly failure: Failure | null;
  /** The attempts that it took, the first one first. */
  readonly attempts: readonly Attempt[];
  /** How many redirects the last attempt has followed. */
  readonly redirects: number;
  /** The body after decompression; empty if there is none. */
  readonly bytes: Uint8Array;
  /** Whether there is a body, a whole one, if only an empty one. */
  readonly hasBody: boolean;
  /** How large the body is after decompression; of a body that is not whole, how much of it has come. */
  readonly size: number;
  /** How much of the body came over the wire. */
  readonly wireSize: number;
  /** From the first request to the end, in milliseconds: with redirects, retries and the waits between them. Rounded. */
  readonly ms: number;
  /** What the server has last asked to wait, in milliseconds. */
  readonly retryAfter: number | undefined;
  /** What Chromium has to say besides: a picture, what `evaluate` steps came to; null if the page was not rendered. */
  readonly rendered: RenderResult | null;
  /** Undefined: not read yet, or so brief that it is at hand. */
  #pageText: PageText | null | undefined;
  #reads = 0;
  #text: string | undefined;

  /** @param answer what the last request came to; null for a URL that is none, with the failure that says so */
  constructor(errand: Errand, answer: Answer | null, failure: Failure | null) {
    const judgement = answer?.judgement ?? judgeNoAnswer(failure);
    this.url = errand.page;
    this.finalUrl = answer === null ? errand.page : shown(answer.url);
    this.status = answer?.status ?? null;
    this.headers = answer?.headers ?? {};
    this.verdict = judgement.verdict;
    // Both quote what servers and users have said.
    this.evidence = [...judgement.evidence, ...errand.evidence].map(redact);
    this.vendor = judgement.vendor;
    this.captcha = judgement.captcha;
    this.kind = judgement.kind;
    this.remedy = judgement.remedy;
    this.cached = answer?.cached ?? null;
    this.cost = errand.ledger.reduce((sum, { cost }) => sum + cost, 0);
    this.failure = failure === null ? null : { ...failure, message: redact(failure.message) };
    this.attempts = errand.ledger;
    this.redirects = errand.redirects;
    this.bytes = answer?.body ?? NOTHING;
    this.hasBody = (answer?.body ?? null) !== null;
    this.size = answer?.bytes ?? 0;
    this.wireSize = answer?.wireBytes ?? 0;
    this.ms = errand.startedAt === null ? 0 : Math.round(now() - errand.startedAt);
    this.retryAfter = answer?.retryAfter;
    this.#pageText = answer?.text;
    this.rendered = answer?.rendered ?? null;
  }

  get contentType(): string | undefined {
    return headerOf(this.headers, "content-type");
  }

  /** What the text is encoded in, and what that is known by; null if there is no body, or no text in it. */
  get charset(): Charset | null {
    return this.#read()?.charset ?? null;
  }

  /** The body as text, markup and all; empty if there is none, or it is not text. */
  get html(): string {
    return this.#read()?.html ?? "";
  }

  /** The text that a reader sees, without markup and what is hidden. */
  get text(): string {
    this.#text ??= textOf(this.html);
    return this.#text;
  }

  /** Where the page leads: whole URLs, in the order of the page. */
  links(): Link[] {
    return linksOf(this.html, this.finalUrl);
  }

  /**
   * The elements that a CSS selector matches, in the order of the page.
   *
   * @throws InvalidArgumentError for a selector that is none
   */
  async select(css: string): Promise<SelectedElement[]> {
    return await select(this.html, css);
  }

  /**
   * The page as Markdown, made in a worker thread.
   *
   * If cancelled: throws `CancelledError`, and the thread that was at it is ended.
   *
   * @throws ThreadError if it fails, takes too long or too much memory
   */
  async markdown(): Promise<string> {
    return await markdownOf(this.html, { baseUrl: this.finalUrl });
  }

  /**
   * The article of the page, without what is around it; null if nothing in it looks like one. Found in a worker thread.
   *
   * If cancelled: throws `CancelledError`, and the thread that was at it is ended.
   *
   * @throws ThreadError if it fails, takes too long or too much memory
   */
  async article(): Promise<Article | null> {
    return await articleOf(this.html, this.finalUrl);
  }

  #read(): PageText | null {
    if (this.#pageText !== undefined) return this.#pageText;
    if (!this.hasBody) return null;
    const text = isBrief(this.bytes) ? textAtHand(this.bytes, this.headers) : pageText(this.bytes, this.headers);
    // Who reads it over a longer time wants it to be kept.
    if (!isBrief(this.bytes) || this.#reads++ > KEPT_AFTER) this.#pageText = text;
    return text;
  }
}

/** Texts that are read more often than this are kept with their pages. */
const KEPT_AFTER = 3;

const NOTHING: Uint8Array = new Uint8Array(0);

/** A URL without the credentials in it. */
function shown(url: URL): string {
  if (url.username === "" && url.password === "") return url.href;
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare.href;
}
