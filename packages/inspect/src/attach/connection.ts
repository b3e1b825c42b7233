import { Future, timeout } from "heddle";
import { WebSocket } from "undici";
import { CannotAttachError, ProtocolError } from "../errors.js";
import type { Answer } from "./pendingCalls.js";
import { PendingCalls } from "./pendingCalls.js";
import type { Inspector } from "./thread.js";

/** How long the other side may take for an answer, in milliseconds. */
const PATIENCE = 15_000;

/** What a program says that has run to its end, and waits for us to hang up. */
const ENDING = /context/i;

/** A connection to an inspector, by the protocol of the Chrome DevTools. */
export class Connection implements Inspector {
  readonly #socket: WebSocket;
  readonly #calls = new PendingCalls(objection);
  readonly #closed = new Future<void>({ reportUnawaited: false });
  /** Hears of what the other side says without being asked. */
  onEvent: ((method: string, params: unknown) => void) | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data)) as Answer));
    socket.addEventListener("close", () => this.#end());
    socket.addEventListener("error", () => this.#end());
  }

  /** If cancelled: the connection is given up. @throws CannotAttachError */
  static async open(url: string): Promise<Connection> {
    const socket = new WebSocket(url);
    const connection = new Connection(socket);
    const opened = new Future<boolean>();
    socket.addEventListener("open", () => void (opened.done || opened.setResult(true)));
    socket.addEventListener("error", () => void (opened.done || opened.setResult(false)));
    try {
      if (await timeout(PATIENCE, () => opened)) return connection;
    } catch (error) {
      socket.close();
      throw error;
    }
    throw new CannotAttachError("no answer", "Cannot look at the process as its inspector refuses the connection");
  }

  /**
   * Calls a method of the protocol and returns its result.
   *
   * If cancelled: the call may have been made; its result is dropped.
   *
   * @throws ProtocolError when the other side answers with an error
   * @throws CannotAttachError when it does not answer, or is gone
   */
  async call<T>(method: string, params: object = {}, patience: number = PATIENCE): Promise<T> {
    if (this.#closed.done) throw gone();
    const { id, answer } = this.#calls.add();
    this.#socket.send(JSON.stringify({ id, method, params }));
    try {
      return (await timeout(patience, () => answer)) as T;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "TimeoutError") throw error;
      throw new CannotAttachError(
        "no answer",
        `Cannot look at the process as it gave no answer for ${patience / 1000} s`,
      );
    } finally {
      this.#calls.forget(id);
    }
  }

  /** Waits until the other side has closed, which it does when its inspector ends. If cancelled: closes at once. */
  async close(): Promise<void> {
    if (!this.#closed.done) this.#socket.close();
    await this.#closed;
  }

  #receive(answer: Answer): void {
    if (answer.method !== undefined) this.onEvent?.(answer.method, answer.params);
    this.#calls.receive(answer);
  }

  #end(): void {
    if (this.#closed.done) return;
    this.#closed.setResult();
    this.#calls.failAll(gone());
  }
}

function objection(message: string): Error {
  if (ENDING.test(message)) return gone();
  return new ProtocolError(`Cannot use the inspector as it objects: received ${message}`);
}

function gone(): CannotAttachError {
  return new CannotAttachError(
    "no answer",
    "Cannot look at the process any longer as it has ended or closed its inspector",
  );
}
