import { InvalidArgumentError } from "heddle";
import type { Failure, Outcome } from "./outcome.js";
import { redact } from "./redact.js";

/**
 * All errors that this package makes itself, sorted by whose fault they are. For the caller's own mistakes it
 * throws the runtime's `InvalidArgumentError`, or one that says which option it is about.
 */

// ── The caller's ────────────────────────────────────────────────────────────────────────────────────────

/** An optional part of the package is needed and is not there. */
export class MissingPartError extends Error {
  override readonly name: string = "MissingPartError";
  readonly code: string = "MISSING_PART";

  /** `purpose` as in "speak as a browser", `part` as it is installed. */
  constructor(purpose: string, part: string, cause?: unknown) {
    super(`Cannot ${purpose} as an optional part is missing: install it with "npm install ${part}"`, { cause });
  }
}

/** There is no Chromium on this machine, or not where it was looked for. */
export class MissingChromiumError extends Error {
  override readonly name: string = "MissingChromiumError";
  readonly code: string = "MISSING_CHROMIUM";

  constructor() {
    super(
      "Cannot render pages as no Chromium was found: install it (Debian: apt-get install chromium, " +
        "elsewhere: npx playwright-core install chromium) or name its path in HEDDLE_CHROMIUM",
    );
  }
}

/** An option that makes no sense, or that there is not. */
export class OptionError extends InvalidArgumentError {
  override readonly name: string = "OptionError";
  /** Its name, as the library has it. */
  readonly option: string;

  constructor(option: string, message: string) {
    super(message);
    this.option = option;
  }
}

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
 * A URL or an address that the guard does not let through: private networks, this machine, what is reserved.
 * Nothing was sent.
 */
export class AddressForbiddenError extends FetchError {
  /** `received` is the URL, or the address with its host, without credentials. */
  constructor(why: string, received: string) {
    super("forbidden", "ADDRESS_FORBIDDEN", `Cannot ask there as ${why}: received ${JSON.stringify(received)}`);
  }
}

export type ProxyErrorCode =
  | "PROXY_UNREACHABLE"
  | "PROXY_TIMEOUT"
  | "PROXY_AUTH"
  | "PROXY_PROTOCOL"
  | "PROXY_FAILED"
  | "PROXY_REFUSED";

/** The proxy on the way failed. What the site would have said is not known, and it was not to blame. */
export class ProxyError extends FetchError {
  declare readonly code: ProxyErrorCode;
  /** Of the proxy, without credentials. */
  readonly proxy: string;
  /**
   * The proxy is there and says that it cannot get to the site: that may be so for every proxy, as the site may be
   * down.
   */
  readonly aboutSite: boolean;

  /** `why` goes on from "The proxy http://host:port ". */
  constructor(
    code: ProxyErrorCode,
    proxy: string,
    why: string,
    options: { aboutSite?: boolean; cause?: unknown } = {},
  ) {
    super("proxy", code, `The proxy ${proxy} ${why}`);
    this.proxy = proxy;
    this.aboutSite = options.aboutSite ?? false;
    if (options.cause !== undefined) this.cause = options.cause;
  }
}

/** What was wanted was the page itself, and the verdict on it is another one than "ok". */
export class PageError extends Error {
  override readonly name: string = "PageError";
  readonly code: string = "PAGE_NOT_OK";
  readonly verdict: string;
  readonly evidence: readonly string[];
  readonly status: number | null;

  constructor(page: { url: string; verdict: string; evidence: readonly string[]; status: number | null }) {
    const why = page.evidence.length === 0 ? "" : ` (${page.evidence.join("; ")})`;
    super(
      `Cannot have the HTML of ${redact(page.url)} as the verdict is ${page.verdict}${why}: received ${page.status ?? "no answer"}`,
    );
    this.verdict = page.verdict;
    this.evidence = page.evidence;
    this.status = page.status;
  }
}

/**
 * What a database said: a full disk, a file that is none, a statement that makes no sense, a file that another
 * process has locked for too long.
 */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
  /** SQLite's name for it: `SQLITE_BUSY`, `SQLITE_FULL`, `SQLITE_CONSTRAINT`. */
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * A body cannot be written to where it is to be saved: a full disk, a folder that nobody may write to. It is no page's fault,
 * so it is thrown and not recorded.
 */
export class SaveError extends Error {
  override readonly name: string = "SaveError";
  /** The system's name for it: `ENOSPC`, `EACCES`. */
  readonly code: string;
  readonly path: string;

  constructor(path: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException | null)?.code ?? "UNKNOWN";
    super(`Cannot save a body as the system says ${code}: received ${JSON.stringify(path)}`, { cause });
    this.code = code;
    this.path = path;
  }
}

/** A duration for people. */
export function seconds(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}

export type ThreadErrorCode =
  | "THREAD_CRASHED"
  | "THREAD_OUT_OF_MEMORY"
  | "THREAD_TIMEOUT"
  | "THREAD_JOB_FAILED"
  | "THREADS_CLOSED";

/** Work that was handed to a thread was not done: the page is too much for it, or the thread itself broke. */
export class ThreadError extends Error {
  override readonly name: string = "ThreadError";
  readonly code: ThreadErrorCode;

  constructor(code: ThreadErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
