import type { BrowserTransportStats } from "../browser/browserTransport.js";
import type { ProxyStats } from "../network/proxyPool.js";
import type { HostExplanation } from "../politeness/hostExplanation.js";
import type { HostLimitsStats } from "../politeness/hostLimits.js";
import type { SessionPoolStats } from "../sessions/sessionPool.js";
import type { HttpCacheStats } from "../store/httpCache.js";
import type { Verdict } from "../verdict/verdict.js";
import type { Vehicle } from "./rung.js";

/** What a fetcher has done so far, and what it does now: plain data, without secrets. */
export interface FetcherStats extends HostLimitsStats, PageCounts {
  /** Pages that are under way: waiting for their host or a retry, or being asked for. */
  underWay: number;
  /** Requests that are under way. */
  requests: number;
  /** Slots that `holdSlot()` keeps from requests now. */
  held: number;
  /** Hosts that are asked, waited for or parked now, the busiest first; at most 100. What each waits for is in its `text`. */
  busiest: readonly HostExplanation[];
  /** Null without a cache, and before it was needed. */
  cache: FetcherCacheStats | null;
  /** Each proxy's health, as a whole and with the hosts that it has trouble with; empty without proxies. */
  proxies: readonly ProxyStats[];
  sessions: SessionPoolStats;
  /** Null until it was needed. */
  chromium: BrowserTransportStats | null;
}

export interface FetcherCacheStats extends HttpCacheStats {
  /** Answers that are asked for again in the background now. */
  revalidating: number;
}

/** Sums over the pages that are done. */
export interface PageCounts {
  /** How many. */
  pages: number;
  /** How many of each verdict. */
  verdicts: Readonly<Record<Verdict, number>>;
  /** Attempts at them, by how they were made: pages from the cache took none. */
  attempts: Readonly<Record<Vehicle, number>>;
  /** Redirects that their last attempts have followed. */
  redirects: number;
  /** Of their bodies, decompressed, and as they came over the wire. */
  bytes: number;
  wireBytes: number;
  /** What they have cost, in units of one plain request. */
  cost: number;
  /** Bodies that were saved to files. */
  saved: number;
}
