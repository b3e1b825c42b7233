/** What keeps a process alive without ever waking a task by itself: the terminal, the channel to a parent process. */
const INERT = new Set(["TTYWrap", "PipeWrap", "MessagePort", "MESSAGEPORT", "Immediate", "SignalWrap", "FILEHANDLE"]);

/** Bun's list is always empty, and Deno's leaves out child processes and files: what is not listed may be there. */
const LISTS_ALL = process.versions["bun"] === undefined && process.versions["deno"] === undefined;

/**
 * Tells whether anything outside of the runtime is under way that may still wake a task: a socket, a file, a child
 * process, a native timer that was set since this object was made. Where the platform cannot tell all, it says yes for a
 * while.
 */
export class OutsideWork {
  readonly #patience: number;
  readonly #timersBefore: number = count("Timeout");

  /** @param patience how often to say yes where the platform cannot tell */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** @param looks how often this was asked since something last went on */
  underWay(looks: number): boolean {
    const active = activeResources();
    if (active.some((name) => name !== "Timeout" && !INERT.has(name))) return true;
    const timers = count("Timeout");
    if (timers > this.#timersBefore) return true;
    // Native timers are only counted. One that was there before (the test runner's) may have ended since and have left
    // its place to one of the program's.
    const cannotTell = !LISTS_ALL || timers > 0;
    return cannotTell && looks <= this.#patience;
  }
}

function count(name: string): number {
  return activeResources().filter((active) => active === name).length;
}

function activeResources(): string[] {
  return process.getActiveResourcesInfo();
}
