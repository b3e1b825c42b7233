import { HeddleError } from "heddle";
import type { Failure, Outcome } from "./outcome.js";
import { redactUrl } from "./redact.js";

/**
 * All errors that this package makes itself, sorted by whose fault they are. For the caller's own mistakes it
 * throws the runtime's `InvalidArgumentError`.
 */

// ── The outside world ───────────────────────────────────────────────────────────────────────────────────

/**
 * A page could not be had, and it is known why. Transports may throw it; pages end with it as a record, not
 * as a throw.
 */
export class FetchError extends Error implements Failure {
  override readonly name: string = "FetchError";
  readonly outcome: Outcome;
  readonly code: string;

  constructor(outcome: Outcome, code: string, message: string) {
    super(message);
    this.outcome = outcome;
    this.code = code;
  }
}

/** The host was parked for longer than the page may wait. */
export class HostParkedError extends FetchError {
  /** How long the host still wants to be left alone, in milliseconds. */
  readonly retryAfter: number;

  constructor(host: string, retryAfter: number, patience: number) {
    super(
      "host-parked",
      "HOST_PARKED",
      `Cannot ask ${host} as it is to be left alone for ${seconds(retryAfter)}, longer than maxRetryAfter, ${seconds(patience)}`,
    );
    this.retryAfter = retryAfter;
  }
}

/** A duration for people. */
export function seconds(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}

/** What was wanted was the page itself, and the verdict on it is another one than "ok". */
export class PageError extends HeddleError {
  override readonly name: string = "PageError";
  readonly code: string = "HEDDLE_PAGE";
  readonly verdict: string;
  readonly evidence: readonly string[];
  readonly status: number | null;

  constructor(page: { url: string; verdict: string; evidence: readonly string[]; status: number | null }) {
    const why = page.evidence.length === 0 ? "" : ` (${page.evidence.join("; ")})`;
    super(
      `Cannot have the HTML of ${redactUrl(page.url)} as the verdict is ${page.verdict}${why}: received ${page.status ?? "no answer"}`,
    );
    this.verdict = page.verdict;
    this.evidence = page.evidence;
    this.status = page.status;
  }
}
