import { CookieJar } from "../store/cookieJar.js";
import type { Verdict } from "../verdict/verdict.js";

/** After so many refusals in a row a visitor is not let in any more. */
const BURNT = 3;

/** So many sessions are remembered: those that were used last. */
const MOST = 10_000;

/** Verdicts that are about who asks. */
const REFUSALS: ReadonlySet<Verdict> = new Set<Verdict>(["blocked", "captcha"]);

/**
 * What a site takes for one visitor: cookies, a proxy and an identity, as one unit. When it is burnt all of it is replaced at
 * once: new cookies with an old address would be as suspicious as the other way round.
 */
export class Session {
  readonly name: string;
  jar: CookieJar = new CookieJar();
  /** Counts the visitors that it has been. */
  generation = 1;
  #refusals = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** What proxies and browsers know it by. */
  get key(): string {
    return `${this.name} ${this.generation}`;
  }

  /** A page of it was judged. */
  judged(verdict: Verdict): void {
    if (!REFUSALS.has(verdict)) {
      if (verdict === "ok") this.#refusals = 0;
      return;
    }
    if (++this.#refusals < BURNT) return;
    this.#refusals = 0;
    this.generation++;
    this.jar = new CookieJar();
  }
}

/** The sessions of a fetcher, by their names. */
export class Sessions {
  readonly #sessions: Map<string, Session> = new Map();

  get size(): number {
    return this.#sessions.size;
  }

  of(name: string): Session {
    const session = this.#sessions.get(name) ?? new Session(name);
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    if (this.#sessions.size > MOST) {
      const [oldest] = this.#sessions.keys();
      if (oldest !== undefined) this.#sessions.delete(oldest);
    }
    return session;
  }
}
