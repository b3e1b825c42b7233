import type { Socket } from "node:net";
import type { buildConnector } from "undici";
import { Agent } from "undici";

/** Makes a connection; every socket on the way is handed to `own` as soon as it is there. */
export type Connect = (options: buildConnector.Options, own: (socket: Socket) => void) => Promise<Socket>;

export interface LineOptions {
  /** In milliseconds. */
  readonly keepAlive: number;
  readonly maxHeaderBytes: number;
}

/**
 * For so many hosts at a time connections are made to be kept. Whoever asks thousands of hosts for a page each would else have as many
 * descriptors open as hosts are asked while connections are kept.
 */
const MOST_KEPT = 256;

/** What is known of an origin while there is something to know. */
interface Origin {
  /** Who waits for an answer. */
  waiting: number;
  readonly connecting: Set<Socket>;
  /** Connections that are there. */
  open: number;
}

/**
 * An agent of undici's that knows which connections it is still making. A closed agent forgets those, and so does one
 * whose requests were all cancelled: each would keep a descriptor, and the process, for its full timeout.
 */
export class Line {
  readonly agent: Agent;
  readonly #origins: Map<string, Origin> = new Map();

  constructor(connect: Connect, { keepAlive, maxHeaderBytes }: LineOptions) {
    this.agent = new Agent({
      keepAliveTimeout: keepAlive,
      maxHeaderSize: maxHeaderBytes,
      // The scopes around a request limit its time; a second clock beside them would only blur what has happened.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        const origin = `${options.protocol}//${options.host}`;
        const { connecting } = this.#at(origin);
        const owned: Socket[] = [];
        const own = (socket: Socket): void => {
          owned.push(socket);
          connecting.add(socket);
        };
        const over = (): void => {
          for (const socket of owned) connecting.delete(socket);
          this.#forget(origin);
        };
        connect(options, own).then(
          (socket) => {
            this.#opened(origin, socket);
            over();
            callback(null, socket);
          },
          (error: Error) => {
            over();
            callback(error, null);
          },
        );
      },
    });
  }

  /** Counts a request in. */
  enter(origin: string): void {
    this.#at(origin).waiting++;
  }

  /** Counts one out: it has its answer, or will have none. */
  leave(origin: string): void {
    this.#at(origin).waiting--;
    this.#forget(origin);
  }

  /** Whether a connection to an origin had better be closed after its answer, as there are enough that are kept. */
  isCrowded(origin: string): boolean {
    return this.#origins.size > MOST_KEPT && (this.#origins.get(origin)?.open ?? 0) === 0;
  }

  /** Cuts what is being connected to an origin for which nobody waits any more. */
  cutUnwanted(origin: string): void {
    const at = this.#origins.get(origin);
    if (at === undefined || at.waiting > 0) return;
    for (const socket of at.connecting) socket.destroy();
  }

  async destroy(): Promise<void> {
    const destroyed = this.agent.destroy();
    for (const { connecting } of this.#origins.values()) {
      for (const socket of connecting) socket.destroy();
    }
    await destroyed;
  }

  #opened(origin: string, socket: Socket): void {
    const at = this.#at(origin);
    at.open++;
    socket.once("close", () => {
      at.open--;
      this.#forget(origin);
    });
  }

  #at(origin: string): Origin {
    let at = this.#origins.get(origin);
    if (at === undefined) {
      at = { waiting: 0, connecting: new Set(), open: 0 };
      this.#origins.set(origin, at);
    }
    return at;
  }

  #forget(origin: string): void {
    const at = this.#origins.get(origin);
    if (at === undefined || at.waiting > 0 || at.connecting.size > 0 || at.open > 0) return;
    this.#origins.delete(origin);
  }
}
