import { now } from "heddle";
import type { CDPSession, Page } from "playwright-core";
import { quietly } from "./quietly.js";

/** A page that somebody waits for. */
export interface WatchedPage {
  /** Undefined until it is there. */
  readonly page: Page | undefined;
  /** Is told that its process has ended. */
  onCrash(): void;
}

/** How long a page may still take to open after the process of one has ended that nobody knows, in milliseconds. */
const OPENING = 1000;

/** So many are remembered. */
const MOST = 100;

/**
 * Hears from the browser itself which pages have lost their process. The driver tells of it as well, but not always: of a page
 * whose process ends while it is being opened it goes on to wait for an answer.
 *
 * What the browser names is a target, and which page that is can be asked of a page that is open. One that is not open yet
 * cannot be asked: where a target is lost that is none of those that are open, whoever is still opening his a moment later is
 * taken to have lost it. On a machine so busy that he would have had it after all he opens another one.
 */
export class CrashWatch {
  readonly #session: CDPSession;
  readonly #pages: Set<WatchedPage> = new Set();
  /** When which targets were lost, of which it is not known whose they were. */
  readonly #lost: Map<string, number> = new Map();

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /** `session` is one with the browser itself. */
  static async on(session: CDPSession): Promise<CrashWatch> {
    const watch = new CrashWatch(session);
    session.on("Target.targetCrashed", ({ targetId }) => quietly(watch.#crashed(targetId)));
    await session.send("Target.setDiscoverTargets", { discover: true });
    return watch;
  }

  /** Watches over a page until the result is disposed of. */
  watch(page: WatchedPage): Disposable {
    this.#pages.add(page);
    return { [Symbol.dispose]: () => void this.#pages.delete(page) };
  }

  /** Whether a page that is being opened since then, by `now()`, has to be taken for lost. */
  hasLost(since: number): boolean {
    const at = now();
    return [...this.#lost.values()].some((lost) => lost >= since && at - lost >= OPENING);
  }

  async #crashed(targetId: string): Promise<void> {
    const at = now();
    const { targetInfos } = await this.#session.send("Target.getTargets");
    // That of a frame is the page's business.
    if (targetInfos.some((target) => target.targetId === targetId && target.type !== "page")) return;
    this.#lost.set(targetId, at);
    const [oldest] = this.#lost.keys();
    if (this.#lost.size > MOST && oldest !== undefined) this.#lost.delete(oldest);
    await Promise.all([...this.#pages].map((watched) => this.#check(watched, targetId).catch(() => {})));
  }

  async #check(watched: WatchedPage, targetId: string): Promise<void> {
    const { page } = watched;
    if (page === undefined) return;
    const session = await page.context().newCDPSession(page);
    const { targetInfo } = await session.send("Target.getTargetInfo");
    if (targetInfo.targetId !== targetId) return;
    this.#lost.delete(targetId);
    watched.onCrash();
  }
}
