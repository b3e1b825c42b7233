import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { BrowserType } from "playwright-core";
import { invalid } from "../ground/check.js";
import { MissingChromiumError } from "../ground/errors.js";

export interface FindChromiumOptions {
  /** The path, or the name on the PATH, that the caller has given; no other is looked for then. */
  named?: string | undefined;
  /** Default: that of the process. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Asked last for the one that it has downloaded. */
  playwright?: Pick<BrowserType, "executablePath"> | undefined;
}

/**
 * The one that is made for this comes first: without the parts that draw windows a page costs a fifth of what it costs in
 * the others.
 */
const NAMES: readonly string[] = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
];

/** Where macOS has its programs, which are on nobody's PATH. */
const PLACES: readonly string[] = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The path of Chromium: the one named, else that in `HEDDLE_CHROMIUM`, else the first of the usual names on the
 * PATH, else Playwright's own.
 *
 * @throws InvalidArgumentError if what was named cannot be run; MissingChromiumError if there is none
 */
export function findChromium(options: FindChromiumOptions = {}): string {
  const { named, env = process.env, playwright } = options;
  const doing = "start Chromium";
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = (name: string): string[] => folders.map((folder) => join(folder, name));
  const runnable = (given: string, what: string): string => {
    const found = (/[/\\]/.test(given) ? [given] : onPath(given)).find(isRunnable);
    if (found !== undefined) return found;
    throw invalid(doing, `${what} must be the path of a program that can be run, or its name on the PATH`, given);
  };
  if (named !== undefined) return runnable(named, "executablePath");
  const fromEnv = env["HEDDLE_CHROMIUM"];
  if (fromEnv !== undefined && fromEnv !== "") return runnable(fromEnv, "HEDDLE_CHROMIUM");
  const found = [...NAMES.flatMap(onPath), ...PLACES].find(isRunnable) ?? downloaded(playwright);
  if (found === undefined) throw new MissingChromiumError();
  return found;
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function downloaded(playwright: Pick<BrowserType, "executablePath"> | undefined): string | undefined {
  try {
    const path = playwright?.executablePath();
    return path !== undefined && isRunnable(path) ? path : undefined;
  } catch {
    // Playwright throws for a platform for which it has none.
    return undefined;
  }
}
