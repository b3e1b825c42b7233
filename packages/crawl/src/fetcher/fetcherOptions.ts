import type { Transport } from "../ground/transport.js";
import type { BackoffOptions } from "../politeness/backoff.js";
import type { HostLimits } from "../politeness/hostLimits.js";
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
   * not asked four times for everything. Default 0.5; `Infinity` for no limit.
   */
  retryBudget?: number;
  /**
   * Accepts any certificate: one that has expired, is for another host, or that nobody vouches for. Whoever sits
   * between us and a server can then read and change everything. Default false.
   */
  insecure?: boolean;
  /** How plain requests travel. Whoever made it closes it. Default: one over undici. */
  transport?: Transport;
  /** How often hosts are asked, to be shared by fetchers that should be polite together. */
  limits?: HostLimits;
  /** Hears what happens. */
  probe?: FetchProbe;
}
