import { cancellable, moveOnAfter } from "heddle";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { quietly } from "./quietly.js";
import type { SessionCookies } from "./sessionCookies.js";

/** What a context is made with. Requests that differ in it never share one. */
export interface ContextPlan {
  /** The name of a session; undefined for a request that shares nothing with any other. */
  readonly session: string | undefined;
  readonly options: BrowserContextOptions;
}

export interface Lease {
  readonly context: BrowserContext;
  /** Whether nobody else is in the context. */
  readonly isExclusive: boolean;
  /**
   * Gives the context back. `clean`: its page has ended in an orderly way. Else an exclusive context is closed with all
   * that is in it, which Chromium does at once, however busy the page is. It takes two or three seconds at the most.
   *
   * If cancelled: the closing goes on by itself.
   */
  release(clean: boolean): Promise<void>;
}

/** How long the cleaning of a context may take before it is closed instead, in milliseconds. */
const WASH_TIMEOUT = 1500;

/** How long the closing of a context is waited for, in milliseconds. It goes on after that. */
const CLOSE_TIMEOUT = 1000;

interface Entry {
  readonly key: string;
  readonly created: Promise<BrowserContext>;
  served: number;
  active: number;
  isRetired: boolean;
}

/**
 * The contexts of one browser. A session's context is shared by the session's requests. A request without a session has a
 * context to itself, which is washed afterwards and lent to the next, as a new one costs several times as much: no cookie,
 * no storage and nothing cached is left. Each is closed after so many pages, and a session's cookies move on to the next.
 */
export class ContextPool {
  readonly #browser: Browser;
  readonly #pagesPerContext: number;
  readonly #mostIdle: number;
  readonly #cookies: SessionCookies;
  readonly #sessions = new Map<string, Entry>();
  /** Washed, by key; the last one used is the first one taken. */
  readonly #idle: Entry[] = [];

  constructor(browser: Browser, options: { pagesPerContext: number; mostIdle: number; cookies: SessionCookies }) {
    this.#browser = browser;
    this.#pagesPerContext = options.pagesPerContext;
    this.#mostIdle = options.mostIdle;
    this.#cookies = options.cookies;
  }

  /**
   * If cancelled: throws `CancelledError`; the context, once it is there, is closed, or stays with its session.
   */
  async lease(plan: ContextPlan): Promise<Lease> {
    const key = JSON.stringify([plan.session, plan.options]);
    const entry = plan.session === undefined ? this.#exclusive(key, plan) : this.#shared(key, plan);
    entry.served++;
    entry.active++;
    const isExclusive = plan.session === undefined;
    try {
      const context = await cancellable(entry.created);
      return { context, isExclusive, release: (clean) => this.#release(entry, isExclusive, clean) };
    } catch (error) {
      quietly(this.#release(entry, isExclusive, false));
      throw error;
    }
  }

  /** Closes the contexts of a session. Pages that are in them fail. */
  async closeSession(name: string): Promise<void> {
    for (const [key, entry] of this.#sessions) {
      if (JSON.parse(key)[0] !== name) continue;
      this.#sessions.delete(key);
      await this.#close(entry);
    }
  }

  #exclusive(key: string, plan: ContextPlan): Entry {
    const at = this.#idle.findLastIndex((entry) => entry.key === key);
    const [entry] = at === -1 ? [] : this.#idle.splice(at, 1);
    return entry ?? this.#create(key, plan);
  }

  #shared(key: string, plan: ContextPlan): Entry {
    const known = this.#sessions.get(key);
    if (known !== undefined && known.served < this.#pagesPerContext) return known;
    if (known !== undefined) this.#retire(known);
    const entry = this.#create(key, plan);
    this.#sessions.set(key, entry);
    return entry;
  }

  #create(key: string, plan: ContextPlan): Entry {
    const cookies = plan.session === undefined ? [] : this.#cookies.get(key);
    const storageState = { cookies: [...cookies], origins: [] };
    const created = this.#browser.newContext({
      ...plan.options,
      ...(cookies.length > 0 ? { storageState } : {}),
    });
    const entry: Entry = { key, created, served: 0, active: 0, isRetired: false };
    created.catch(() => {
      if (this.#sessions.get(key) === entry) this.#sessions.delete(key);
    });
    return entry;
  }

  async #release(entry: Entry, isExclusive: boolean, clean: boolean): Promise<void> {
    entry.active--;
    if (!isExclusive) {
      await moveOnAfter(WASH_TIMEOUT, () => cancellable(this.#keepCookies(entry)));
      if (entry.isRetired && entry.active === 0) await this.#close(entry);
      return;
    }
    if (!clean || entry.served >= this.#pagesPerContext || !(await isWashed(entry))) {
      await this.#close(entry);
      return;
    }
    this.#idle.push(entry);
    const surplus = this.#idle.length > this.#mostIdle ? this.#idle.shift() : undefined;
    if (surplus !== undefined) await this.#close(surplus);
  }

  async #keepCookies(entry: Entry): Promise<void> {
    try {
      this.#cookies.set(entry.key, await (await entry.created).cookies());
    } catch {
      // The browser has ended; what was kept last is what the session has.
    }
  }

  #retire(entry: Entry): void {
    entry.isRetired = true;
    if (entry.active === 0) quietly(this.#close(entry));
  }

  async #close(entry: Entry): Promise<void> {
    const closed = entry.created.then((context) => context.close()).catch(() => {});
    await moveOnAfter(CLOSE_TIMEOUT, () => cancellable(closed));
  }
}

async function isWashed(entry: Entry): Promise<boolean> {
  return (await moveOnAfter(WASH_TIMEOUT, () => cancellable(wash(entry)))) ?? false;
}

/**
 * Empties a context of all that its pages have left in it. First the page is left, or it could put it there again. False if
 * it could not be done.
 */
async function wash(entry: Entry): Promise<boolean> {
  try {
    const context = await entry.created;
    const [page = await context.newPage(), ...others] = context.pages();
    await Promise.all([page.goto("about:blank"), ...others.map((each) => each.close())]);
    const session = await context.newCDPSession(page);
    await Promise.all([
      session.send("Storage.clearDataForOrigin", { origin: "*", storageTypes: "all" }),
      session.send("Network.clearBrowserCache"),
      context.clearCookies(),
    ]);
    await page.close();
    return true;
  } catch {
    return false;
  }
}
