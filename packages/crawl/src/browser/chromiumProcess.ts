import { readFile } from "node:fs/promises";
import { cancellable, moveOnAfter, shield } from "heddle";
import { onCancel, throwIfCancelled } from "heddle/lowlevel";
import type { Browser, BrowserType } from "playwright-core";
import { FetchError } from "../ground/errors.js";
import type { ChromiumFlags } from "./chromiumFlags.js";
import { chromiumFlags } from "./chromiumFlags.js";
import type { ChromiumHome } from "./chromiumHome.js";
import { makeChromiumHome, shmIsSmall } from "./chromiumHome.js";
import { quietly } from "./quietly.js";
import { HOME_VARIABLE, LAUNCHER, Watchdog } from "./watchdog.js";

export interface StartChromiumOptions {
  playwright: BrowserType;
  executablePath: string;
  sandbox: boolean;
  proxy: ChromiumFlags["proxy"];
  heapLimit: number;
  extraFlags: readonly string[];
  /** Is given what ends the start, which fails then, before Chromium has answered. */
  onBegin: (end: () => Promise<void>) => void;
}

/** Starting takes a third of a second, on a machine that has nothing else to do. In milliseconds. */
const START_TIMEOUT = 30_000;

/** How long Chromium gets to end by itself before it is killed. In milliseconds. */
const CLOSE_TIMEOUT = 3000;

/** A Chromium that runs, in a process group and a folder of its own. */
export class ChromiumProcess {
  readonly browser: Browser;
  /** Of the browser process, and of its group. */
  readonly pid: number;
  /** Its folder. */
  readonly home: string;
  readonly #watchdog: Watchdog;
  #stopping: Promise<void> | null = null;

  constructor(browser: Browser, pid: number, home: string, watchdog: Watchdog) {
    this.browser = browser;
    this.pid = pid;
    this.home = home;
    this.#watchdog = watchdog;
  }

  /** False once it has ended, be it by a crash. */
  get isAlive(): boolean {
    return this.#stopping === null && this.browser.isConnected();
  }

  /** Calls `fn` when it has ended, unless the result is disposed of before. */
  onEnd(fn: () => void): Disposable {
    this.browser.once("disconnected", fn);
    return { [Symbol.dispose]: () => void this.browser.off("disconnected", fn) };
  }

  /**
   * Asks Chromium to end, kills it with its group if it does not, and removes its folder. What is under way in it fails.
   *
   * If cancelled: goes on to the end all the same.
   */
  async stop(): Promise<void> {
    this.#stopping ??= shield(() => this.#end());
    await this.#stopping;
  }

  /** As `stop()`, without asking. */
  async kill(): Promise<void> {
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.stop();
  }

  async #end(): Promise<void> {
    const closed = this.browser.close().catch(() => {});
    await moveOnAfter(CLOSE_TIMEOUT, () => cancellable(closed));
    await this.#watchdog.finish();
  }
}

/**
 * Starts a Chromium.
 *
 * If cancelled: ends it, waits for that, and throws.
 *
 * @throws FetchError with the code "BROWSER_NOT_STARTED", and Chromium's own words
 */
export async function startChromium(options: StartChromiumOptions): Promise<ChromiumProcess> {
  const { playwright, executablePath, sandbox, proxy, heapLimit, extraFlags, onBegin } = options;
  let end = (): Promise<void> => Promise.resolve();
  // The driver knows no other end of a start than that of the process.
  using _watch = onCancel(() => quietly(end()));
  return await shield(async () => {
    const home = await makeChromiumHome();
    const watchdog = new Watchdog(home.path);
    end = () => watchdog.finish();
    onBegin(end);
    try {
      const smallShm = await shmIsSmall();
      const flags = chromiumFlags({ profile: home.profile, sandbox, proxy, heapLimit, smallShm, extra: extraFlags });
      // A persistent context, which nobody uses, as only then the profile's folder is ours to choose.
      const context = await playwright.launchPersistentContext(home.profile, {
        executablePath: "/bin/sh",
        ignoreDefaultArgs: true,
        args: ["-c", LAUNCHER, home.path, executablePath, ...flags],
        env: environment(home),
        artifactsDir: home.artifacts,
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        timeout: START_TIMEOUT,
      });
      const pid = Number(await readFile(`${home.path}/group`, "utf8"));
      return new ChromiumProcess(context.browser() as Browser, pid, home.path, watchdog);
    } catch (error) {
      await watchdog.finish();
      throw error;
    }
  }).catch((error: unknown) => {
    throwIfCancelled();
    throw notStarted(executablePath, error);
  });
}

/** What Chromium needs to know of our environment. The rest may be secrets, which are none of a page's business. */
const KNOWN =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|DISPLAY|LD_LIBRARY_PATH|CHROME_DEVEL_SANDBOX)$|^(LC|XDG|FONTCONFIG)_/;

/** Everything that Chromium writes goes to its folder, and all its processes carry the folder's name. */
function environment({ path, temporary }: ChromiumHome): Record<string, string | undefined> {
  const known = Object.fromEntries(Object.entries(process.env).filter(([name]) => KNOWN.test(name)));
  const own = { TMPDIR: temporary, BREAKPAD_DUMP_LOCATION: temporary, GSETTINGS_BACKEND: "memory" };
  return { ...known, ...own, [HOME_VARIABLE]: path };
}

/** In all that Chromium has said: its own reason comes after much else. */
const WANTS_NO_SANDBOX =
  /No usable sandbox|without --no-sandbox|SUID sandbox helper|Failed to move to new namespace|zygote_host_impl/i;

/** Whether Chromium did not start for want of a sandbox. */
export function lacksSandbox(error: unknown): boolean {
  return WANTS_NO_SANDBOX.test(String((error as Error | null)?.cause));
}

/** A start that came to nothing. */
export function notStarted(executablePath: string, error: unknown): FetchError {
  const text = error instanceof Error ? error.message : String(error);
  const failure = new FetchError(
    "error",
    "BROWSER_NOT_STARTED",
    `Cannot start Chromium at ${executablePath} as it ended or did not answer: ${inShort(text)}`,
  );
  failure.cause = error;
  return failure;
}

const TELLS = /ERROR|FATAL|cannot|No usable|not found/i;

/** What Chromium itself has said, if it has said anything. */
function inShort(text: string): string {
  const said = text.split("\n").filter((line) => TELLS.test(line) && !/dbus/.test(line));
  const lines = said.length > 0 ? said.slice(0, 3) : text.split("\n").slice(0, 1);
  return lines
    .map((line) => line.replace(/^.*?\[pid=\d+\](\[\w+\])?\s*/, "").trim())
    .join("; ")
    .slice(0, 600);
}
