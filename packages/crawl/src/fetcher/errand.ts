import type { CancelScope } from "heddle";
import { now } from "heddle";
import type { Failure } from "../ground/outcome.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { redact } from "../ground/redact.js";
import type { CookieJar } from "../store/cookieJar.js";
import type { Answer } from "./answer.js";
import { noAnswerYet } from "./answer.js";
import type { Attempt } from "./ledger.js";
import { failureOf } from "./retryPolicy.js";
import type { Rung } from "./rung.js";
import type { PageSettings } from "./settings.js";

/** By what an attempt is made. */
export interface AttemptBy {
  readonly rung: Rung;
  readonly proxy?: ProxyRoute | undefined;
}

/**
 * What one call for a page is about, from its beginning to its end: what is the same for all of its requests, and what is
 * known of it so far. Should its deadline end it, that is what there is.
 */
export class Errand {
  /** The page's URL as it was given. */
  readonly page: string;
  readonly settings: PageSettings;
  readonly ledger: Attempt[] = [];
  /** What the steps have to say about how it ended, besides the answer itself. */
  readonly evidence: string[] = [];
  /** The cookies of a page that belongs to no session. */
  jar: CookieJar | undefined;
  /** The moment at which the first request left; null if none did. */
  startedAt: number | null = null;
  /** The answer of the request that was made last, or is being made. */
  current: Answer | undefined;
  /** Counts from 1 while an attempt is under way or over. */
  attempt = 0;
  /** Redirects that the attempt has followed. */
  redirects = 0;
  /** The scope whose deadline is that of the page. */
  scope: CancelScope | undefined;
  #open: { readonly by: AttemptBy; startedAt: number | null } | undefined;

  constructor(page: string, settings: PageSettings) {
    this.page = page;
    this.settings = settings;
  }

  /** A request leaves. From the first one on, the time of the page runs. */
  left(moment: number): void {
    if (this.#open !== undefined) this.#open.startedAt ??= moment;
    if (this.startedAt !== null) return;
    this.startedAt = moment;
    const { deadline, deadlineFromCall } = this.settings;
    if (this.scope === undefined || deadlineFromCall) return;
    // Deadlines at the same moment share what they cost.
    const grain = deadline / 1000;
    this.scope.deadline = Math.ceil((moment + deadline) / grain) * grain;
  }

  beginAttempt(by: AttemptBy): void {
    this.attempt++;
    this.redirects = 0;
    this.#open = { by, startedAt: null };
  }

  /** Enters the attempt into the ledger, unless nobody was asked in it. */
  endAttempt(answer: Answer): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.startedAt === null) return;
    this.ledger.push({
      transport: open.by.rung.vehicle,
      proxy: open.by.proxy?.label ?? null,
      identity: open.by.rung.vehicle === "identity" ? (this.settings.identity ?? "chrome") : null,
      url: shownUrl(answer.url),
      status: answer.status,
      outcome: failureOf(answer)?.outcome ?? "ok",
      ms: Math.round(now() - open.startedAt),
      bytes: answer.wireBytes,
      redirects: this.redirects,
      cost: open.by.rung.cost,
      next: null,
    });
  }

  /** Notes why there will be another attempt. */
  goesOn(why: string): void {
    const last = this.ledger.at(-1);
    if (last !== undefined) last.next = why;
  }

  /** Ends the errand where it stands. */
  endWith(failure: Failure, url: URL): Answer {
    const answer = this.current ?? noAnswerYet(url);
    answer.failure = failure;
    this.endAttempt(answer);
    return answer;
  }
}

/** Most URLs have nothing in them that could be a secret. */
function shownUrl(url: URL): string {
  return /[@?#;]/.test(url.href) ? redact(url) : url.href;
}
