import { checkCount, checkDuration, checkMethods, checkOptions, invalid } from "../ground/check.js";
import type { AddressGuard } from "../network/addressGuard.js";

export interface BrowserTransportOptions {
  /** The path of Chromium, or its name on the PATH. Default: HEDDLE_CHROMIUM, else a usual name on the PATH, else the one that Playwright has. */
  executablePath?: string | undefined;
  /** The most pages at a time. Default: two for each processor. Fewer where there is not the memory for them. */
  maxPages?: number | undefined;
  /** After so many pages the context of a session is replaced by a new one. Default 50. */
  pagesPerContext?: number | undefined;
  /** After so many milliseconds without a page Chromium is stopped. Default 30 000. */
  idleTimeout?: number | undefined;
  /** A page that takes more memory for itself is ended, in bytes. Default 1 GiB, the least 64 MiB. */
  maxPageMemory?: number | undefined;
  /**
   * A proxy for everything that Chromium does, but for requests that name another. Nothing goes past it, requests to this
   * machine itself included. Default: none.
   */
  proxy?: string | URL | undefined;
  /**
   * Looks at every address that Chromium wants to connect to, for a page and for all that is in it, before it does: for
   * pages that somebody else has chosen. Default: none.
   */
  guard?: AddressGuard | undefined;
  /** Accepts any certificate. Default false. */
  insecure?: boolean | undefined;
  /**
   * Whether pages are kept in Chromium's sandbox. Default: yes, but for root, whom Chromium refuses it, and where the system
   * does not have what it takes (a container without user namespaces). Without it a page that breaks out of Chromium has
   * all the rights of this process.
   */
  sandbox?: boolean | undefined;
  /** Flags for Chromium's command line beside the own ones, as in "--lang=de". */
  flags?: readonly string[] | undefined;
}

const OPTIONS = [
  "executablePath",
  "maxPages",
  "pagesPerContext",
  "idleTimeout",
  "maxPageMemory",
  "proxy",
  "guard",
  "insecure",
  "sandbox",
  "flags",
];

/** The least for one page: less than this none gets by with. */
const LEAST_MEMORY = 64 << 20;

/** @throws InvalidArgumentError */
export function checkBrowserOptions(options: BrowserTransportOptions): void {
  const doing = "make a transport";
  checkOptions(doing, options, OPTIONS);
  const { executablePath, maxPages, pagesPerContext, idleTimeout, maxPageMemory, insecure, sandbox, flags } = options;
  if (executablePath !== undefined && typeof executablePath !== "string") {
    throw invalid(doing, "executablePath must be a string", executablePath);
  }
  if (maxPages !== undefined) checkCount(doing, maxPages, { what: "maxPages", least: 1, most: 1000 });
  if (pagesPerContext !== undefined) checkCount(doing, pagesPerContext, { what: "pagesPerContext", least: 1 });
  if (idleTimeout !== undefined) checkDuration(doing, idleTimeout, { what: "idleTimeout" });
  if (maxPageMemory !== undefined) checkCount(doing, maxPageMemory, { what: "maxPageMemory", least: LEAST_MEMORY });
  for (const [what, value] of Object.entries({ insecure, sandbox })) {
    if (value !== undefined && typeof value !== "boolean") throw invalid(doing, `${what} must be true or false`, value);
  }
  const { guard } = options;
  if (guard !== undefined) checkMethods(doing, guard, { what: "guard", methods: ["checkUrl", "checkHost", "resolve"] });
  if (flags === undefined) return;
  if (Array.isArray(flags) && flags.every((flag) => typeof flag === "string" && flag.startsWith("--"))) return;
  throw invalid(doing, 'flags must be an array of flags such as "--lang=de"', flags);
}
