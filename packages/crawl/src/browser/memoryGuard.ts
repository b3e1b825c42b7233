import { readFileSync } from "node:fs";
import type { CDPSession } from "playwright-core";

/** In bytes, on all machines on which Chromium runs and `/proc` is there, some of ARM's excepted. */
const PAGE_SIZE = 4096;

/**
 * What a process has for itself alone, in bytes; undefined where there is no `/proc`, or no such process. The megabytes of
 * the program, which all share, are not in it.
 */
export function privateMemory(pid: number): number | undefined {
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ").map(Number);
    return resident === undefined || shared === undefined ? undefined : (resident - shared) * PAGE_SIZE;
  } catch {
    return undefined;
  }
}

/**
 * Kills the pages that have grown too large, each with its process: a page that allocates without end would otherwise
 * take the memory of all others, and in the end of this process.
 */
export class MemoryGuard {
  readonly #session: CDPSession;
  readonly #most: number;

  /** `session` is one with the browser itself; `most` is in bytes. */
  constructor(session: CDPSession, most: number) {
    this.#session = session;
    this.#most = most;
  }

  /** Looks once. Returns the numbers of the processes that it has killed. */
  async look(): Promise<number[]> {
    const { processInfo } = await this.#session.send("SystemInfo.getProcessInfo");
    const large = processInfo.filter(({ type, id }) => type === "renderer" && (privateMemory(id) ?? 0) > this.#most);
    for (const { id } of large) kill(id);
    return large.map(({ id }) => id);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
