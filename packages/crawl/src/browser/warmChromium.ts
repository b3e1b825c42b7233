import type { Task } from "heddle";
import { cancellable, createTask, isCancelled, moveOnAfter, now, shield, sleep } from "heddle";
import type { Runtime } from "heddle/lowlevel";
import { currentScope, throwIfCancelled } from "heddle/lowlevel";
import type { BrowserType, CDPSession } from "playwright-core";
import { FetchError } from "../ground/errors.js";
import { homesFolder } from "./chromiumHome.js";
import type { ChromiumProcess, StartChromiumOptions } from "./chromiumProcess.js";
import { lacksSandbox, notStarted, startChromium } from "./chromiumProcess.js";
import { ContextPool } from "./contextPool.js";
import { CrashWatch } from "./crashWatch.js";
import { findChromium } from "./findChromium.js";
import { loadPlaywright } from "./loadPlaywright.js";
import { MemoryGuard } from "./memoryGuard.js";
import { quietly } from "./quietly.js";
import type { SessionCookies } from "./sessionCookies.js";
import { clearStaleHomes } from "./staleHomes.js";

export interface WarmChromiumOptions extends Pick<StartChromiumOptions, "heapLimit" | "extraFlags"> {
  /** The proxy for all that has no other, made when Chromium is about to start. */
  proxy: () => Promise<string | undefined>;
  /** Called when Chromium has ended. */
  onStop: () => Promise<void>;
  executablePath: string | undefined;
  sandbox: boolean | undefined;
  idleTimeout: number;
  maxPageMemory: number;
  pagesPerContext: number;
  cookies: SessionCookies;
}

/** A Chromium that runs, with what belongs to it. */
export interface RunningChromium {
  readonly process: ChromiumProcess;
  readonly contexts: ContextPool;
  /** With the browser itself. */
  readonly session: CDPSession;
  readonly crashes: CrashWatch;
  /** When a page was last killed for its size, in milliseconds of `now()`. */
  readonly killedForMemory: { at: number };
}

/** Who watches over a Chromium for one of the runs that use it. */
interface Keeper {
  readonly of: RunningChromium;
  readonly by: Runtime;
  readonly task: Task<void>;
}

export type ChromiumState = "stopped" | "starting" | "running" | "closed";

/** How often the sizes of the pages and the time since the last one are looked at, in milliseconds. */
const LOOK = 250;

/** A browser that does not answer a look within this time does not answer at all, and is killed. In milliseconds. */
const LOOK_TIMEOUT = 15_000;

/**
 * One Chromium: started when it is needed, started anew when it has crashed, stopped when nobody has needed it for a
 * while, when the last of the runs ends that have used it, or on `close()`.
 */
export class WarmChromium {
  readonly #options: WarmChromiumOptions;
  #starting: Task<RunningChromium> | null = null;
  #running: RunningChromium | null = null;
  readonly #keepers: Set<Keeper> = new Set();
  #endStart: () => Promise<void> = () => Promise.resolve();
  #isClosed = false;
  #users = 0;
  #lastUsed = 0;
  #starts = 0;
  #mustDoWithoutSandbox = process.getuid?.() === 0;

  constructor(options: WarmChromiumOptions) {
    this.#options = options;
  }

  get state(): ChromiumState {
    if (this.#isClosed) return "closed";
    if (this.#running?.process.isAlive) return "running";
    return this.#starting === null ? "stopped" : "starting";
  }

  /** How often a Chromium was started. */
  get starts(): number {
    return this.#starts;
  }

  /** The process, if one runs. */
  get pid(): number | undefined {
    return this.#running?.process.isAlive ? this.#running.process.pid : undefined;
  }

  /**
   * Calls `fn` with a Chromium that runs; it is not stopped for idleness before `fn` has ended.
   *
   * If cancelled: while it starts, throws at once, and the start goes on for whoever comes next.
   *
   * @throws FetchError with the code "BROWSER_NOT_STARTED"; MissingPartError, MissingChromiumError
   */
  async use<T>(fn: (chromium: RunningChromium) => Promise<T>): Promise<T> {
    this.#users++;
    try {
      return await fn(await this.#get());
    } finally {
      this.#users--;
      this.#lastUsed = now();
      // Of a Chromium that did not start something may be left that was made for it.
      const isNone = this.#users === 0 && this.#running === null && this.#starting === null;
      if (isNone) await shield(() => this.#options.onStop());
    }
  }

  /** Closes the contexts of a session, if Chromium runs. */
  async closeSession(name: string): Promise<void> {
    if (this.#running?.process.isAlive) await this.#running.contexts.closeSession(name);
  }

  /** Stops Chromium for good. What is under way in it fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await shield(async () => {
      await this.#endStart();
      for (const { task } of [...this.#keepers]) await task.cancelAndWait("closed");
      if (this.#starting !== null) await this.#starting.then(undefined, () => {});
      await this.#stop();
    });
  }

  async #get(): Promise<RunningChromium> {
    for (;;) {
      if (this.#isClosed) throw closed();
      const running = this.#running;
      if (running?.process.isAlive) {
        this.#keep(running);
        return running;
      }
      if (this.#starting === null) {
        this.#starting = createTask(() => this.#start(), { name: "start Chromium" });
        // Its failure is met by whoever waits for it; who comes after that begins another one.
        quietly(this.#starting);
      }
      try {
        return await this.#starting;
      } catch (error) {
        // It belongs to the run of whoever came first, which may end before it has started.
        if (!isCancelled(error)) throw error;
        throwIfCancelled();
      }
    }
  }

  async #start(): Promise<RunningChromium> {
    try {
      const crashed = this.#running;
      this.#running = null;
      await crashed?.process.stop();
      if (this.#starts === 0) await clearStaleHomes(homesFolder());
      const playwright = await loadPlaywright();
      const executablePath = findChromium({ named: this.#options.executablePath, playwright });
      const process = await this.#launch(playwright, executablePath, await this.#options.proxy());
      const { pagesPerContext, cookies } = this.#options;
      const contexts = new ContextPool(process.browser, { pagesPerContext, cookies });
      const running = {
        process,
        contexts,
        ...(await listen(process, executablePath)),
        killedForMemory: { at: -Infinity },
      };
      this.#starts++;
      this.#lastUsed = now();
      this.#running = running;
      this.#keep(running);
      return running;
    } finally {
      this.#starting = null;
      this.#endStart = () => Promise.resolve();
    }
  }

  /** With a sandbox where that can be; once it could not, no more. */
  async #launch(playwright: BrowserType, executablePath: string, proxy: string | undefined): Promise<ChromiumProcess> {
    const { heapLimit, extraFlags, sandbox } = this.#options;
    const start = (withSandbox: boolean): Promise<ChromiumProcess> =>
      startChromium({
        playwright,
        executablePath,
        sandbox: withSandbox,
        proxy,
        heapLimit,
        extraFlags,
        onBegin: (end) => {
          this.#endStart = end;
          if (this.#isClosed) quietly(end());
        },
      });
    if (sandbox !== undefined) return await start(sandbox);
    if (this.#mustDoWithoutSandbox) return await start(false);
    try {
      return await start(true);
    } catch (error) {
      if (!lacksSandbox(error)) throw error;
      this.#mustDoWithoutSandbox = true;
      return await start(false);
    }
  }

  /** Sees to it that somebody watches over Chromium: a task of each run that uses it, which ends with that run. */
  #keep(watched: RunningChromium): void {
    const { runtime } = currentScope();
    for (const { of, by, task } of this.#keepers) if (of === watched && by === runtime && !task.done) return;
    const keeper: Keeper = {
      of: watched,
      by: runtime,
      task: createTask(() => this.#watchOver(keeper), { name: "watch over Chromium" }),
    };
    this.#keepers.add(keeper);
  }

  async #watchOver(keeper: Keeper): Promise<void> {
    const { of: watched } = keeper;
    try {
      const guard = new MemoryGuard(watched.session, this.#options.maxPageMemory);
      while (watched.process.isAlive && !this.#isIdle()) {
        await sleep(LOOK);
        const [first] = this.#keepers;
        if (this.#users > 0 && first === keeper) await this.#lookAtSizes(guard, watched);
      }
    } catch (error) {
      // A browser that has ended ends its own watch; everything else is news.
      if (watched.process.isAlive) throw error;
    } finally {
      this.#keepers.delete(keeper);
      const isUnused = this.#users === 0 && ![...this.#keepers].some(({ of }) => of === watched);
      const isOver = isUnused || !watched.process.isAlive;
      if (isOver && this.#running === watched) await shield(() => this.#stop());
    }
  }

  async #lookAtSizes(guard: MemoryGuard, watched: RunningChromium): Promise<void> {
    const killed = await moveOnAfter(LOOK_TIMEOUT, () => cancellable(guard.look()));
    if (killed === undefined) await watched.process.kill();
    else if (killed.length > 0) watched.killedForMemory.at = now();
  }

  #isIdle(): boolean {
    return this.#users === 0 && now() - this.#lastUsed >= this.#options.idleTimeout;
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await running?.process.stop();
    if (this.#users === 0) await this.#options.onStop();
  }
}

/** Of one that ends at once nobody has heard anything yet. If cancelled: it is stopped. */
async function listen(
  process: ChromiumProcess,
  executablePath: string,
): Promise<Pick<RunningChromium, "session" | "crashes">> {
  try {
    const session = await cancellable(process.browser.newBrowserCDPSession());
    return { session, crashes: await cancellable(CrashWatch.on(session)) };
  } catch (error) {
    await shield(() => process.kill());
    throw isCancelled(error) ? error : notStarted(executablePath, error);
  }
}

function closed(): FetchError {
  return new FetchError("error", "TRANSPORT_CLOSED", "Cannot render a page as the transport is closed");
}
