import type { Failure, Outcome } from "./outcome.js";

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

/**
 * What a database said: a full disk, a file that is none, a statement that makes no sense, a file that another
 * process has locked for too long.
 */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
  /** SQLite's name for it (`SQLITE_BUSY`, `SQLITE_CONSTRAINT`), or `NO_DATABASE` where there is no driver. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A duration for people. */
export function seconds(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}
