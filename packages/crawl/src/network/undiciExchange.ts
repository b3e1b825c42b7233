import type { CancelledError } from "heddle";
import { onCancel, throwIfCancelled } from "heddle/lowlevel";
import type { Dispatcher } from "undici";
import type { ResponseHeaders, TransportResponse } from "../ground/transport.js";

/** So much of a body waits here for its reader; then the server has to. In bytes. */
const HIGH_WATER = 128 * 1024;

type Chunk = IteratorResult<Uint8Array, undefined>;

/**
 * One request to undici and its answer, by undici's own calls: a stream and a signal of Node's between would cost more than
 * all the rest of the exchange. It belongs to the scope in which it was made: if that is cancelled, so is it, until
 * `close()`.
 *
 *      waiting ──headers──▶ answered ──last byte──▶ ended
 *         └────────── error, cancellation, close() ──▶ ended
 */
export class UndiciExchange implements Dispatcher.DispatchHandler, TransportResponse {
  status: number = 0;
  headers: ResponseHeaders = {};
  /** Settles when the headers are there; rejects if they never will be. */
  readonly head: Promise<void>;
  readonly #watch: Disposable;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #state: "waiting" | "answered" | "ended" = "waiting";
  #error: unknown;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  #reader: { resolve: (chunk: Chunk) => void; reject: (error: unknown) => void } | undefined;
  #sink: Sink | undefined;

  constructor() {
    this.head = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#watch = onCancel((reason) => this.#cancel(reason));
  }

  // ── What undici tells ───────────────────────────────────────────────────────────────────────────────

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#state === "ended") controller.abort(given(this.#error));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    // 100, 102 and 103 only announce an answer.
    if (status < 200 || this.#state !== "waiting") return;
    this.#state = "answered";
    this.status = status;
    this.headers = headers;
    this.#resolve();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#state !== "answered") return;
    if (this.#sink !== undefined) {
      this.#hand(this.#sink, chunk);
      return;
    }
    if (this.#reader !== undefined) {
      this.#reader.resolve({ done: false, value: chunk });
      this.#reader = undefined;
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= HIGH_WATER) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#watch[Symbol.dispose]();
    this.#reader?.resolve(END);
    this.#reader = undefined;
    this.#sink?.resolve();
    this.#sink = undefined;
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // 204 and 304 have no body; the length that a 304 may name is that of the page, and undici waits for it.
    if ((this.status === 204 || this.status === 304) && isLengthMismatch(error)) this.onResponseEnd();
    else this.#fail(error);
  }

  // ── What the reader asks for ────────────────────────────────────────────────────────────────────────

  get body(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#next(), return: () => this.#leave() }) };
  }

  collect(take: (chunk: Uint8Array) => void): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const sink: Sink = { take, resolve, reject };
      for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) this.#hand(sink, chunk);
      this.#bytes = 0;
      if (this.#error !== undefined) {
        this.#failed(this.#error).catch(reject);
        return;
      }
      if (this.#state === "ended") {
        resolve();
        return;
      }
      this.#sink = sink;
      if (this.#controller?.paused === true) this.#controller.resume();
    });
  }

  close(): void {
    this.#watch[Symbol.dispose]();
    if (this.#state === "ended" && this.#error === undefined) {
      this.#chunks.length = 0;
      return;
    }
    this.#fail(new Error("The answer was given up"));
    this.#controller?.abort(given(this.#error));
  }

  #next(): Promise<Chunk> {
    const chunk = this.#error === undefined ? this.#chunks.shift() : undefined;
    if (chunk !== undefined) {
      this.#bytes -= chunk.length;
      if (this.#bytes < HIGH_WATER && this.#controller?.paused === true) this.#controller.resume();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#error !== undefined) return this.#failed(this.#error);
    if (this.#state === "ended") return Promise.resolve(END);
    return new Promise<Chunk>((resolve, reject) => {
      this.#reader = { resolve, reject };
    }).catch((error: unknown) => this.#failed(error));
  }

  async #failed(error: unknown): Promise<never> {
    throwIfCancelled();
    throw error;
  }

  #hand(sink: Sink, chunk: Uint8Array): void {
    try {
      sink.take(chunk);
    } catch (error) {
      sink.reject(error);
      this.close();
    }
  }

  #leave(): Promise<Chunk> {
    this.close();
    return Promise.resolve(END);
  }

  #cancel(reason: CancelledError): void {
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  #fail(error: unknown): void {
    this.#watch[Symbol.dispose]();
    this.#error ??= error;
    if (this.#state === "waiting") this.#reject(error);
    this.#state = "ended";
    this.#reader?.reject(error);
    this.#reader = undefined;
    this.#sink?.reject(error);
    this.#sink = undefined;
    this.#chunks.length = 0;
  }
}

/** Who takes the body as it comes, and the promise that it is given. */
interface Sink {
  readonly take: (chunk: Uint8Array) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const END: Chunk = { done: true, value: undefined };

/** undici takes nothing but an error as a reason. */
function given(error: unknown): Error {
  return error instanceof Error ? error : new Error("The request was given up");
}

function isLengthMismatch(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH";
}
