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
 * An agent of undici's that knows which connections it is still making. A closed agent forgets those, and so does one
 * whose requests were all cancelled: each would keep a descriptor, and the process, for its full timeout.
 */
export class Line {
  readonly agent: Agent;
  /** By origin: who waits for an answer, and what is being connected. */
  readonly #origins: Map<string, { waiting: number; readonly connecting: Set<Socket> }> = new Map();

  constructor(connect: Connect, { keepAlive, maxHeaderBytes }: LineOptions) {
    this.agent = new Agent({
      keepAliveTimeout: keepAlive,
      maxHeaderSize: maxHeaderBytes,
      // The scopes around a request limit its time; a second clock beside them would only blur what has happened.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        const { connecting } = this.#at(`${options.protocol}//${options.host}`);
        const owned: Socket[] = [];
        const own = (socket: Socket): void => {
          owned.push(socket);
          connecting.add(socket);
        };
        const over = (): void => {
          for (const socket of owned) connecting.delete(socket);
          this.#forget(`${options.protocol}//${options.host}`);
        };
        connect(options, own).then(
          (socket) => {
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

  #at(origin: string): { waiting: number; readonly connecting: Set<Socket> } {
    let at = this.#origins.get(origin);
    if (at === undefined) {
      at = { waiting: 0, connecting: new Set() };
      this.#origins.set(origin, at);
    }
    return at;
  }

  #forget(origin: string): void {
    const at = this.#origins.get(origin);
    if (at !== undefined && at.waiting <= 0 && at.connecting.size === 0) this.#origins.delete(origin);
  }
}
