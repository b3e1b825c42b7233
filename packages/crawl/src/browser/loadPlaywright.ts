import type { BrowserType } from "playwright-core";
import { MissingPartError } from "../ground/errors.js";

/**
 * Playwright's driver of Chromium. Loaded when it is needed first: it is optional, and large.
 *
 * @throws MissingPartError if it is not installed
 */
export async function loadPlaywright(
  load: () => Promise<{ chromium: BrowserType }> = () => import("playwright-core"),
): Promise<BrowserType> {
  try {
    return (await load()).chromium;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new MissingPartError("render pages", "playwright-core", error);
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}
