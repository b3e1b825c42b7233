import type { Verdict } from "../verdict/verdict.js";
import type { PageCounts } from "./fetcherStats.js";
import type { Page } from "./page.js";
import type { Vehicle } from "./rung.js";

/** Counts pages as they are done. */
export class PageCounter {
  readonly #verdicts: Record<Verdict, number> = {
    ok: 0,
    notFound: 0,
    softNotFound: 0,
    emptyShell: 0,
    rateLimited: 0,
    blocked: 0,
    captcha: 0,
    login: 0,
    robotsDenied: 0,
    tooLarge: 0,
    notHtml: 0,
    dead: 0,
  };
  readonly #attempts: Record<Vehicle, number> = { plain: 0, identity: 0, chromium: 0 };
  #pages = 0;
  #redirects = 0;
  #bytes = 0;
  #wireBytes = 0;
  #cost = 0;
  #saved = 0;

  add(page: Page): Page {
    this.#pages++;
    this.#verdicts[page.verdict]++;
    for (const { transport } of page.attempts) this.#attempts[transport]++;
    this.#redirects += page.redirects;
    this.#bytes += page.size;
    this.#wireBytes += page.wireSize;
    this.#cost += page.cost;
    if (page.file !== null) this.#saved++;
    return page;
  }

  counts(): PageCounts {
    return {
      pages: this.#pages,
      verdicts: { ...this.#verdicts },
      attempts: { ...this.#attempts },
      redirects: this.#redirects,
      bytes: this.#bytes,
      wireBytes: this.#wireBytes,
      cost: this.#cost,
      saved: this.#saved,
    };
  }
}
