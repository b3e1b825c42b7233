import { FetchError } from "../ground/errors.js";
import type { Outcome } from "../ground/outcome.js";
import { redact } from "../ground/redact.js";

/**
 * The library says what went wrong in words only. What they mean, the more special first: the chain of causes goes
 * from left to right, and the last one is what has happened.
 */
const BY_WORDS: readonly (readonly [RegExp, Outcome, string])[] = [
  [/dns error|failed to lookup address|name or service not known|no such host/i, "dns", "ENOTFOUND"],
  [/certificate|CERT_|\[[A-Z_]+\]|handshake|\btls\b|\bssl\b/i, "tls", "IDENTITY_TLS"],
  [/connection refused/i, "refused", "ECONNREFUSED"],
  [/(network|host) (is )?unreachable|no route to host/i, "refused", "EHOSTUNREACH"],
  [/end of file before message length|unexpected EOF|body.*incomplete|IncompleteBody/i, "truncated", "IDENTITY_EOF"],
  [/connection reset|broken pipe|connection aborted/i, "reset", "ECONNRESET"],
  [/connection closed|channel closed|unexpected end of file|operation was canceled/i, "reset", "IDENTITY_CLOSED"],
  [/timed? ?out/i, "timeout", "ETIMEDOUT"],
  [/invalid|parse|message head is too large|too large|http2 error|protocol/i, "protocol", "IDENTITY_PROTOCOL"],
];

/** An error of the library, with a code by which it can be classified. */
export function identityError(error: unknown, phase: "head" | "body"): FetchError {
  const said = error instanceof Error ? error.message : String(error);
  // The first half repeats the URL, in which anything may stand.
  const told = said.replace(/^.*?for uri \([^)]*\):\s*/s, "");
  const [, outcome, code] = BY_WORDS.find(([words]) => words.test(told)) ?? [undefined, "error" as const, "IDENTITY"];
  const isCut = phase === "body" && outcome === "reset" && code === "IDENTITY_CLOSED";
  const failure = new FetchError(isCut ? "truncated" : outcome, code, redact(told));
  failure.cause = error;
  return failure;
}
