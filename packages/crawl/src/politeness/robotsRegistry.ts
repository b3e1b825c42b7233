import type { Task } from "heddle";
import { createTask, isCancelled, now, shield } from "heddle";
import { throwIfCancelled } from "heddle/lowlevel";
import { checkCount, checkDuration, checkOptions, invalid } from "../ground/check.js";
import { backoffCeiling } from "./backoff.js";
import type { RobotsFetch } from "./robotsFetch.js";
import { fetchRobots } from "./robotsFetch.js";
import type { RobotsFile } from "./robotsFile.js";
import { parseRobots, productToken } from "./robotsFile.js";

export interface RobotsRegistryOptions {
  /**
   * Fetches one address without following redirects. It is to throw when there is no answer, and need not read more than
   * 500 KiB.
   */
  fetch: RobotsFetch;
  /** How the crawler names itself; what stands before a `/` is looked for in robots.txt. */
  userAgent: string;
  /** How long a file counts, in milliseconds. Default 86 400 000, a day, which RFC 9309 has as the most. */
  maxAge?: number;
  /** How long a file counts on when no newer one is to be had, in milliseconds. Default 86 400 000. */
  maxStale?: number;
  /**
   * How long nothing is asked after a failure, in milliseconds; it doubles with each further one, up to an hour. Default
   * 60 000.
   */
  retryAfter?: number;
  /** How many origins are remembered; of more, those that were longest not asked about are forgotten. Default 10 000. */
  maxOrigins?: number;
}

export interface RobotsAnswer {
  allowed: boolean;
  /** What decided: "Disallow: /private", or why there is no such rule to look at. */
  rule?: string;
  /** What the site asks to leave between two requests, in milliseconds. */
  crawlDelay?: number;
  /** Where all is forbidden as the file cannot be had: in how many milliseconds it is asked for again. */
  retryAfter?: number;
}

export interface RobotsStats {
  /** Origins that are remembered. */
  origins: number;
  /** Files that are under way. */
  fetching: number;
  /** Files that were fetched in all, well or badly. */
  fetched: number;
  /** Those of them that could not be had. */
  failed: number;
}

interface Origin {
  readonly origin: string;
  /** The last file that was had, also that there is none. */
  file: RobotsFile | undefined;
  /** Why there is no rule in it, where there is a reason. */
  note: string | undefined;
  fetchedAt: number;
  /** From when on a file is asked for again. */
  refreshAt: number;
  /** The times in a row that it could not be had. */
  failures: number;
  /** That is under way now, and how many wait for it. */
  task: Task<void> | undefined;
  askers: number;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;

/**
 * What the robots.txt of every origin says to one crawler, by RFC 9309. Each is fetched when it is first asked about,
 * once however many ask at that time, and again after a day:
 *
 *     2xx              its rules count
 *     4xx              there is none: everything is allowed (but see 429)
 *     5xx, 429, none   everything is forbidden for a while, or the last file counts on for up to a day
 *     3xx              is followed, over five hops at most; more than that is as if there were none
 */
export class RobotsRegistry {
  /** The one that was longest not asked about is first. */
  readonly #origins: Map<string, Origin> = new Map();
  readonly #fetch: RobotsFetch;
  readonly #token: string;
  readonly #maxAge: number;
  readonly #maxStale: number;
  readonly #retry: { base: number; cap: number };
  readonly #maxOrigins: number;
  #fetched = 0;
  #failed = 0;

  /** @throws InvalidArgumentError for an option that makes no sense */
  constructor(options: RobotsRegistryOptions) {
    const doing = "read robots.txt";
    checkOptions(doing, options, ["fetch", "userAgent", "maxAge", "maxStale", "retryAfter", "maxOrigins"]);
    const { fetch, userAgent, maxAge = DAY, maxStale = DAY, retryAfter = 60_000, maxOrigins = 10_000 } = options;
    if (typeof fetch !== "function") throw invalid(doing, "fetch must be a function", fetch);
    const token = typeof userAgent === "string" ? productToken(userAgent) : undefined;
    if (token === undefined) throw invalid(doing, 'userAgent must begin with a name, as "heddle/0.1" does', userAgent);
    checkDuration(doing, maxAge, { what: "maxAge" });
    checkDuration(doing, maxStale, { what: "maxStale" });
    checkDuration(doing, retryAfter, { what: "retryAfter", finite: true });
    checkCount(doing, maxOrigins, { what: "maxOrigins", least: 1 });
    this.#fetch = fetch;
    this.#token = token;
    this.#maxAge = maxAge;
    this.#maxStale = maxStale;
    this.#retry = { base: retryAfter, cap: Math.max(HOUR, retryAfter) };
    this.#maxOrigins = maxOrigins;
  }

  /**
   * Whether a URL may be asked for, after the robots.txt of its origin was fetched if need be. That this could not be had
   * is an answer too.
   *
   * If cancelled: throws `CancelledError`. The file is fetched on if others wait for it, else its fetch is cancelled and
   * has ended.
   */
  async allowed(url: URL): Promise<RobotsAnswer> {
    return this.#check(await this.#read(url), url);
  }

  /** The same where a file is at hand, and need not be asked for again; undefined else. */
  known(url: URL): RobotsAnswer | undefined {
    const entry = this.#origins.get(url.origin);
    if (entry?.file === undefined || entry.refreshAt <= now()) return undefined;
    this.#touch(entry);
    return this.#check(entry, url);
  }

  #check(entry: Origin, url: URL): RobotsAnswer {
    const { file, note } = entry;
    if (file === undefined) {
      const retryAfter = Math.max(0, entry.refreshAt - now());
      const rule = `No robots.txt can be had: ${note}`;
      // It forbids everything but to look again.
      return url.pathname === "/robots.txt" ? { allowed: true, rule } : { allowed: false, rule, retryAfter };
    }
    const { allowed, rule = note } = file.check(url);
    const answer: RobotsAnswer = { allowed };
    if (rule !== undefined) answer.rule = rule;
    if (file.crawlDelay !== undefined) answer.crawlDelay = file.crawlDelay;
    return answer;
  }

  /**
   * The addresses of sitemaps that the robots.txt of a URL's origin gives.
   *
   * If cancelled: as `allowed()`.
   */
  async sitemaps(url: URL): Promise<readonly string[]> {
    return (await this.#read(url)).file?.sitemaps ?? [];
  }

  stats(): RobotsStats {
    let fetching = 0;
    for (const { task } of this.#origins.values()) if (task !== undefined) fetching++;
    return { origins: this.#origins.size, fetching, fetched: this.#fetched, failed: this.#failed };
  }

  async #read(url: URL): Promise<Origin> {
    if (!(url instanceof URL) || !/^https?:$/.test(url.protocol)) {
      throw invalid("read robots.txt", "it belongs to an http or https URL", url instanceof URL ? url.href : url);
    }
    throwIfCancelled();
    const entry = this.#enter(url.origin);
    entry.askers++;
    try {
      while (entry.refreshAt <= now() && !(await this.#refresh(entry)));
      return entry;
    } finally {
      entry.askers--;
      const { task } = entry;
      if (entry.askers === 0 && task !== undefined) await shield(() => task.cancelAndWait());
      this.#forgetSome();
    }
  }

  /**
   * A task of the run, so that whoever asked first may go away and the others still get it. Returns false when another
   * run had started it, which is over: then it is to be asked for again, from here.
   */
  async #refresh(entry: Origin): Promise<boolean> {
    entry.task ??= createTask(() => this.#fetchFor(entry), { name: `robots.txt of ${entry.origin}` });
    try {
      await entry.task;
      return true;
    } catch (error) {
      if (!isCancelled(error)) throw error;
      throwIfCancelled();
      return false;
    }
  }

  async #fetchFor(entry: Origin): Promise<void> {
    try {
      const fetched = await fetchRobots(entry.origin, this.#fetch);
      this.#fetched++;
      if (fetched.state === "unreachable") this.#missed(entry, fetched.why);
      else {
        entry.file = parseRobots(fetched.body, this.#token);
        entry.note = fetched.why;
        entry.fetchedAt = now();
        entry.refreshAt = now() + this.#maxAge;
        entry.failures = 0;
      }
    } finally {
      entry.task = undefined;
    }
  }

  #missed(entry: Origin, why: string): void {
    this.#failed++;
    entry.failures++;
    entry.refreshAt = now() + backoffCeiling(entry.failures, this.#retry);
    if (entry.file !== undefined && now() - entry.fetchedAt - this.#maxAge <= this.#maxStale) return;
    entry.file = undefined;
    entry.note = why;
  }

  #enter(origin: string): Origin {
    const entry = this.#origins.get(origin) ?? newOrigin(origin);
    this.#touch(entry);
    return entry;
  }

  /** Makes it the one that was asked about last. */
  #touch(entry: Origin): void {
    this.#origins.delete(entry.origin);
    this.#origins.set(entry.origin, entry);
  }

  #forgetSome(): void {
    let surplus = this.#origins.size - this.#maxOrigins;
    if (surplus <= 0) return;
    for (const [origin, { askers }] of this.#origins) {
      if (askers > 0) continue;
      this.#origins.delete(origin);
      if (--surplus === 0) return;
    }
  }
}

function newOrigin(origin: string): Origin {
  return {
    origin,
    file: undefined,
    note: undefined,
    fetchedAt: 0,
    refreshAt: -Infinity,
    failures: 0,
    task: undefined,
    askers: 0,
  };
}
