import { cancellable } from "heddle";
import type { Page } from "playwright-core";
import type { Screenshot } from "../ground/render.js";
import { elementOf } from "./pageWait.js";

/** A picture of a longer page than this would take gigabytes: it ends here. In CSS pixels. */
const LONGEST = 16_384;

/** For messages. */
export function nameOfShot(shot: Screenshot): string {
  if (typeof shot === "object") return `the screenshot of ${JSON.stringify(shot.selector)}`;
  return shot === "full" ? "the screenshot of the whole page" : "the screenshot";
}

/**
 * Takes a picture as PNG.
 *
 * If cancelled: throws `CancelledError` at once; the page has to be closed for the browser to give up.
 */
export async function takeShot(page: Page, shot: Screenshot): Promise<Uint8Array> {
  const how = { type: "png", timeout: 0, animations: "disabled", caret: "hide" } as const;
  if (typeof shot === "object") return await cancellable(elementOf(page, shot.selector).screenshot(how));
  if (shot === true) return await cancellable(page.screenshot(how));
  const size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]";
  const [width, height] = await cancellable(page.evaluate<[number, number]>(size));
  if (width <= LONGEST && height <= LONGEST) return await cancellable(page.screenshot({ ...how, fullPage: true }));
  const clip = { x: 0, y: 0, width: Math.min(width, LONGEST), height: Math.min(height, LONGEST) };
  return await cancellable(page.screenshot({ ...how, fullPage: true, clip }));
}
