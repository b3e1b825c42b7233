import type { AddressInfo, Server, Socket } from "node:net";
import type { TaskGroup } from "heddle";
import { cancellable, createTask, Event as Flag, taskGroup } from "heddle";

/** A proxy of ours at an address of this machine. */
export interface LocalProxy extends AsyncDisposable {
  /** For the settings of whoever is to go by it. */
  readonly url: URL;
  /** Whether it still runs. */
  readonly isOpen: boolean;
  /** How many connections of clients are open. */
  readonly open: number;
  /** Cuts whoever talks to a target, "host:port", by way of it. */
  cut(target: string): void;
  /**
   * Ends it: all connections are cut. May be called more than once.
   *
   * If cancelled: it ends all the same.
   */
  close(): Promise<void>;
}

export interface ProxyFailure {
  /** "host:port". */
  readonly target: string;
  /** An `AddressForbiddenError`, a `ProxyError` of the upstream, or what the socket's error was. */
  readonly error: unknown;
}

/** What a proxy does with who comes in. */
export interface Door {
  /** Listens to the server's events from now on; a task of the group for each client. */
  attend(server: Server, group: TaskGroup): void;
  /** As in `LocalProxy`. */
  cut(target: string): void;
}

export interface LocalProxyOptions {
  readonly door: Door;
  /** Of its URL: "http". */
  readonly scheme: string;
  /** For reports. */
  readonly name: string;
}

/**
 * Has a server listen at a free port of this machine's own address, and its door attend to who comes.
 *
 * It runs as a task of the current run, and ends with it. If cancelled: throws `CancelledError`; there is no proxy.
 */
export async function startLocalProxy(server: Server, options: LocalProxyOptions): Promise<LocalProxy> {
  const { door, scheme, name } = options;
  const clients: Set<Socket> = new Set();
  server.on("connection", (socket: Socket) => {
    clients.add(socket);
    socket.on("error", () => {}).on("close", () => clients.delete(socket));
  });
  const serve = async (): Promise<void> => {
    try {
      await taskGroup(async (group) => {
        door.attend(server, group);
        await new Flag().wait();
      });
    } finally {
      server.close();
      for (const socket of clients) socket.destroy();
    }
  };
  const port = await listen(server);
  const task = createTask(serve, { name: `${name} at port ${port}` });
  const close = (): Promise<void> => task.cancelAndWait(`the ${name} is closed`);
  return {
    url: new URL(`${scheme}://127.0.0.1:${port}`),
    get isOpen(): boolean {
      return !task.done;
    },
    get open(): number {
      return clients.size;
    },
    cut: (target) => door.cut(target),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function listen(server: Server): Promise<number> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once("listening", resolve).once("error", reject);
  });
  server.listen(0, "127.0.0.1");
  try {
    await cancellable(listening);
  } catch (error) {
    server.close();
    throw error;
  }
  return (server.address() as AddressInfo).port;
}
