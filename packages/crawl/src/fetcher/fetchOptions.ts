import { constants } from "node:buffer";
import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Semaphore } from "heddle";
import { checkCount, checkDuration, checkMethods, checkObject, checkOptions, invalid } from "../ground/check.js";
import type { Transport } from "../ground/transport.js";
import type { BackoffOptions } from "../politeness/backoff.js";
import { BACKOFF_BASE, BACKOFF_CAP } from "../politeness/backoff.js";
import type { HostLimits } from "../politeness/hostLimits.js";
import { ACCEPTED_ENCODINGS } from "./decode.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetchProbe } from "./fetchProbe.js";

export interface FetchOptions {
  /**
   * The longest time for one request, from the moment it leaves to the last byte of its body, in
   * milliseconds. Default 30 000.
   */
  timeout?: number;
  /**
   * The longest time in which nothing comes, neither headers nor a piece of the body, in milliseconds.
   * Default 15 000.
   */
  stallTimeout?: number;
  /** How often a page is asked for again after a failure that may pass. Default 3. */
  retries?: number;
  /** How long to wait before that. */
  backoff?: BackoffOptions;
  /**
   * The longest `Retry-After` that is waited for, in milliseconds: it is never shortened, so a server that
   * asks for more ends the page, with what it asked for in the record. Default 300 000.
   */
  maxRetryAfter?: number;
  /** Default 20. */
  maxRedirects?: number;
  /** The largest body, compressed or not, in bytes. Default 10 485 760. */
  maxBytes?: number;
  /** Headers to send, besides or in place of the usual ones. */
  headers?: Readonly<Record<string, string>>;
  /** How the fetcher names itself to servers. Default "heddle/0.1". */
  userAgent?: string;
  /** How requests travel. Whoever made it closes it. Default: one over undici, shared by all. */
  transport?: Transport;
  /**
   * How often hosts are asked, to be shared by fetches that should be polite together. Default: no limits.
   */
  limits?: HostLimits;
  /** Hears what happens. */
  probe?: FetchProbe;
}

export const FETCH_OPTIONS: readonly string[] = [
  "timeout",
  "stallTimeout",
  "retries",
  "backoff",
  "maxRetryAfter",
  "maxRedirects",
  "maxBytes",
  "headers",
  "userAgent",
  "transport",
  "limits",
  "probe",
];

/** Options that have been checked, with every default in its place. */
export interface FetchSettings {
  readonly timeout: number;
  readonly stallTimeout: number;
  readonly retries: number;
  readonly backoff: Required<BackoffOptions>;
  readonly maxRetryAfter: number;
  readonly maxRedirects: number;
  readonly maxBytes: number;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly transport: Transport;
  readonly limits: HostLimits | undefined;
  readonly slots: Semaphore | undefined;
  readonly probe: FetchProbe;
}

/** A body becomes a string, and a longer one there is not. */
const LARGEST_BODY = constants.MAX_STRING_LENGTH;

/** @throws InvalidArgumentError for any option that makes no sense */
export function fetchSettings(
  doing: string,
  options: FetchOptions,
  around: { transport: Transport; limits?: HostLimits; slots?: Semaphore },
): FetchSettings {
  const usual = FETCH_DEFAULTS;
  const { timeout = usual.timeout, stallTimeout = usual.stallTimeout, retries = usual.retries } = options;
  const { maxRetryAfter = usual.maxRetryAfter, maxRedirects = usual.maxRedirects } = options;
  const { maxBytes = usual.maxBytes, userAgent = usual.userAgent, headers = {}, backoff = {} } = options;
  const { transport = around.transport, limits = around.limits, probe = {} } = options;
  checkDuration(doing, timeout, { what: "timeout", least: 1 });
  checkDuration(doing, stallTimeout, { what: "stallTimeout", least: 1 });
  checkCount(doing, retries, { what: "retries", least: 0 });
  checkDuration(doing, maxRetryAfter, { what: "maxRetryAfter" });
  checkCount(doing, maxRedirects, { what: "maxRedirects", least: 0 });
  checkCount(doing, maxBytes, { what: "maxBytes", least: 1, most: LARGEST_BODY });
  checkMethods(doing, transport, { what: "transport", methods: ["request", "close"] });
  checkObject(doing, probe, "probe");
  if (limits !== undefined) checkMethods(doing, limits, { what: "limits", methods: ["admit"] });
  return {
    timeout,
    stallTimeout,
    retries,
    backoff: checkBackoff(doing, backoff),
    maxRetryAfter,
    maxRedirects,
    maxBytes,
    headers: requestHeaders(doing, headers, userAgent),
    transport,
    limits,
    slots: around.slots,
    probe,
  };
}

function checkBackoff(doing: string, backoff: BackoffOptions): Required<BackoffOptions> {
  checkOptions(doing, backoff, ["base", "cap", "random"]);
  const { base = BACKOFF_BASE, cap = BACKOFF_CAP, random = Math.random } = backoff;
  checkDuration(doing, base, { what: "backoff.base", finite: true });
  checkDuration(doing, cap, { what: "backoff.cap" });
  if (typeof random !== "function") throw invalid(doing, "backoff.random must be a function", random);
  return { base, cap, random };
}

/** The usual headers, and over them those of the caller. */
function requestHeaders(
  doing: string,
  given: Readonly<Record<string, string>>,
  userAgent: string,
): Record<string, string> {
  checkObject(doing, given, "headers");
  const headers: Record<string, string> = {
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-encoding": ACCEPTED_ENCODINGS,
    "user-agent": userAgent,
  };
  for (const [name, value] of Object.entries(given)) {
    headers[name.toLowerCase()] = value;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string") throw invalid(doing, `the header ${JSON.stringify(name)} must be a string`, value);
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw invalid(doing, `the header ${JSON.stringify(name)} cannot be sent`, value);
    }
  }
  return headers;
}
