import type { Writable } from "node:stream";
import { park, throwIfCancelled, WaitList } from "heddle/lowlevel";

/** What a stream fails with when its reader is gone: `| head -1` is no error of anybody's. */
const READER_IS_GONE = ["EPIPE", "ECONNRESET", "EOF", "ERR_STREAM_DESTROYED"];

export interface LineWriterOptions {
  /** Called before each line, for a terminal that shows something else as well. */
  beforeLine?: (() => void) | undefined;
}

/**
 * Writes lines to a stream, no faster than its reader takes them. A line that was handed over is in the stream's buffer
 * at once, whoever is cancelled then.
 *
 *     open ──error──► failed        `onFailure` is called, lines are dropped, nobody waits any longer
 */
export class LineWriter {
  /** Called once, when the stream fails. */
  onFailure: ((error: Error) => void) | null = null;
  readonly #stream: Writable;
  readonly #beforeLine: (() => void) | undefined;
  readonly #full = new WaitList<void>("a slow reader", this);
  #failure: Error | null = null;
  #unwritten = 0;

  constructor(stream: Writable, options: LineWriterOptions = {}) {
    this.#stream = stream;
    this.#beforeLine = options.beforeLine;
    stream.on("drain", () => this.#full.wakeAll(undefined));
    stream.on("error", (error) => this.#fail(error));
  }

  get failure(): Error | null {
    return this.#failure;
  }

  /** True when the stream failed because nobody reads it any more. */
  get readerIsGone(): boolean {
    return READER_IS_GONE.includes((this.#failure as NodeJS.ErrnoException | null)?.code ?? "");
  }

  /** How many lines the operating system has not taken yet. */
  get unwritten(): number {
    return this.#unwritten;
  }

  /** Hands a line to the stream, with its end. Never waits; after a failure it does nothing. */
  push(line: string): void {
    if (this.#failure !== null) return;
    this.#beforeLine?.();
    this.#unwritten++;
    this.#stream.write(`${line}\n`, (error) => {
      this.#unwritten--;
      if (error) this.#fail(error);
    });
  }

  /**
   * Waits while the reader is slower than we are.
   *
   * If cancelled: throws `CancelledError`; what was pushed stays pushed.
   */
  async room(): Promise<void> {
    throwIfCancelled();
    if (this.#failure === null && this.#stream.writableNeedDrain) await park(this.#full);
  }

  /**
   * Waits until the operating system has all lines.
   *
   * If cancelled: throws `CancelledError`; the lines are still on their way.
   */
  async flush(): Promise<void> {
    throwIfCancelled();
    if (this.#failure !== null || this.#unwritten === 0) return;
    const written = new WaitList<void>("a slow reader", this);
    this.#stream.write("", (error) => {
      // It comes before the stream's own event, and whoever waits here would look for it in vain.
      if (error) this.#fail(error);
      written.wakeAll(undefined);
    });
    await park(written);
  }

  /** Ends the stream, and waits until all is written. If cancelled: throws `CancelledError`; it ends all the same. */
  async end(): Promise<void> {
    throwIfCancelled();
    if (this.#failure !== null || this.#stream.writableFinished) return;
    const ended = new WaitList<void>("the end of a file", this);
    this.#stream.end((error?: Error | null) => {
      if (error) this.#fail(error);
      ended.wakeAll(undefined);
    });
    await park(ended);
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#full.wakeAll(undefined);
    this.onFailure?.(error);
  }
}
