import { getDomain } from "tldts";
import { Cookie, MemoryCookieStore, CookieJar as ToughJar } from "tough-cookie";
import { checkCount, checkOptions, invalid } from "../ground/check.js";
import type { StoredCookie } from "./storedCookie.js";
import { fromStored, toStored } from "./storedCookie.js";

export interface CookieJarOptions {
  /** How many cookies are kept, at the most. Default 3000. */
  maxCookies?: number;
  /** How many of them for one domain. Default 180, as browsers have it. */
  maxPerDomain?: number;
  /** The current moment, in milliseconds since 1970. Default `Date.now`. */
  wallClock?: () => number;
}

export interface CookieHeaderOptions {
  /** Default "GET". */
  method?: string;
  /**
   * The page that led there, for `SameSite`. Default: none, as if the address was typed, so that all cookies are sent.
   */
  from?: URL | undefined;
}

/** What `toJSON()` gives and `fromJSON()` takes. */
export interface CookieJarJson {
  readonly version: 1;
  readonly cookies: readonly StoredCookie[];
}

/** A larger cookie is ignored, in bytes of its name and its value; so is one that is to live longer (RFC 6265bis). */
const LARGEST = 4096;
const LONGEST_LIFE = 400 * 86_400_000;

// Everything below a space but a tab, and DEL.
const CONTROL = /[^\P{Cc}\t]/u;
const SAFE = /^(?:GET|HEAD|OPTIONS|TRACE)$/i;

/**
 * The cookies of one session, by the rules of RFC 6265bis: which are taken, and which are sent where. Domains and paths are
 * tough-cookie's; what it leaves open is decided here as browsers do for a page that somebody has opened:
 *
 * - A cookie of a public suffix (`co.uk`, `github.io`) is not taken, nor one of another site.
 * - `Secure` ones are set and sent over https only, and on this machine itself; nobody else overwrites them.
 * - `SameSite=None` needs `Secure`; a cookie that does not say is `Lax`.
 * - There are only so many: of more, those go first that have expired, then those that were longest not used.
 */
export class CookieJar {
  readonly #maxCookies: number;
  readonly #maxPerDomain: number;
  readonly #wallClock: () => number;
  readonly #store: MemoryCookieStore = new MemoryCookieStore();
  readonly #jar: ToughJar = new ToughJar(this.#store, { looseMode: true, prefixSecurity: "silent" });
  /** When each was set or sent last, as a number that grows. */
  readonly #used: WeakMap<Cookie, number> = new WeakMap();
  #uses = 0;
  #size = 0;

  /** @throws InvalidArgumentError for an option that makes no sense */
  constructor(options: CookieJarOptions = {}) {
    const doing = "keep cookies";
    checkOptions(doing, options, ["maxCookies", "maxPerDomain", "wallClock"]);
    const { maxCookies = 3000, maxPerDomain = 180, wallClock = Date.now } = options;
    checkCount(doing, maxCookies, { what: "maxCookies", least: 1 });
    checkCount(doing, maxPerDomain, { what: "maxPerDomain", least: 1 });
    if (typeof wallClock !== "function") throw invalid(doing, "wallClock must be a function", wallClock);
    this.#maxCookies = maxCookies;
    this.#maxPerDomain = maxPerDomain;
    this.#wallClock = wallClock;
  }

  /** Cookies that are kept, those included that have expired and were not noticed yet. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes what an answer from `url` sets: its `Set-Cookie` fields, each for itself. Those that must not be taken are left
   * out without a word, as browsers do; returns how many were taken or removed a cookie.
   */
  store(url: URL, setCookie: readonly string[]): number {
    checkUrl("take cookies", url);
    if (!Array.isArray(setCookie) || setCookie.some((line) => typeof line !== "string")) {
      throw invalid("take cookies", "the Set-Cookie fields must be an array of strings", setCookie);
    }
    let taken = 0;
    for (const line of setCookie) if (this.#take(url, line)) taken++;
    return taken;
  }

  /** The value of the `Cookie` field for a request to `url`; undefined if there is none to send. */
  headerFor(url: URL, options: CookieHeaderOptions = {}): string | undefined {
    const doing = "send cookies";
    checkUrl(doing, url);
    checkOptions(doing, options, ["method", "from"]);
    const { method = "GET", from } = options;
    if (from !== undefined) checkUrl(doing, from);
    if (this.#size === 0) return undefined;
    const passes = sameSiteRule(url, from, method);
    const cookies = this.#find(url.href).filter((cookie) => passes(cookie.sameSite));
    const use = ++this.#uses;
    for (const cookie of cookies) this.#used.set(cookie, use);
    return cookies.length === 0 ? undefined : cookies.map((cookie) => cookie.cookieString()).join("; ");
  }

  clear(): void {
    this.#store.removeAllCookies(() => {});
    this.#size = 0;
  }

  /** All cookies that have not expired, also those that a browser forgets at its end. */
  toJSON(): CookieJarJson {
    this.#removeExpired(this.#all());
    const cookies = this.#all().toSorted((a, b) => a.creationIndex - b.creationIndex);
    return { version: 1, cookies: cookies.map(toStored) };
  }

  /** A jar with the cookies that another had. @throws InvalidArgumentError for what is no such thing */
  static fromJSON(json: CookieJarJson, options: CookieJarOptions = {}): CookieJar {
    const doing = "read cookies";
    const { version, cookies } = (json ?? {}) as Partial<CookieJarJson>;
    if (version !== 1 || !Array.isArray(cookies)) throw invalid(doing, "they must come from toJSON()", json);
    const jar = new CookieJar(options);
    for (const stored of cookies) jar.#put(fromStored(doing, stored));
    return jar;
  }

  #take(url: URL, line: string): boolean {
    const now = this.#wallClock();
    const cookie = CONTROL.test(line) ? undefined : Cookie.parse(line, { loose: true });
    if (cookie === undefined || !isAcceptable(cookie)) return false;
    // From when it is here, not from when it was sent last.
    if (cookie.maxAge !== null) {
      const life =
        typeof cookie.maxAge === "number" ? cookie.maxAge * 1000 : cookie.maxAge === "Infinity" ? Infinity : 0;
      cookie.expires = new Date(now + Math.min(life, LONGEST_LIFE));
      cookie.maxAge = null;
    } else if (cookie.expires instanceof Date) {
      cookie.expires = new Date(Math.min(cookie.expires.getTime(), now + LONGEST_LIFE));
    }
    if (url.protocol === "http:" && !cookie.secure && this.#hidesSecure(url, cookie)) return false;
    const known = this.#count(cookie.cdomain() ?? url.hostname);
    const options = { ignoreError: true, now: new Date(now), sameSiteContext: "strict" } as const;
    const taken = this.#jar.setCookieSync(cookie, url.href, options);
    if (taken === undefined) return false;
    this.#size += this.#count(taken.domain ?? "") - known;
    this.#used.set(taken, ++this.#uses);
    if (isExpired(taken, now)) this.#remove(taken);
    else this.#makeRoom(taken.domain ?? "");
    return true;
  }

  /** Whether it would stand before a cookie that only https may set. */
  #hidesSecure(url: URL, cookie: Cookie): boolean {
    const path = cookie.path?.startsWith("/") ? cookie.path : url.pathname;
    return this.#find(new URL(path, `https://${url.host}`).href).some(
      ({ secure, key }) => secure && key === cookie.key,
    );
  }

  #put(cookie: Cookie): void {
    const domain = cookie.domain ?? "";
    const known = this.#count(domain);
    this.#store.putCookie(cookie, () => {});
    this.#size += this.#count(domain) - known;
    this.#used.set(cookie, ++this.#uses);
    this.#makeRoom(domain);
  }

  /** Those that are for a URL and have not expired, in the order in which they are sent. */
  #find(href: string): Cookie[] {
    const now = this.#wallClock();
    const cookies = this.#jar.getCookiesSync(href, { expire: false, sort: true });
    return this.#removeExpired(cookies, now);
  }

  /** Returns the others. */
  #removeExpired(cookies: readonly Cookie[], now: number = this.#wallClock()): Cookie[] {
    return cookies.filter((cookie) => {
      if (isExpired(cookie, now)) this.#remove(cookie);
      return !isExpired(cookie, now);
    });
  }

  #remove(cookie: Cookie): void {
    const domain = cookie.domain ?? "";
    const known = this.#count(domain);
    this.#store.removeCookie(domain, cookie.path ?? "/", cookie.key, () => {});
    this.#size += this.#count(domain) - known;
  }

  #makeRoom(domain: string): void {
    if (this.#count(domain) > this.#maxPerDomain) this.#dropOldest(this.#of(domain), this.#maxPerDomain);
    if (this.#size > this.#maxCookies) this.#dropOldest(this.#all(), this.#maxCookies);
  }

  #dropOldest(cookies: readonly Cookie[], most: number): void {
    const left = this.#removeExpired(cookies);
    const age = (cookie: Cookie): number => this.#used.get(cookie) ?? 0;
    const surplus = left
      .toSorted((a, b) => age(a) - age(b) || a.creationIndex - b.creationIndex)
      .slice(0, Math.max(0, left.length - most));
    for (const cookie of surplus) this.#remove(cookie);
  }

  #of(domain: string): Cookie[] {
    return Object.values(this.#store.idx[domain] ?? {}).flatMap((cookies) => Object.values(cookies));
  }

  #all(): Cookie[] {
    return Object.keys(this.#store.idx).flatMap((domain) => this.#of(domain));
  }

  #count(domain: string): number {
    let count = 0;
    for (const cookies of Object.values(this.#store.idx[domain] ?? {})) count += Object.keys(cookies).length;
    return count;
  }
}

function checkUrl(doing: string, url: unknown): void {
  if (url instanceof URL && /^https?:$/.test(url.protocol)) return;
  throw invalid(doing, "they belong to an http or https URL", url instanceof URL ? url.href : url);
}

function isExpired(cookie: Cookie, now: number): boolean {
  return cookie.expires instanceof Date && cookie.expires.getTime() <= now;
}

function isAcceptable(cookie: Cookie): boolean {
  const { key, value, secure, sameSite } = cookie;
  if (key === "" && (value === "" || /^\s*__(?:secure|host)-/i.test(value))) return false;
  if (Buffer.byteLength(key) + Buffer.byteLength(value) > LARGEST) return false;
  return sameSite !== "none" || secure;
}

/** Whether a cookie with such a `SameSite` goes along. */
function sameSiteRule(url: URL, from: URL | undefined, method: string): (sameSite: string | undefined) => boolean {
  if (from === undefined || siteOf(from) === siteOf(url)) return () => true;
  if (SAFE.test(method)) return (sameSite) => sameSite !== "strict";
  return (sameSite) => sameSite === "none";
}

function siteOf(url: URL): string {
  return `${url.protocol}//${getDomain(url.hostname, { allowPrivateDomains: true }) ?? url.hostname}`;
}
