import type { BrowserContextOptions } from "playwright-core";

export type ContextCookies = Exclude<BrowserContextOptions["storageState"], string | undefined>["cookies"];

/** So many sessions' cookies are kept; of more, those that were used last. */
const MOST = 1000;

/** The cookies of sessions, which outlive the contexts and the browser that they came from. */
export class SessionCookies {
  readonly #kept = new Map<string, ContextCookies>();

  get(key: string): ContextCookies {
    return this.#kept.get(key) ?? [];
  }

  set(key: string, cookies: ContextCookies): void {
    this.#kept.delete(key);
    this.#kept.set(key, cookies);
    if (this.#kept.size <= MOST) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Forgets those of a session, whatever its other settings are. */
  forget(session: string): void {
    for (const key of this.#kept.keys()) if (JSON.parse(key)[0] === session) this.#kept.delete(key);
  }
}
