import type { CancelScope } from "heddle";
import { cancellable, cancelScope, isCancelled, moveOnAfter, now, sleep } from "heddle";
import type { BrowserContext, Page } from "playwright-core";
import { FetchError } from "../ground/errors.js";
import type { RenderResult } from "../ground/render.js";
import type { TransportResponse } from "../ground/transport.js";
import { isProxysOwn, proxyRefusal } from "../network/proxyRefusal.js";
import type { NewPageOptions } from "./newPage.js";
import { inNewPage } from "./newPage.js";
import type { PageState } from "./pageAnswer.js";
import { emptyPage, readPage } from "./pageAnswer.js";
import { PageLog } from "./pageLog.js";
import { nameOfShot, takeShot } from "./pageShot.js";
import { runSteps } from "./pageSteps.js";
import { nameOfWait, waitForPage } from "./pageWait.js";
import { RenderedAnswer } from "./renderedAnswer.js";
import { cannotDo, firstLine, isDownload, networkFailure, stalled } from "./renderFailure.js";
import { patchRequests } from "./requestPatch.js";
import { blockResources } from "./resourceBlock.js";
import { StallWatch } from "./stallWatch.js";
import type { VisitPlan } from "./visitPlan.js";

/** What is left of the time for reading the page, when a page is to be had as it is: a fifth, within these. In milliseconds. */
const READING_LEAST = 1000;
const READING_MOST = 3000;

/** How often it is asked whether another page has come in place of this one, in milliseconds. */
const LEAVING = 10;

/** How long the news of a crash may take, in milliseconds. */
const NEWS = 200;

/** Chromium shows nothing, or a page of its own, for an answer without a body, and for one that asks for a log-in. */
const NOTHING_TO_SHOW = /ERR_HTTP_RESPONSE_CODE_FAILURE|ERR_ABORTED|ERR_INVALID_AUTH_CREDENTIALS/;

export interface RenderPageOptions extends NewPageOptions {
  /** When it has to be there, in milliseconds of `now()`. Whoever calls sees to it; here it is for what has to come before. */
  deadline: number;
  /** What our own proxy knows of the last attempt to get there. */
  failureFor: (url: URL) => unknown;
  /** Hears what is being waited for, as in `the event "load"`. */
  onDoing: (doing: string) => void;
}

/**
 * One page from its opening to its picture.
 *
 * If cancelled: throws `CancelledError` at once, or when the page is closed; where the context is exclusive the caller closes
 * that.
 *
 * @throws FetchError
 */
export async function renderPage(
  context: BrowserContext,
  plan: VisitPlan,
  options: RenderPageOptions,
): Promise<TransportResponse> {
  const visit = new Visit(context, plan, options);
  return await visit.go();
}

/** What fails as the page goes. */
function passing(error: unknown): void {
  if (!/navigat|context was destroyed/i.test(String(error))) throw error;
}

class Visit {
  readonly #context: BrowserContext;
  readonly #plan: VisitPlan;
  readonly #options: RenderPageOptions;
  readonly #evaluated: unknown[] = [];
  #doing = "";
  #incomplete: string | undefined;
  /** What has made the rest of the work pointless. */
  #failure: FetchError | null = null;

  constructor(context: BrowserContext, plan: VisitPlan, options: RenderPageOptions) {
    this.#context = context;
    this.#plan = plan;
    this.#options = options;
  }

  async go(): Promise<TransportResponse> {
    const answer = await cancelScope(async (scope) => {
      const end = (error: FetchError): void => {
        this.#failure ??= error;
        scope.cancel("the page has ended");
      };
      const watched: { page: Page | undefined; onCrash(): void } = {
        page: undefined,
        onCrash: () => end(this.#options.crashed()),
      };
      using _watch = this.#options.crashes.watch(watched);
      this.#note("a new page");
      return await inNewPage(this.#context, this.#options, (page) => {
        watched.page = page;
        return this.#render(page, scope, end);
      });
    });
    const { url, stallTimeout } = this.#plan;
    if (answer === undefined) throw this.#failure ?? stalled(url, stallTimeout, this.#doing);
    return answer;
  }

  async #render(page: Page, scope: CancelScope, end: (error: FetchError) => void): Promise<TransportResponse> {
    const { url, proxy, stallTimeout } = this.#plan;
    const log = new PageLog(page, this.#plan, end);
    using stalls = stallTimeout === Infinity ? undefined : new StallWatch(scope, page, stallTimeout);
    page.on("crash", () => end(this.#options.crashed()));
    try {
      await this.#prepare(page, log);
      stalls?.begin();
      if (!(await this.#open(page, log))) return this.#answer(log, await emptyPage(url.href, log.latest), undefined);
      await this.#refuseProxysOwn(log);
      this.#note("the rest of the document");
      await stalls?.begun();
      await this.#work(page);
      await this.#arrive(page, log);
      const screenshot = await this.#shoot(page);
      this.#note("the page's HTML");
      return await this.#answer(log, await readPage(page, log.shown), screenshot);
    } catch (error) {
      if (isCancelled(error) || error instanceof FetchError) throw error;
      // The end of the page's process comes out of every call into it, a moment before the news of it.
      if (/ERR_ABORTED|clos|crash/i.test(String(error))) await sleep(NEWS);
      throw (
        this.#relayed(error, log) ??
        networkFailure(String(error), url.href, proxy) ??
        cannotDo(url, this.#doing, firstLine(error))
      );
    }
  }

  /** A page that a proxy has answered itself would look like one of the site's. */
  async #refuseProxysOwn(log: PageLog): Promise<void> {
    const { latest } = log;
    if (latest === null || latest.status() < 400) return;
    const answer = { status: latest.status(), headers: latest.headers() };
    const { proxy } = this.#plan;
    if (!isProxysOwn(answer)) return;
    const known = this.#options.failureFor(new URL(latest.url()));
    if (known !== undefined && /^heddle;/.test(answer.headers["proxy-status"] ?? "")) throw known;
    if (proxy !== undefined) throw proxyRefusal(answer, proxy.label);
  }

  /** Of a proxy of ours Chromium says only that there was no connection. */
  #relayed(error: unknown, log: PageLog): unknown {
    const isOfProxy = /ERR_(TUNNEL|PROXY|SOCKS)_CONNECTION_FAILED|ERR_EMPTY_RESPONSE|ERR_CONNECTION/.test(
      String(error),
    );
    return isOfProxy ? this.#options.failureFor(log.latestUrl) : undefined;
  }

  async #prepare(page: Page, log: PageLog): Promise<void> {
    const { render, cookies, url } = this.#plan;
    this.#note("Chromium to prepare the page");
    const all = cookies.map(({ domain, path, ...rest }) =>
      domain === undefined ? { ...rest, url: new URL(path ?? "/", url).href } : { ...rest, domain, path: path ?? "/" },
    );
    await cancellable(
      Promise.all([
        blockResources(page, render.blockResources ?? [], (kind) => log.count(kind)),
        patchRequests(page, this.#plan),
        all.length === 0 ? undefined : this.#context.addCookies(all as Parameters<BrowserContext["addCookies"]>[0]),
      ]),
    );
  }

  /** False if there is an answer, and nothing to show for it. */
  async #open(page: Page, log: PageLog): Promise<boolean> {
    const { url, referer } = this.#plan;
    this.#note("the answer of the server");
    const how = { waitUntil: "commit", timeout: 0, ...(referer === undefined ? {} : { referer }) } as const;
    try {
      await cancellable(page.goto(url.href, how));
      return true;
    } catch (error) {
      if (/download is starting/i.test(String(error))) throw isDownload(url);
      if (log.latest === null || log.latest.status() === 407 || !NOTHING_TO_SHOW.test(String(error))) throw error;
      return false;
    }
  }

  /** The waiting and the steps; of a page that is to be had as it is, as far as they come in time. */
  async #work(page: Page): Promise<void> {
    const { render, timeout, url } = this.#plan;
    const work = async (): Promise<true> => {
      const { waitFor = "load", steps = [] } = render;
      this.#note(nameOfWait(waitFor));
      await waitForPage(page, waitFor);
      const onStep = (doing: string): void => this.#note(doing);
      await runSteps(page, steps, { url, onStep, evaluated: this.#evaluated });
      return true;
    };
    if (render.partial !== true) {
      await work();
      return;
    }
    const reading = Math.min(READING_MOST, Math.max(READING_LEAST, timeout / 5), timeout / 2);
    const left = this.#options.deadline - now() - reading;
    const isDone = await moveOnAfter(Math.max(0, left), work);
    if (isDone !== true) this.#incomplete = this.#doing;
  }

  /** A page that leads on as soon as it is loaded, by its script or a refresh, is not the one that is wanted. */
  async #arrive(page: Page, log: PageLog): Promise<void> {
    const { waitFor = "load", steps = [] } = this.#plan.render;
    if (waitFor !== "load" || steps.length > 0 || this.#incomplete !== undefined) return;
    // By the time that the page has answered we know whether it is about to go.
    await cancellable(page.evaluate("0")).catch(passing);
    for (; log.isLeaving; await sleep(LEAVING)) {
      this.#note("the page that this one leads to");
      await waitForPage(page, waitFor);
    }
  }

  async #shoot(page: Page): Promise<Uint8Array | undefined> {
    const { screenshot } = this.#plan.render;
    if (screenshot === undefined) return undefined;
    this.#note(nameOfShot(screenshot));
    return await takeShot(page, screenshot);
  }

  async #answer(log: PageLog, state: PageState, screenshot: Uint8Array | undefined): Promise<TransportResponse> {
    const cookies = await cancellable(this.#context.cookies());
    const { consoleErrors, requests, bytes, blocked, navigations, popups, dialogs } = log;
    const rendered: RenderResult = {
      html: state.html,
      screenshot,
      evaluated: this.#evaluated,
      consoleErrors,
      // The page itself is no request of its own.
      requests: Math.max(0, requests - 1),
      bytes,
      blocked,
      navigations,
      popups,
      dialogs,
      cookies: cookies.map(({ name, value, domain, path, expires, httpOnly, secure, sameSite }) => {
        return { name, value, domain, path, expires, httpOnly, secure, sameSite };
      }),
      incomplete: this.#incomplete,
    };
    return new RenderedAnswer({ ...state, rendered });
  }

  #note(doing: string): void {
    this.#doing = doing;
    this.#options.onDoing(doing);
  }
}
