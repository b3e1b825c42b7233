import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { BrowserType } from "playwright-core";
import { invalid } from "../ground/check.js";
import { MissingChromiumError } from "../ground/errors.js";

export interface FindChromiumOptions {
  /** The path that the caller has named; no other is looked for then. */
  named?: string | undefined;
  /** Default: that of the process. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Asked last for the one that it has downloaded. */
  playwright?: Pick<BrowserType, "executablePath"> | undefined;
}

const NAMES: readonly string[] = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "chromium-headless-shell",
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
  if (named !== undefined) return runnable(named, doing, "executablePath");
  const fromEnv = env["HEDDLE_CHROMIUM"];
  if (fromEnv !== undefined && fromEnv !== "") return runnable(fromEnv, doing, "HEDDLE_CHROMIUM");
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES];
  const found = candidates.find(isRunnable) ?? downloaded(playwright);
  if (found === undefined) throw new MissingChromiumError();
  return found;
}

function runnable(path: string, doing: string, what: string): string {
  if (isRunnable(path)) return path;
  throw invalid(doing, `${what} must be the path of a program that can be run`, path);
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
