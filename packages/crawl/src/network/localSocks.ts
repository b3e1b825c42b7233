import type { Server, Socket } from "node:net";
import { createServer, isIPv6 } from "node:net";
import type { TaskGroup } from "heddle";
import { cancellable, isCancelled, taskGroup } from "heddle";
import type { Target } from "./dial.js";
import type { Egress } from "./egress.js";
import type { Door, LocalProxy, ProxyFailure } from "./localProxy.js";
import { startLocalProxy } from "./localProxy.js";
import { relay } from "./relay.js";

/** Replies of RFC 1928, section 6. */
const GRANTED = 0;
const HOST_UNREACHABLE = 4;

/**
 * A SOCKS5 proxy on this machine's own address, for a library in this process: unlike an HTTP proxy it changes nothing
 * of what goes through it, with TLS or without.
 *
 * It runs as a task of the current run, and ends with it. If cancelled: throws `CancelledError`; there is none.
 */
export async function startLocalSocks(egress: Egress, onFailure: (failure: ProxyFailure) => void): Promise<LocalProxy> {
  const door = new SocksDoor(egress, onFailure);
  // With "h", names are sent as they are: the guard is who looks for addresses.
  return await startLocalProxy(createServer({ allowHalfOpen: true }), { door, scheme: "socks5h", name: "local socks" });
}

class SocksDoor implements Door {
  /** With what each wants. */
  readonly #clients: Map<Socket, string> = new Map();
  readonly #egress: Egress;
  readonly #onFailure: (failure: ProxyFailure) => void;

  constructor(egress: Egress, onFailure: (failure: ProxyFailure) => void) {
    this.#egress = egress;
    this.#onFailure = onFailure;
  }

  attend(server: Server, group: TaskGroup): void {
    server.on("connection", (client: Socket) => this.#meet(client, group));
  }

  cut(target: string): void {
    for (const [client, wanted] of this.#clients) if (wanted === target) client.destroy();
  }

  #meet(client: Socket, group: TaskGroup): void {
    this.#clients.set(client, "");
    client.setNoDelay(true);
    client.on("close", () => this.#clients.delete(client));
    group.createTask(() => this.#attend(client));
  }

  /** Serves a client until it has gone. */
  async #attend(client: Socket): Promise<void> {
    try {
      await taskGroup(async (group) => {
        const leave = (): void => void group.cancel("the client has gone");
        client.once("close", leave);
        await this.#talk(client);
        client.off("close", leave);
      });
    } catch (error) {
      if (isCancelled(error)) throw error;
    } finally {
      client.destroy();
    }
  }

  async #talk(client: Socket): Promise<void> {
    const [, methods = 0] = await read(client, 2);
    await read(client, methods);
    client.write(Buffer.from([5, 0]));
    const target = await readTarget(client);
    const name = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
    this.#clients.set(client, name);
    let remote: Socket;
    try {
      remote = await this.#egress.connect(target);
    } catch (error) {
      if (!isCancelled(error)) {
        this.#onFailure({ target: name, error });
        await closing(client, reply(HOST_UNREACHABLE));
      }
      throw error;
    }
    try {
      client.write(reply(GRANTED));
      await relay(client, remote);
    } finally {
      remote.destroy();
    }
  }
}

function reply(code: number): Buffer {
  return Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
}

async function readTarget(client: Socket): Promise<Target> {
  const [, , , kind] = await read(client, 4);
  let host: string;
  if (kind === 1) host = [...(await read(client, 4))].join(".");
  else if (kind === 4) host = (await read(client, 16)).toString("hex").replace(/(.{4})(?!$)/g, "$1:");
  else host = (await read(client, (await read(client, 1))[0] ?? 0)).toString("latin1");
  const port = (await read(client, 2)).readUInt16BE();
  if (kind !== 4) return { host, port };
  return { host: new URL(`http://[${host}]`).hostname.slice(1, -1), port };
}

/** Exactly so many bytes. */
async function read(client: Socket, bytes: number): Promise<Buffer> {
  if (bytes === 0) return Buffer.alloc(0);
  for (;;) {
    const chunk = client.read(bytes) as Buffer | null;
    if (chunk?.length === bytes) return chunk;
    if (client.readableEnded || client.destroyed) throw new Error("The client has hung up");
    await cancellable(
      new Promise<void>((resolve) => {
        const go = (): void => {
          client.off("readable", go).off("end", go).off("close", go);
          resolve();
        };
        client.on("readable", go).on("end", go).on("close", go);
      }),
    );
  }
}

function closing(client: Socket, bytes: Buffer): Promise<void> {
  return cancellable(new Promise((resolve) => client.end(bytes, () => resolve())));
}
