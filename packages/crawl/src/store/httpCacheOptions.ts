import { checkCount, checkDuration, checkOptions, invalid } from "../ground/check.js";

export interface HttpCacheOptions {
  /** How much is stored at the most, in bytes. Default 1 073 741 824, which is 1 GiB. */
  maxBytes?: number;
  /** The largest body that is stored, in bytes. Default 10 485 760. */
  maxBodyBytes?: number;
  /** Serves what is stored, however old, and says that nobody is to be asked. Default false. */
  offline?: boolean;
  /**
   * How long past its time an answer may be served when the server fails, also where it does not say so itself, in
   * milliseconds; answers that forbid it are not. Default 0.
   */
  staleIfError?: number;
  /** Whether to serve stale answers that allow it while they are asked for again. Default false. */
  staleWhileRevalidate?: boolean;
  /** The current moment, in milliseconds since 1970. Default `Date.now`. */
  wallClock?: () => number;
}

const OPTIONS = ["maxBytes", "maxBodyBytes", "offline", "staleIfError", "staleWhileRevalidate", "wallClock"];

/** Options that have been checked, with every default in its place. @throws InvalidArgumentError */
export function cacheSettings(doing: string, options: HttpCacheOptions): Required<HttpCacheOptions> {
  checkOptions(doing, options, OPTIONS);
  const { maxBytes = 2 ** 30, maxBodyBytes = 10_485_760, offline = false, staleIfError = 0 } = options;
  const { staleWhileRevalidate = false, wallClock = Date.now } = options;
  checkCount(doing, maxBytes, { what: "maxBytes", least: 0 });
  checkCount(doing, maxBodyBytes, { what: "maxBodyBytes", least: 0 });
  checkDuration(doing, staleIfError, { what: "staleIfError" });
  for (const [what, value] of Object.entries({ offline, staleWhileRevalidate })) {
    if (typeof value !== "boolean") throw invalid(doing, `${what} must be true or false`, value);
  }
  if (typeof wallClock !== "function") throw invalid(doing, "wallClock must be a function", wallClock);
  return { maxBytes, maxBodyBytes, offline, staleIfError, staleWhileRevalidate, wallClock };
}
