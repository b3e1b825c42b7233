import { cancellable, sleep } from "heddle";
import type { Locator, Page } from "playwright-core";
import type { WaitFor } from "../ground/render.js";

const EVENTS: readonly string[] = ["load", "domcontentloaded", "networkidle"];

/** The first element that a selector finds: CSS, or XPath if it begins with "/". */
export function elementOf(page: Page, selector: string): Locator {
  const isPath = /^\(?\/|^\.\.?\//.test(selector.trim());
  return page.locator(`${isPath ? "xpath" : "css"}=${selector}`).first();
}

/** For messages: `the event "load"`. */
export function nameOfWait(waitFor: WaitFor): string {
  if (typeof waitFor === "number") return `${waitFor} ms after the event "load"`;
  return EVENTS.includes(waitFor) ? `the event "${waitFor}"` : `the selector ${JSON.stringify(waitFor)}`;
}

/**
 * Waits, for as long as it takes: the limit is the caller's.
 *
 * If cancelled: throws `CancelledError` at once; the page has to be closed for the browser to give up.
 */
export async function waitForPage(page: Page, waitFor: WaitFor): Promise<void> {
  if (typeof waitFor === "number") {
    await cancellable(page.waitForLoadState("load", { timeout: 0 }));
    await sleep(waitFor);
  } else if (EVENTS.includes(waitFor)) {
    await cancellable(page.waitForLoadState(waitFor as "load", { timeout: 0 }));
  } else {
    await cancellable(elementOf(page, waitFor).waitFor({ state: "attached", timeout: 0 }));
  }
}
