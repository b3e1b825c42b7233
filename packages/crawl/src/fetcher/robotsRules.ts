import type { Failure } from "../ground/outcome.js";
import { headerOf } from "../ground/transport.js";
import { RobotsRegistry } from "../politeness/robotsRegistry.js";
import { Errand } from "./errand.js";
import { makeRung } from "./rung.js";
import type { PageSettings } from "./settings.js";
import { NO_HEADERS } from "./settings.js";
import type { Next } from "./step.js";

/** How long nobody is asked for robots.txt after it could not be had, in milliseconds; it doubles each time. */
const PAUSE = 2000;

/** Of so many origins it is remembered why robots.txt could not be had. */
const MOST_FAILURES = 10_000;

/** What stands in for a user agent that names nobody. */
const NAME = "heddle";

/** The robots.txt of all hosts, fetched politely: through the same limits as every other request. */
export class RobotsRules {
  readonly registry: RobotsRegistry;
  readonly #failures: Map<string, Failure> = new Map();
  readonly #ask: Next;
  readonly #settings: PageSettings;

  /** @param ask the steps that a request for robots.txt takes */
  constructor(settings: PageSettings, ask: Next) {
    this.#ask = ask;
    this.#settings = { ...settings, method: "GET", headers: NO_HEADERS, body: undefined, session: undefined };
    const userAgent = settings.usualHeaders["user-agent"] ?? NAME;
    this.registry = new RobotsRegistry({
      fetch: (url) => this.#fetch(url),
      userAgent: /^[A-Za-z0-9_-]/.test(userAgent.trim()) ? userAgent : NAME,
      retryAfter: PAUSE,
    });
  }

  /** Why the last robots.txt of an origin could not be had; undefined if there was an answer. */
  failureOf(origin: string): Failure | undefined {
    return this.#failures.get(origin);
  }

  async #fetch(url: URL): Promise<{ status: number; body: Uint8Array; location?: string | undefined }> {
    const errand = new Errand(url.href, this.#settings);
    const { method, headers, body } = this.#settings;
    const answer = await this.#ask({ url, method, headers, body, rung: PLAIN, errand });
    const { status, failure } = answer;
    this.#failures.delete(url.origin);
    if (status === null || failure !== null) {
      const reason = failure ?? { outcome: "error", code: "NO_ANSWER", message: "There was no answer" };
      if (status === null || status < 400) {
        this.#note(url.origin, reason);
        throw new Error(reason.message);
      }
    }
    return { status, body: answer.body ?? NOTHING, location: headerOf(answer.headers, "location") };
  }

  #note(origin: string, failure: Failure): void {
    this.#failures.set(origin, failure);
    if (this.#failures.size <= MOST_FAILURES) return;
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined) this.#failures.delete(oldest);
  }
}

const PLAIN = makeRung("plain");
const NOTHING: Uint8Array = new Uint8Array(0);
