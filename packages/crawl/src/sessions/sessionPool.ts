import { randomUUID } from "node:crypto";
import { InvalidStateError } from "heddle";
import { checkCount, checkDuration, checkOptions, invalid } from "../ground/check.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { CookieJarOptions } from "../store/cookieJar.js";
import { CookieJar } from "../store/cookieJar.js";
import type { SavedSessions } from "./savedSessions.js";
import { checkSaved, markOf } from "./savedSessions.js";
import type { RetireReason, SessionParts } from "./session.js";
import { Session } from "./session.js";

/** For whom a session is made. */
export interface SessionRequest {
  /** The session's own name, which no other has. */
  readonly id: string;
  /** Whose it is to be, if somebody's. */
  readonly key: string | undefined;
  /** The host that it is wanted for first, if that is known. */
  readonly host: string | undefined;
}

export interface SessionPoolOptions {
  /** How many sessions there are at a time, at the most. Default 100. */
  maxSize?: number;
  /** How long a session is used, in milliseconds. Default 3 000 000, which is 50 minutes. */
  maxAge?: number;
  /** For how many requests. Default 50. */
  maxUses?: number;
  /** How much in error it may be: each error counts 1, each answer takes off a half. Default 3. */
  maxErrorScore?: number;
  /** Chooses the way to the outside for a new session. Default: directly. */
  proxy?: (request: SessionRequest) => ProxyRoute | undefined;
  /** Chooses the profile of a browser for a new session. Default: none. */
  identity?: (request: SessionRequest) => string | undefined;
  /** For the cookies of each. */
  cookies?: CookieJarOptions;
}

export interface TakeOptions {
  /** Whoever comes with the same key gets the same session, and nobody else gets it. Default: each call the next one. */
  key?: string | undefined;
  /** The host that is to be asked, as in `url.host`. */
  host?: string | undefined;
}

export interface SessionPoolStats {
  /** Sessions that are ready. */
  size: number;
  created: number;
  retired: Record<RetireReason, number>;
}

const OPTIONS = ["maxSize", "maxAge", "maxUses", "maxErrorScore", "proxy", "identity", "cookies"];

/**
 * Sessions, made as they are needed and replaced when they are burnt.
 *
 *     const session = pool.take({ key: url.host });
 *     const cookie = session.cookies.headerFor(url);
 *     … request through session.proxy as session.identity …
 *     session.report(verdict === "blocked" ? "blocked" : "ok");
 *
 * With a key, a session stays with whoever has it. Without one, there is a new session for each request until there are as
 * many as there may be, and then the one that was longest not taken. When there are too many, that one has to go, whose it
 * may be.
 */
export class SessionPool {
  /** The one that was longest not taken is first. */
  readonly #sessions: Map<string, Session> = new Map();
  readonly #byKey: Map<string, Session> = new Map();
  readonly #maxSize: number;
  readonly #limits: { maxAge: number; maxUses: number; maxErrorScore: number };
  readonly #proxy: NonNullable<SessionPoolOptions["proxy"]>;
  readonly #identity: NonNullable<SessionPoolOptions["identity"]>;
  readonly #cookies: CookieJarOptions;
  #created = 0;
  readonly #retired: Record<RetireReason, number> = {
    blocked: 0,
    errors: 0,
    age: 0,
    uses: 0,
    proxyFailed: 0,
    evicted: 0,
    closed: 0,
  };
  #state: "open" | "closed" = "open";

  /** @throws InvalidArgumentError for an option that makes no sense */
  constructor(options: SessionPoolOptions = {}) {
    const doing = "make a pool of sessions";
    checkOptions(doing, options, OPTIONS);
    const { maxSize = 100, maxAge = 3_000_000, maxUses = 50, maxErrorScore = 3, cookies = {} } = options;
    const { proxy = () => undefined, identity = () => undefined } = options;
    checkCount(doing, maxSize, { what: "maxSize", least: 1 });
    checkDuration(doing, maxAge, { what: "maxAge", least: 1 });
    checkCount(doing, maxUses, { what: "maxUses", least: 1, orInfinity: true });
    checkCount(doing, maxErrorScore, { what: "maxErrorScore", least: 1, orInfinity: true });
    for (const [what, value] of Object.entries({ proxy, identity })) {
      if (typeof value !== "function") throw invalid(doing, `${what} must be a function`, value);
    }
    // Its own check, now and not with the first session.
    new CookieJar(cookies);
    this.#maxSize = maxSize;
    this.#limits = { maxAge, maxUses, maxErrorScore };
    this.#proxy = proxy;
    this.#identity = identity;
    this.#cookies = cookies;
  }

  /**
   * A session for a request, which is counted as a use of it.
   *
   * @throws InvalidStateError after `close()`
   */
  take(options: TakeOptions = {}): Session {
    const doing = "take a session";
    checkOptions(doing, options, ["key", "host"]);
    const { key, host } = options;
    for (const [what, value] of Object.entries({ key, host })) {
      if (value !== undefined && (typeof value !== "string" || value === "")) {
        throw invalid(doing, `${what} must be a name`, value);
      }
    }
    if (this.#state === "closed") throw new InvalidStateError("Cannot take a session as the pool is closed");
    const session = (key === undefined ? this.#next() : this.#of(key)) ?? this.#make(key, host);
    // To the end of the line.
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    session.use();
    return session;
  }

  /** The sessions that stay with somebody, as plain data. Those that are nobody's are not worth keeping. */
  save(): SavedSessions {
    const saved = this.sessions().flatMap(({ key, cookies, proxy, identity }) =>
      key === undefined
        ? []
        : [
            {
              key,
              cookies: cookies.toJSON(),
              proxy: proxy === undefined ? null : markOf(proxy),
              identity: identity ?? null,
            },
          ],
    );
    return { version: 1, sessions: saved };
  }

  /**
   * Takes up sessions that were saved, each as the unit that it was. One whose proxy is not among `routes` any more is left out:
   * its cookies from another address would give it away. Returns how many there are.
   *
   * @throws InvalidArgumentError for what was not saved by `save()`
   */
  restore(saved: SavedSessions, routes: readonly ProxyRoute[]): number {
    checkSaved("restore sessions", saved);
    const byMark = new Map(routes.map((route) => [markOf(route), route]));
    for (const { key, cookies: json, proxy: mark, identity } of saved.sessions) {
      const proxy = mark === null ? undefined : byMark.get(mark);
      // Who had no proxy, and would have to have one now, is somebody else too.
      if ((mark !== null && proxy === undefined) || (mark === null && routes.length > 0)) continue;
      const cookies = CookieJar.fromJSON(json, this.#cookies);
      this.#add({ id: randomUUID(), key, cookies, proxy, identity: identity ?? undefined });
    }
    return this.#sessions.size;
  }

  /** Those that are ready, for people and for tests. */
  sessions(): readonly Session[] {
    this.#dropRetired();
    return [...this.#sessions.values()];
  }

  stats(): SessionPoolStats {
    this.#dropRetired();
    return { size: this.#sessions.size, created: this.#created, retired: { ...this.#retired } };
  }

  /** Retires all. */
  close(): void {
    this.#state = "closed";
    for (const session of this.#sessions.values()) session.retire("closed");
    this.#dropRetired();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #of(key: string): Session | undefined {
    const session = this.#byKey.get(key);
    if (session === undefined || this.#keep(session)) return session;
    return undefined;
  }

  /** Nobody's session whose turn it is; undefined while there is room for another one. */
  #next(): Session | undefined {
    if (this.#sessions.size >= this.#maxSize) this.#dropRetired();
    if (this.#sessions.size < this.#maxSize) return undefined;
    for (const session of this.#sessions.values()) if (session.key === undefined) return session;
    return undefined;
  }

  #make(key: string | undefined, host: string | undefined): Session {
    const request = { id: randomUUID(), key, host };
    const cookies = new CookieJar(this.#cookies);
    const parts = { ...request, cookies, proxy: this.#proxy(request), identity: this.#identity(request) };
    this.#created++;
    return this.#add(parts);
  }

  #makeRoom(): void {
    if (this.#sessions.size >= this.#maxSize) this.#dropRetired();
    if (this.#sessions.size >= this.#maxSize) {
      const [oldest] = this.#sessions.values();
      oldest?.retire("evicted");
      if (oldest !== undefined) this.#keep(oldest);
    }
  }

  #add(parts: SessionParts): Session {
    this.#makeRoom();
    const session = new Session(parts, this.#limits);
    this.#sessions.set(session.id, session);
    if (parts.key !== undefined) this.#byKey.set(parts.key, session);
    return session;
  }

  #dropRetired(): void {
    for (const session of this.#sessions.values()) this.#keep(session);
  }

  /** Lets go of a session that is retired. Returns whether it is not. */
  #keep(session: Session): boolean {
    const reason = session.retiredFor;
    if (reason === undefined) return true;
    if (this.#sessions.delete(session.id)) this.#retired[reason]++;
    if (session.key !== undefined && this.#byKey.get(session.key) === session) this.#byKey.delete(session.key);
    return false;
  }
}
