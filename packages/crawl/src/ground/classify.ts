import { isCancelled, TimeoutError } from "heddle";
import { FetchError } from "./errors.js";
import type { Failure, Outcome } from "./outcome.js";

/**
 * How far the answer had come: nothing of it yet, or its headers. A connection that is closed means different
 * things.
 */
export type Phase = "head" | "body";

/** By the code of the error: of Node's sockets, resolver, TLS and zlib, and of undici. */
const BY_CODE: Readonly<Record<string, Outcome>> = {
  ENOTFOUND: "dns",
  ENODATA: "dns",
  ESERVFAIL: "dns",
  EBADNAME: "dns",
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  EHOSTDOWN: "refused",
  ENETUNREACH: "refused",
  ENETDOWN: "refused",
  EADDRNOTAVAIL: "refused",
  EACCES: "refused",
  EPERM: "refused",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "reset",
  UND_ERR_INFO: "reset",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "stalled",
  UND_ERR_BODY_TIMEOUT: "stalled",
  UND_ERR_HEADERS_OVERFLOW: "protocol",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "too-large",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "truncated",
  HPE_INVALID_EOF_STATE: "truncated",
  // undici's parser gives its errors a name always, and a code not always.
  HTTPParserError: "protocol",
  Z_BUF_ERROR: "truncated",
  Z_DATA_ERROR: "undecodable",
  Z_NEED_DICT: "undecodable",
  Z_STREAM_ERROR: "undecodable",
  ERR_INVALID_URL: "bad-url",
  EPROTO: "tls",
  HOSTNAME_MISMATCH: "tls",
};

/** By how the code begins: families that are too large to list, or grow. */
const BY_FAMILY: readonly (readonly [RegExp, Outcome])[] = [
  [/^EAI_/, "dns"],
  [/^HPE_/, "protocol"],
  [/^ERR_(TLS|SSL)_|^(CERT|CRL)_|_CERT|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/, "tls"],
  // Brotli names what it found: ERR__ERROR_FORMAT_PADDING_1 and twenty more; zstd: ZSTD_error_….
  [/^ERR_(_ERROR_|BROTLI_)|^ZSTD_/, "undecodable"],
];

/**
 * What an error stands for, in the fetcher's vocabulary. Never throws: an error that nobody knows is the
 * outcome `"error"` with its own code and message.
 */
export function classify(error: unknown, phase: Phase = "head"): Failure {
  const root = rootOf(error);
  if (root instanceof FetchError) return failure(root.outcome, root.code, root.message);
  if (root instanceof TimeoutError) return failure("timeout", root.code, root.message);
  if (isCancelled(root)) return failure("cancelled", root.code, root.message);
  const { code, message } = codeAndMessage(root);
  return failure(outcomeOf(code, message, phase), code, message);
}

function failure(outcome: Outcome, code: string, message: string): Failure {
  return { outcome, code, message };
}

function outcomeOf(code: string, message: string, phase: Phase): Outcome {
  if (code === "UND_ERR_SOCKET") {
    // The parser's name for bytes that nobody asked for, and for an upgrade that nobody asked for.
    if (message.startsWith("bad ")) return "protocol";
    // "other side closed": an orderly end. In the middle of a body that is a cut, before the headers a
    // hang-up.
    return phase === "body" ? "truncated" : "reset";
  }
  // A name that is too long to be one.
  if (code === "EINVAL" && message.startsWith("getaddrinfo ")) return "dns";
  const exact = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  return exact ?? BY_FAMILY.find(([family]) => family.test(code))?.[1] ?? "error";
}

/** How deep causes are followed: errors can be made to point at themselves. */
const DEPTH = 8;

/**
 * The first error below `error` with a code to go by. A connection tried at several addresses fails with all
 * their errors.
 */
function rootOf(error: unknown): unknown {
  let at = error;
  for (let depth = 0; depth < DEPTH && at instanceof Error && !isKnown(at); depth++) {
    const below: unknown = at instanceof AggregateError && at.errors.length > 0 ? at.errors[0] : at.cause;
    if (!(below instanceof Error)) break;
    at = below;
  }
  return at;
}

function isKnown(error: Error): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) return false;
  return error instanceof FetchError || error instanceof TimeoutError || hasCode(error);
}

function hasCode(error: object): error is { code: string } {
  return "code" in error && typeof error.code === "string";
}

function codeAndMessage(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: "UNKNOWN", message: printable(error) };
  return { code: hasCode(error) ? error.code : error.name || "UNKNOWN", message: error.message };
}

function printable(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
