import { InvalidStateError, now } from "heddle";
import { invalid } from "../ground/check.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { CookieJar } from "../store/cookieJar.js";

/**
 * How a request of a session ended, from the session's point of view:
 *
 * - "ok": the page was had, or is not there
 * - "error": something went wrong that may be the session's fault
 * - "blocked": the site has recognised it: a block page, a CAPTCHA, a refusal of it alone
 * - "proxyFailed": its way to the outside is broken
 */
export type SessionOutcome = "ok" | "error" | "blocked" | "proxyFailed";

/** Why a session is used no more. */
export type RetireReason = "blocked" | "errors" | "age" | "uses" | "proxyFailed" | "evicted" | "closed";

export const OUTCOMES_OF_SESSIONS: readonly SessionOutcome[] = ["ok", "error", "blocked", "proxyFailed"];

export interface SessionLimits {
  /** In milliseconds. */
  readonly maxAge: number;
  readonly maxUses: number;
  readonly maxErrorScore: number;
}

/** What a session consists of. */
export interface SessionParts {
  readonly id: string;
  readonly key: string | undefined;
  readonly cookies: CookieJar;
  readonly proxy: ProxyRoute | undefined;
  readonly identity: string | undefined;
}

/** What an error adds to the score, and what an answer takes off. */
const ERROR = 1;
const OK = 0.5;

/**
 * Who we are to a site: cookies, the way there and the looks, which were made for each other and are never exchanged one by
 * one. A site that sees old cookies from a new address, or with another browser, knows enough.
 *
 * It is *retired* when it is burnt: recognised, in error too often, too old or too much used. Requests that are under way
 * with it then end as they would; new ones get another.
 */
export class Session {
  readonly id: string;
  /** Whose it is, where sessions stay with somebody. */
  readonly key: string | undefined;
  readonly cookies: CookieJar;
  readonly proxy: ProxyRoute | undefined;
  /** The name of a profile of the identity transport. */
  readonly identity: string | undefined;
  readonly createdAt: number = now();
  readonly #limits: SessionLimits;
  #uses = 0;
  #errorScore = 0;
  #retired: RetireReason | undefined;

  constructor(parts: SessionParts, limits: SessionLimits) {
    this.id = parts.id;
    this.key = parts.key;
    this.cookies = parts.cookies;
    this.proxy = parts.proxy;
    this.identity = parts.identity;
    this.#limits = limits;
  }

  get state(): "ready" | "retired" {
    return this.retiredFor === undefined ? "ready" : "retired";
  }

  /** Why it is used no more; undefined while it is. */
  get retiredFor(): RetireReason | undefined {
    if (this.#retired === undefined && now() - this.createdAt >= this.#limits.maxAge) this.#retired = "age";
    return this.#retired;
  }

  /** Requests that were made with it. */
  get uses(): number {
    return this.#uses;
  }

  /** Grows by 1 with each error, and shrinks by a half with each answer. */
  get errorScore(): number {
    return this.#errorScore;
  }

  /** To be called before each request with it. @throws InvalidStateError for one that is retired */
  use(): void {
    const reason = this.retiredFor;
    if (reason !== undefined) {
      throw new InvalidStateError(`Cannot use the session ${this.id} as it is retired (${reason}): take another one`);
    }
    this.#uses++;
    // This one is the last, and may still be made.
    if (this.#uses >= this.#limits.maxUses) this.#retired = "uses";
  }

  /** Tells how a request with it ended. Of one that is retired it is no news. */
  report(outcome: SessionOutcome): void {
    if (!OUTCOMES_OF_SESSIONS.includes(outcome)) {
      throw invalid("report on a session", `the outcome is ${OUTCOMES_OF_SESSIONS.join(", ")}`, outcome);
    }
    if (outcome === "blocked" || outcome === "proxyFailed") this.retire(outcome);
    else if (outcome === "ok") this.#errorScore = Math.max(0, this.#errorScore - OK);
    else {
      this.#errorScore += ERROR;
      if (this.#errorScore >= this.#limits.maxErrorScore) this.retire("errors");
    }
  }

  /** Uses it no more. The first reason counts. */
  retire(reason: RetireReason): void {
    this.#retired ??= reason;
  }
}
