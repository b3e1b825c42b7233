import type { WriteStream } from "node:tty";

/** Returns to the line's start and clears it to its end. */
const CLEAR = "\r\u001b[2K";

/**
 * A line at the bottom of a terminal that is drawn over and over. It is taken away before anything else is written
 * there, and when the process ends, in whatever way that can be heard of.
 */
export class StatusLine {
  readonly #terminal: WriteStream;
  readonly #onExit = (): void => this.clear();
  #shown = false;

  constructor(terminal: WriteStream) {
    this.#terminal = terminal;
    process.once("exit", this.#onExit);
  }

  /** How many characters fit. The last column stays free: some terminals wrap when it is written to. */
  get width(): number {
    // Some say 0 when they do not know.
    return (this.#terminal.columns || 80) - 1;
  }

  draw(text: string): void {
    this.#terminal.write(`${CLEAR}${text}`);
    this.#shown = true;
  }

  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#terminal.write(CLEAR);
  }

  close(): void {
    this.clear();
    process.off("exit", this.#onExit);
  }
}
