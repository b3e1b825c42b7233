import type { WriteStream } from "node:tty";
import type { Task } from "heddle";
import { createTask, sleep } from "heddle";
import { StatusLine } from "./statusLine.js";

/** How often the line on a terminal is redrawn, and how often a plain line is printed elsewhere, in milliseconds. */
const REDRAW = 100;
const PRINT = 5000;

/** Draws what there is to show into at most `width` characters. */
export type Draw = (width: number) => string;

/** Tells a person, on stderr, how far the work is. */
export interface Reporter {
  /** Shows what `draw` gives, again and again until `stop()`. */
  start(draw: Draw): void;
  /** Takes the line away until it is drawn the next time, as something else is about to be written there. */
  hide(): void;
  stop(): void;
  /** Prints a line that stays. */
  say(line: string): void;
}

/** A line that is redrawn where there is a terminal, plain lines where there is none, nothing at all when quiet. */
export function makeReporter(stream: NodeJS.WriteStream, options: { quiet?: boolean } = {}): Reporter {
  if (options.quiet === true) return new SilentReporter();
  const isTerminal = stream.isTTY && process.env["TERM"] !== "dumb";
  return isTerminal ? new TerminalReporter(stream as WriteStream) : new PlainReporter(stream);
}

class SilentReporter implements Reporter {
  start(): void {}
  hide(): void {}
  stop(): void {}
  say(): void {}
}

class TerminalReporter implements Reporter {
  readonly #stream: WriteStream;
  readonly #line: StatusLine;
  #ticker: Task<void> | null = null;

  constructor(stream: WriteStream) {
    this.#stream = stream;
    this.#line = new StatusLine(stream);
  }

  start(draw: Draw): void {
    this.#ticker = createTask(
      async () => {
        for (;;) {
          this.#line.draw(draw(this.#line.width));
          await sleep(REDRAW);
        }
      },
      { name: "progress" },
    );
  }

  hide(): void {
    this.#line.clear();
  }

  stop(): void {
    this.#ticker?.cancel();
    this.#line.close();
  }

  say(line: string): void {
    this.#line.clear();
    this.#stream.write(`${line}\n`);
  }
}

class PlainReporter implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  #ticker: Task<void> | null = null;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  start(draw: Draw): void {
    this.#ticker = createTask(
      async () => {
        for (;;) {
          await sleep(PRINT);
          this.say(draw(Infinity));
        }
      },
      { name: "progress" },
    );
  }

  hide(): void {}

  stop(): void {
    this.#ticker?.cancel();
  }

  say(line: string): void {
    this.#stream.write(`${line}\n`);
  }
}
