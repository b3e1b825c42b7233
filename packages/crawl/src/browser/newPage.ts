import { cancellable, moveOnAfter, now, shield } from "heddle";
import type { BrowserContext, Page } from "playwright-core";
import type { FetchError } from "../ground/errors.js";
import type { CrashWatch } from "./crashWatch.js";

/** How long the closing of a page is waited for, in milliseconds. It goes on after that. */
const CLOSING = 1000;

/** How often it is asked whether a page that is being opened is lost, in milliseconds. */
const LOOK = 250;

export interface NewPageOptions {
  /** Whether the context is closed after this page, so that nobody needs to close the page itself. */
  isExclusive: boolean;
  /** What has happened if the page's process ends. */
  crashed: () => FetchError;
  /** Who hears of that. */
  crashes: CrashWatch;
}

/**
 * Calls `fn` with a new page, which is closed afterwards.
 *
 * If cancelled: throws `CancelledError`; a page that was being opened is closed when it is there.
 *
 * @throws FetchError if its process ends before it is open; what `fn` throws
 */
export async function inNewPage<T>(
  context: BrowserContext,
  options: NewPageOptions,
  fn: (page: Page) => Promise<T>,
): Promise<T> {
  const opening = context.newPage();
  let isThere = false;
  try {
    const page = await opened(opening, options);
    isThere = true;
    return await fn(page);
  } finally {
    if (!isThere || !options.isExclusive) {
      const closed = opening.then((page) => page.close()).catch(() => {});
      if (isThere) await shield(() => moveOnAfter(CLOSING, () => cancellable(closed)));
    }
  }
}

/** The driver waits for ever for a page whose process has ended in this very moment. */
async function opened(opening: Promise<Page>, { crashed, crashes }: NewPageOptions): Promise<Page> {
  const began = now();
  for (;;) {
    try {
      const page = await moveOnAfter(LOOK, () => cancellable(opening));
      if (page !== undefined) return page;
    } catch (error) {
      throw /crash/i.test(String(error)) ? crashed() : error;
    }
    if (crashes.hasLost(began)) throw crashed();
  }
}
