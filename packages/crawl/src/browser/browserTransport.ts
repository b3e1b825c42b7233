import { availableParallelism } from "node:os";
import { cancelScope, isCancelled, now, shield, sleep } from "heddle";
import { throwIfCancelled } from "heddle/lowlevel";
import { FetchError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { proxyRoute } from "../ground/proxyRoute.js";
import type { Transport, TransportRequest, TransportResponse } from "../ground/transport.js";
import type { AddressGuard } from "../network/addressGuard.js";
import type { BrowserTransportOptions } from "./browserOptions.js";
import { checkBrowserOptions } from "./browserOptions.js";
import type { ChromiumProcess } from "./chromiumProcess.js";
import { PageSlots } from "./pageSlots.js";
import type { Relay } from "./relays.js";
import { Relays } from "./relays.js";
import { browserGone, pageCrashed, pageTooLarge, timedOut } from "./renderFailure.js";
import type { RenderPageOptions } from "./renderPage.js";
import { renderPage } from "./renderPage.js";
import { SessionCookies } from "./sessionCookies.js";
import type { VisitPlan } from "./visitPlan.js";
import { serverOf, through, visitPlan } from "./visitPlan.js";
import type { ChromiumState, RunningChromium } from "./warmChromium.js";
import { WarmChromium } from "./warmChromium.js";

export interface BrowserTransportStats {
  state: ChromiumState;
  /** Of Chromium's main process, if it runs. */
  pid: number | undefined;
  /** How often Chromium was started. */
  starts: number;
  /** Pages that are open. */
  pages: number;
  /** Requests that wait for a page. */
  waiting: number;
  /** Contexts that pages are in now: those of one session share theirs. */
  contexts: number;
  /** Pages that were lost as they have crashed, or Chromium as a whole; those that were tried again, too. */
  crashes: number;
  /** How many pages may be open now, by the memory that is free and by `maxPages`. */
  room: number;
}

const MiB = 1 << 20;

/**
 * Pages as a browser has them: Chromium loads the page, runs its scripts, does the steps that it is told, and the body of
 * the answer is the HTML that has come of it, as UTF-8. An answer that is no HTML comes as it is. Chromium follows
 * redirects by itself; `finalUrl` says where to.
 *
 * One Chromium serves all requests of a transport. It is started when the first one comes, started anew when it has
 * crashed, and stopped when none has come for a while, when the run ends that has used it, or by `close()`. Its processes
 * and its files never outlive this process, however that ends.
 */
export class BrowserTransport implements Transport {
  readonly name: string = "chromium";
  readonly #chromium: WarmChromium;
  readonly #slots: PageSlots;
  readonly #cookies: SessionCookies = new SessionCookies();
  readonly #proxy: ProxyRoute | undefined;
  readonly #guard: AddressGuard | undefined;
  readonly #relays: Relays;
  readonly #maxPageMemory: number;
  /** Those that pages are in, with how many. */
  readonly #contexts: Map<unknown, number> = new Map();
  #crashes = 0;

  /** @throws InvalidArgumentError */
  constructor(options: BrowserTransportOptions = {}) {
    checkBrowserOptions(options);
    const { maxPages = 2 * availableParallelism(), pagesPerContext = 50, idleTimeout = 30_000 } = options;
    const { maxPageMemory = 1024 * MiB, proxy, guard, executablePath, sandbox, flags = [] } = options;
    this.#proxy = proxy === undefined ? undefined : proxyRoute(proxy, { trusted: true });
    this.#guard = guard;
    this.#relays = new Relays(guard);
    this.#maxPageMemory = maxPageMemory;
    this.#slots = new PageSlots({ maxPages });
    this.#chromium = new WarmChromium({
      executablePath,
      sandbox,
      idleTimeout,
      maxPageMemory,
      pagesPerContext,
      cookies: this.#cookies,
      proxy: async () => {
        const route = await this.#wayTo(this.#proxy);
        return route && serverOf(route.route);
      },
      onStop: () => this.#relays.close(),
      heapLimit: Math.floor(maxPageMemory / MiB),
      extraFlags: flags,
    });
  }

  /**
   * Renders a page. Its time counts from when a page is free for it. If Chromium, or the page, crashes, it is tried once
   * more, unless it was a POST or had steps.
   *
   * If cancelled: throws `CancelledError` at once when it waits, or when the page is closed, which takes a moment.
   *
   * @throws FetchError, InvalidArgumentError, MissingPartError, MissingChromiumError
   */
  async request(url: URL, options: TransportRequest): Promise<TransportResponse> {
    throwIfCancelled();
    this.#guard?.checkUrl(url);
    const plan = visitPlan(url, options, this.#proxy);
    using _slot = await this.#slots.acquire();
    const deadline = now() + plan.timeout;
    let doing = "Chromium";
    const onDoing = (what: string): void => {
      doing = what;
    };
    const answer = await cancelScope(
      async () => {
        try {
          return await this.#once(plan, deadline, onDoing);
        } catch (error) {
          if (!isRepeatable(error, plan)) throw error;
          return await this.#once(plan, deadline, onDoing);
        }
      },
      { deadline },
    );
    if (answer === undefined) throw timedOut(url, plan.timeout, doing);
    return answer;
  }

  stats(): BrowserTransportStats {
    return {
      state: this.#chromium.state,
      pid: this.#chromium.pid,
      starts: this.#chromium.starts,
      pages: this.#slots.open,
      waiting: this.#slots.waiting,
      contexts: this.#contexts.size,
      crashes: this.#crashes,
      room: this.#slots.room(),
    };
  }

  /** Forgets a session: its cookies, and whatever else its pages have left. */
  async closeSession(name: string): Promise<void> {
    this.#cookies.forget(name);
    await this.#chromium.closeSession(name);
  }

  /** Stops Chromium, and waits until its processes and its files are gone. Pages that are open fail. */
  async close(): Promise<void> {
    await this.#chromium.close();
  }

  /** By which proxy Chromium goes: that which is wanted, or one of ours that leads there. */
  async #wayTo(proxy: ProxyRoute | undefined): Promise<Relay | undefined> {
    if (this.#relays.isNeeded(proxy)) return await this.#relays.to(proxy);
    return proxy === undefined ? undefined : { route: proxy, failureFor: () => undefined };
  }

  async #once(plan: VisitPlan, deadline: number, onDoing: (doing: string) => void): Promise<TransportResponse> {
    return await this.#chromium.use(async (chromium) => {
      try {
        return await this.#visit(chromium, plan, { deadline, onDoing });
      } catch (error) {
        // Whatever it says then, that is why.
        if (!isCancelled(error) && (await hasEnded(chromium.process, error)))
          throw this.#counted(browserGone(plan.url));
        throw error;
      }
    });
  }

  async #visit(
    chromium: RunningChromium,
    plan: VisitPlan,
    options: Pick<RenderPageOptions, "deadline" | "onDoing">,
  ): Promise<TransportResponse> {
    const way = await this.#wayTo(plan.proxy);
    const lease = await chromium.contexts.lease(way === undefined ? plan.context : through(plan.context, way.route));
    const failureFor = (at: URL): unknown => way?.failureFor(at);
    const crashed = (): FetchError => {
      const wasKilled = now() - chromium.killedForMemory.at < RECENTLY;
      return wasKilled ? pageTooLarge(plan.url, this.#maxPageMemory) : this.#counted(pageCrashed(plan.url));
    };
    const { context } = lease;
    this.#contexts.set(context, (this.#contexts.get(context) ?? 0) + 1);
    try {
      return await renderPage(lease.context, plan, {
        ...options,
        crashed,
        failureFor,
        isExclusive: lease.isExclusive,
      });
    } finally {
      const others = (this.#contexts.get(context) ?? 1) - 1;
      if (others > 0) this.#contexts.set(context, others);
      else this.#contexts.delete(context);
      await shield(() => lease.release());
    }
  }

  #counted(crash: FetchError): FetchError {
    this.#crashes++;
    return crash;
  }
}

/** Between the killing of a page and the news of it lie milliseconds, or a second on a busy machine. */
const RECENTLY = 3000;

/** How long the news of the browser's end may take after that of its pages', in milliseconds. */
const NEWS = 200;

async function hasEnded(chromium: ChromiumProcess, error: unknown): Promise<boolean> {
  if (!/clos|crash|disconnect/i.test(String(error))) return !chromium.isAlive;
  for (const until = now() + NEWS; chromium.isAlive && now() < until; ) await sleep(10);
  return !chromium.isAlive;
}

/** What has crashed is worth a second look, unless something may have been done already. */
function isRepeatable(error: unknown, plan: VisitPlan): boolean {
  if (!(error instanceof FetchError) || (error.code !== "BROWSER_GONE" && error.code !== "PAGE_CRASHED")) return false;
  return plan.method === "GET" && (plan.render.steps ?? []).length === 0;
}
