import type { BrowserTransportOptions } from "../browser/browserOptions.js";
import type { Transport } from "../ground/transport.js";
import type { AddressGuard } from "../network/addressGuard.js";
import type { ProxyRotation, ProxySpec } from "../network/proxyPool.js";
import type { BackoffOptions } from "../politeness/backoff.js";
import type { HostLimits } from "../politeness/hostLimits.js";
import type { SavedSessions } from "../sessions/savedSessions.js";
import type { HttpCache } from "../store/httpCache.js";
import type { Solve } from "./challenge.js";
import type { FetchProbe } from "./fetchProbe.js";
import type { PageOptions } from "./pageOptions.js";

/** What can be said for a fetcher; `PageOptions` here hold for all of its pages that say nothing else. */
export interface FetcherOptions extends PageOptions {
  /** How many requests are under way at a time, to all hosts together. Default 64. */
  concurrency?: number;
  /** How many of them to one host. Default 6. Not together with `limits`, which say so themselves. */
  perHost?: number;
  /** How long to wait before a page is asked for again. */
  backoff?: BackoffOptions;
  /**
   * How many retries a host gets for each page that is asked of it, once the first ten are used up: a host that is down is
   * not asked four times for everything. Where a server says when to come back, it costs none. Default 0.5; `Infinity` for
   * no limit.
   */
  retryBudget?: number;
  /**
   * Accepts any certificate: one that has expired, is for another host, or that nobody vouches for. Whoever sits
   * between us and a server can then read and change everything. Default false.
   */
  insecure?: boolean;
  /**
   * Proxies to go through: URLs such as "http://user:password@host:3128" (http, https, socks5), or objects with a `url` and
   * a `tier`. Those of tier 0, the default, are used always; higher ones where a page is blocked and `maxCost` allows it.
   * Default none.
   */
  proxies?: readonly (string | URL | ProxySpec)[];
  /** When the proxy changes: with each attempt, not for a host, or not for a session. Default "session", in
   * which pages without one change with each attempt. */
  rotation?: ProxyRotation;
  /**
   * Sessions that another fetcher has had, from its `saveSessions()`: pages of these names go on as who they were. One whose proxy
   * is not among `proxies` any more begins anew. Default none.
   */
  sessions?: SavedSessions;
  /**
   * Keeps requests from leading to this machine and its network, by whatever URL, name or redirect: for whoever fetches what
   * others name. An `AddressGuard` says what is let through nevertheless. Default false.
   */
  guard?: boolean | AddressGuard;
  /**
   * What the guard lets through although it is not public: ranges ("10.0.0.0/8"), addresses, hosts ("intranet.test",
   * "*.intranet.test"). Only where `guard` is true. Default nothing.
   */
  allow?: readonly string[];
  /**
   * Where answers are cached by RFC 9111: the path of a file, ":memory:", or an `HttpCache`, which whoever made it closes.
   * Default: nowhere.
   */
  cache?: string | HttpCache;
  /** Takes everything from the cache, however old, and asks nobody. Default false. Only with a path as `cache`. */
  offline?: boolean;
  /**
   * How long past its time an answer from the cache may stand in for a server that fails, in milliseconds. Default 0. Only
   * with a path as `cache`.
   */
  staleIfError?: number;
  /**
   * Whether an answer that says that it may be (`stale-while-revalidate`, RFC 5861) is served from the cache for a while after its
   * time, and asked for again in the background: 64 at a time at the most, each once, within the limits of all requests, and
   * cancelled when the fetcher is closed. Default false: it is asked for first. Only with a path as `cache`, and not in
   * `getPage()`, whose fetcher is closed at once.
   */
  staleWhileRevalidate?: boolean;
  /** How Chromium is run, if it is. */
  browser?: BrowserTransportOptions;
  /** Solves CAPTCHAs, where `maxCost` allows it. Default: nobody does. */
  solve?: Solve;
  /** Transports in place of the own ones. Whoever made them closes them. */
  transports?: { readonly identity?: Transport; readonly chromium?: Transport };
  /** How plain requests travel. Whoever made it closes it. Default: one over undici. */
  transport?: Transport;
  /** How often hosts are asked, to be shared by fetchers that should be polite together. */
  limits?: HostLimits;
  /** Hears what happens. */
  probe?: FetchProbe;
}
