import { seconds } from "../ground/errors.js";
import type { Failure, Outcome } from "../ground/outcome.js";
import type { BackoffOptions } from "../politeness/backoff.js";
import { backoff } from "../politeness/backoff.js";
import type { Answer } from "./answer.js";

/** Failures of the moment. A refusal is one too: servers restart, and their queues overflow. */
const PASSING: ReadonlySet<Outcome> = new Set(["refused", "reset", "timeout", "stalled", "truncated", "proxy"]);

/**
 * Name servers say the first two for "try again", and something else for "there is no such name". The others are said by this
 * machine, when too many files and connections are open.
 */
const PASSING_CODES: ReadonlySet<string> = new Set(["EAI_AGAIN", "ESERVFAIL", "EMFILE", "ENFILE"]);

/** Too early, too many, and the ways of a server, or of the one before it, to say that just now it cannot. */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 522, 524]);

/** What an answer comes to: null if the page was had. */
export function failureOf(answer: Answer): Failure | null {
  const { status, failure } = answer;
  // That the page of an error could not be read is not the news.
  if (status === null || status < 400) return failure;
  const more = failure === null ? "" : `, and its body could not be had: ${failure.message}`;
  return { outcome: "http-error", code: `HTTP_${status}`, message: `The server answered ${status}${more}` };
}

/**
 * What to do after an attempt: be content, ask again in so many milliseconds, or give up with this failure.
 */
export type Verdict =
  | { readonly next: "done" }
  | { readonly next: "retry"; readonly delay: number; readonly failure: Failure; readonly why?: string }
  | { readonly next: "give up"; readonly failure: Failure };

export interface RetrySettings {
  /** Counts from 1. */
  readonly attempt: number;
  readonly method: string;
  readonly retries: number;
  readonly maxRetryAfter: number;
  readonly backoff: Required<BackoffOptions>;
}

/**
 * Whether a page is asked for again. What may pass is, up to `retries` times, after a backoff that is never
 * shorter than the server's `Retry-After`. When that is longer than `maxRetryAfter` the page is given up:
 * shortened, the wait would be an impoliteness, and unlimited it would let one server hold up everything.
 *
 * A request whose method is not idempotent (POST, PATCH) is repeated only when the server cannot have had it: nobody wants to
 * order twice.
 */
export function judge(answer: Answer, settings: RetrySettings): Verdict {
  const failure = failureOf(answer);
  if (failure === null) return { next: "done" };
  const { attempt, method, retries, maxRetryAfter } = settings;
  const mayRepeat = IDEMPOTENT.has(method) || wasNotSent(failure);
  if (attempt > retries || !mayRepeat || !mayPass(answer, failure)) return { next: "give up", failure };
  const { retryAfter } = answer;
  if (retryAfter !== undefined && retryAfter > maxRetryAfter) {
    const wish = `asks to come back in ${seconds(retryAfter)}`;
    const message = `${failure.message} and ${wish}, later than maxRetryAfter, ${seconds(maxRetryAfter)}`;
    return { next: "give up", failure: { ...failure, message } };
  }
  return { next: "retry", delay: backoff(attempt, { ...settings.backoff, retryAfter }), failure };
}

/** The same where somebody is in the way: who was recognised is let in only when he comes by another way. */
export function afterWall(answer: Answer, settings: RetrySettings & { readonly rotates: boolean }): Verdict {
  const { attempt, method, retries, rotates } = settings;
  const failure = failureOf(answer);
  if (!rotates || attempt > retries || !IDEMPOTENT.has(method)) {
    return failure === null ? { next: "done" } : { next: "give up", failure };
  }
  const { verdict, evidence = [] } = answer.judgement ?? {};
  const why = `${verdict} (${evidence[0]})`;
  const walled = { outcome: "http-error", code: "WALLED", message: why } as const;
  return { next: "retry", delay: backoff(attempt, settings.backoff), failure: failure ?? walled, why };
}

/** RFC 9110 section 9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

const NOT_SENT: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "PROXY_UNREACHABLE",
  "PROXY_AUTH",
  "NO_PROXY",
]);

/** Failures of making a connection: no byte of a request has left. */
function wasNotSent(failure: Failure): boolean {
  return failure.outcome === "dns" || failure.outcome === "refused" || NOT_SENT.has(failure.code);
}

function mayPass(answer: Answer, failure: Failure): boolean {
  if (answer.status !== null && answer.status >= 400) return PASSING_STATUS.has(answer.status);
  return PASSING.has(failure.outcome) || PASSING_CODES.has(failure.code);
}
