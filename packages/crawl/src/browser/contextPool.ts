import { cancellable, moveOnAfter, shield } from "heddle";
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
  /** Whether nobody else is in the context, which is closed then when it is given back. */
  readonly isExclusive: boolean;
  /**
   * Gives the context back. It takes two seconds at the most.
   *
   * If cancelled: what is to be closed is closed all the same.
   */
  release(): Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly isExclusive: boolean;
  readonly created: Promise<BrowserContext>;
  served: number;
  active: number;
  isRetired: boolean;
}

/** How long a context may take to say which cookies it has, or to close, in milliseconds. Closing goes on after that. */
const PATIENCE = 1000;

/** So many sessions have a context open while no page of theirs is; it takes a few megabytes. */
const MOST_UNUSED = 50;

/**
 * The contexts of one browser. A request without a session has a new one to itself. Those of a session share theirs, up to so
 * many pages: then it is replaced, as what pages leave in it only grows, and the cookies move on to the new one.
 */
export class ContextPool {
  readonly #browser: Browser;
  readonly #pagesPerContext: number;
  readonly #cookies: SessionCookies;
  /** By key; those that were used last at the end. */
  readonly #sessions = new Map<string, Entry>();

  constructor(browser: Browser, options: { pagesPerContext: number; cookies: SessionCookies }) {
    this.#browser = browser;
    this.#pagesPerContext = options.pagesPerContext;
    this.#cookies = options.cookies;
  }

  /**
   * If cancelled: throws `CancelledError`; the context, once it is there, is closed, or stays with its session.
   */
  async lease(plan: ContextPlan): Promise<Lease> {
    const key = JSON.stringify([plan.session, plan.options]);
    const entry = plan.session === undefined ? this.#create(key, plan) : this.#shared(key, plan);
    entry.served++;
    entry.active++;
    const release = (): Promise<void> => this.#release(entry);
    try {
      const context = await cancellable(entry.created);
      return { context, isExclusive: entry.isExclusive, release };
    } catch (error) {
      await shield(release);
      throw error;
    }
  }

  /** Closes the contexts of a session. Pages that are in them fail. */
  async closeSession(name: string): Promise<void> {
    for (const [key, entry] of [...this.#sessions]) {
      if (JSON.parse(key)[0] !== name) continue;
      this.#sessions.delete(key);
      entry.isRetired = true;
      await close(entry);
      this.#cookies.forget(name);
    }
  }

  #shared(key: string, plan: ContextPlan): Entry {
    const known = this.#sessions.get(key);
    this.#sessions.delete(key);
    if (known !== undefined && known.served >= this.#pagesPerContext) this.#retire(known);
    const entry = known === undefined || known.isRetired ? this.#create(key, plan) : known;
    this.#sessions.set(key, entry);
    const unused = [...this.#sessions.values()].filter((each) => each.active === 0 && each !== entry);
    const oldest = unused.length >= MOST_UNUSED ? unused[0] : undefined;
    if (oldest !== undefined) {
      this.#sessions.delete(oldest.key);
      this.#retire(oldest);
    }
    return entry;
  }

  #create(key: string, plan: ContextPlan): Entry {
    const isExclusive = plan.session === undefined;
    const cookies = isExclusive ? [] : this.#cookies.get(key);
    const created = this.#browser.newContext({
      ...plan.options,
      ...(cookies.length > 0 ? { storageState: { cookies: [...cookies], origins: [] } } : {}),
    });
    const entry: Entry = { key, isExclusive, created, served: 0, active: 0, isRetired: isExclusive };
    created.catch(() => {
      if (this.#sessions.get(key) === entry) this.#sessions.delete(key);
    });
    return entry;
  }

  async #release(entry: Entry): Promise<void> {
    entry.active--;
    if (!entry.isExclusive && this.#sessions.get(entry.key) === entry) await this.#keepCookies(entry);
    if (entry.isRetired && entry.active === 0) await close(entry);
  }

  async #keepCookies(entry: Entry): Promise<void> {
    // A browser that has ended has none; then those that were kept last are what the session has.
    const read = entry.created.then((context) => context.cookies()).catch(() => undefined);
    const cookies = await moveOnAfter(PATIENCE, () => cancellable(read));
    if (cookies !== undefined && !entry.isRetired) this.#cookies.set(entry.key, cookies);
  }

  #retire(entry: Entry): void {
    entry.isRetired = true;
    if (entry.active === 0) quietly(entry.created.then((context) => context.close()));
  }
}

async function close(entry: Entry): Promise<void> {
  const closed = entry.created.then((context) => context.close()).catch(() => {});
  await moveOnAfter(PATIENCE, () => cancellable(closed));
}
