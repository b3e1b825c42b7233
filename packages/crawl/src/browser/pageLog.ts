import type { Page, Request, Response } from "playwright-core";
import { tooLarge } from "../content/decode.js";
import type { FetchError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { ResourceKind } from "../ground/render.js";
import { quietly } from "./quietly.js";
import { endlessNavigation, isDownload, networkFailure } from "./renderFailure.js";
import type { VisitPlan } from "./visitPlan.js";

/** So many errors are kept, cut at so many characters: a page can log without end. */
const MOST_ERRORS = 100;
const LONGEST_ERROR = 1000;

/** A page whose scripts lead to a new page so often does it without end. */
const MOST_NAVIGATIONS = 25;

/**
 * What a page does while it is rendered: its requests, its navigations, its errors. And whatever it opens or asks is
 * answered at once, as nobody sits before it: dialogs are dismissed, windows closed. `onEnd` hears of what makes the rest
 * of the work pointless.
 */
export class PageLog {
  readonly consoleErrors: string[] = [];
  readonly blocked: Partial<Record<ResourceKind, number>> = {};
  requests = 0;
  bytes = 0;
  navigations = 0;
  popups = 0;
  dialogs = 0;
  /** The answer that the page now shown came with. */
  shown: Response | null = null;
  /** The answer that came last for the page itself, be it one that nothing was shown for. */
  latest: Response | null = null;
  /** Where the page itself was asked for last. */
  latestUrl: URL;
  /** The page that is to come in place of the one that is shown. */
  #coming: Request | null = null;
  readonly #page: Page;
  readonly #url: URL;
  readonly #proxy: ProxyRoute | undefined;
  readonly #onEnd: (error: FetchError) => void;

  constructor(page: Page, plan: Pick<VisitPlan, "url" | "proxy" | "maxBytes">, onEnd: (error: FetchError) => void) {
    this.#page = page;
    this.#url = plan.url;
    this.latestUrl = plan.url;
    this.#proxy = plan.proxy;
    this.#onEnd = onEnd;
    page.on("request", (request) => this.#requested(request));
    page.on("response", (response) => {
      if (!this.#isDocument(response.request())) return;
      this.latest = response;
      // It has nothing to show, and the page that is there stays.
      if (response.status() === 204 || response.status() === 205) this.#coming = null;
      if (Number(response.headers()["content-length"]) > plan.maxBytes) onEnd(tooLarge(plan.maxBytes));
    });
    page.on("requestfinished", (request) => quietly(this.#count(request)));
    page.on("requestfailed", (request) => this.#failed(request));
    page.on("framenavigated", (frame) => {
      if (frame !== page.mainFrame() || this.latest === null) return;
      this.shown = this.latest;
      this.#coming = null;
    });
    page.on("console", (message) => {
      if (message.type() === "error") this.#note(message.text());
    });
    page.on("pageerror", (error) => this.#note(`${error.name}: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.dialogs++;
      quietly(dialog.type() === "beforeunload" ? dialog.accept() : dialog.dismiss());
    });
    page.on("popup", (popup) => {
      this.popups++;
      quietly(popup.close());
    });
    page.on("download", (download) => {
      quietly(download.cancel());
      this.#coming = null;
      if (this.shown === null) this.#onEnd(isDownload(this.#url));
    });
  }

  /** Whether another page is about to come in place of the one that is shown. */
  get isLeaving(): boolean {
    return this.#coming !== null;
  }

  /** The page is there and its body has not come whole. If it was left for another page that is no failure. */
  #failed(request: Request): void {
    if (request === this.#coming) this.#coming = null;
    const text = request.failure()?.errorText ?? "";
    if (request !== this.latest?.request() || text === "net::ERR_ABORTED") return;
    const failure = networkFailure(text, request.url(), this.#proxy);
    if (this.shown === this.latest && failure !== undefined) this.#onEnd(failure);
  }

  count(kind: ResourceKind): void {
    this.blocked[kind] = (this.blocked[kind] ?? 0) + 1;
    this.requests--;
  }

  #requested(request: Request): void {
    if (isOfTheNetwork(request)) this.requests++;
    if (!this.#isDocument(request)) return;
    this.#coming = request;
    if (URL.canParse(request.url())) this.latestUrl = new URL(request.url());
    if (request.redirectedFrom() !== null) return;
    this.navigations++;
    if (this.navigations > MOST_NAVIGATIONS) this.#onEnd(endlessNavigation(this.#url, this.navigations));
  }

  #isDocument(request: Request): boolean {
    // A request may come before its frame is known; the page's own frame always is.
    return request.isNavigationRequest() && request.frame() === this.#page.mainFrame();
  }

  async #count(request: Request): Promise<void> {
    if (!isOfTheNetwork(request)) return;
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    this.bytes += Math.max(0, responseBodySize) + Math.max(0, responseHeadersSize);
  }

  #note(text: string): void {
    if (this.consoleErrors.length < MOST_ERRORS) this.consoleErrors.push(text.slice(0, LONGEST_ERROR));
  }
}

/** Not what is in the page itself, or in Chromium. */
function isOfTheNetwork(request: Request): boolean {
  return /^https?:/.test(request.url());
}
