import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { selfSigned } from "../support/selfSigned.js";
import type { Fault, FaultAnswer, FaultRequest, SeenRequest } from "./faultRequest.js";
import { CONNECTION_FAULTS, FAULTS } from "./faults.js";
import { headOf } from "./headOf.js";
import { readRequests } from "./readRequests.js";

export interface FaultServerOptions {
  /** Speaks TLS, with a certificate that nobody vouches for. Default false. */
  tls?: boolean;
  /** Where it listens. Default "127.0.0.1"; "0.0.0.0" makes every address of 127.0.0.0/8 a host of its own. */
  address?: string;
  /** Faults besides those of the table, or in their place. */
  faults?: Readonly<Record<string, Fault>>;
}

export interface UrlOptions {
  /** A name or an address that leads here. Default: the address at which it listens. */
  host?: string;
}

/**
 * A server that does everything that servers do wrong, each by its name: `server.urlOf("gzip-cut")`. It speaks HTTP
 * by hand over plain sockets, as no HTTP server would agree to send most of this, and remembers what it saw.
 */
export interface FaultServer {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** The URL that shows a fault. What a fault can be told (`{ bytes: 10 }`) is in the table beside it. */
  urlOf(fault: string, params?: Readonly<Record<string, string | number>>, options?: UrlOptions): URL;
  /** Every request that came, in its order. */
  readonly requests: readonly SeenRequest[];
  /** How many connections were made, and how many are open now: at any of its ports. */
  readonly connections: number;
  readonly open: number;
  /** Resolves when `count` requests have come. */
  asked(count: number): Promise<void>;
  /** Resolves when `count` connections were made. */
  connected(count: number): Promise<void>;
  /** Resolves when no connection is open any more: what was cancelled has really let go. */
  idle(): Promise<void>;
  /** Forgets what it saw. */
  reset(): void;
  close(): Promise<void>;
}

export async function startFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const { tls = false, address = "127.0.0.1" } = options;
  const faults: Readonly<Record<string, Fault>> = { ...FAULTS, ...options.faults };
  const requests: SeenRequest[] = [];
  const hits = new Map<string, number>();
  const sockets = new Set<Socket>();
  const watchers = new Set<() => void>();
  let connections = 0;

  const changed = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const watcher = (): void => {
        if (!condition()) return;
        watchers.delete(watcher);
        resolve();
      };
      watchers.add(watcher);
      watcher();
    });

  const track = (socket: Socket): void => {
    connections++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      changed();
    });
    changed();
  };

  const serve = (socket: Socket): void => {
    track(socket);
    readRequests(socket, (request) => {
      const key = request.path;
      const hit = (hits.get(key) ?? 0) + 1;
      hits.set(key, hit);
      requests.push(request);
      changed();
      const url = new URL(request.path, "http://fault.test");
      const fault = faults[url.pathname.slice(1)];
      const answer = answerOn(socket);
      if (fault === undefined) answer.send({ status: 404, body: "no such fault" });
      else void fault.serve({ ...request, hit, url, params: url.searchParams, origin } satisfies FaultRequest, answer);
    });
  };

  const servers: Server[] = [];
  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    server.on("tlsClientError", () => {});
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, address, resolve);
    });
    return (server.address() as AddressInfo).port;
  };

  const port = await listen(tls ? createTlsServer(selfSigned, serve) : createServer(serve));
  const name = tls ? "localhost" : address === "0.0.0.0" ? "127.0.0.1" : address;
  const scheme = tls ? "https" : "http";
  const origin = `${scheme}://${name}:${port}`;

  // What goes wrong before a path is known needs ports of its own.
  const ports = new Map<string, number>();
  for (const [fault, { meet }] of Object.entries(CONNECTION_FAULTS)) {
    if (meet === undefined) {
      // Nobody listens at a port that was just let go.
      const closed = createServer();
      const free = await listen(closed);
      servers.pop();
      await new Promise((resolve) => closed.close(resolve));
      ports.set(fault, free);
      continue;
    }
    ports.set(
      fault,
      await listen(
        createServer((socket) => {
          track(socket);
          // Who does not read does not hear that the other side has gone.
          socket.resume();
          meet(socket);
        }),
      ),
    );
  }

  return {
    origin,
    host: `${name}:${port}`,
    port,
    urlOf: (fault, params = {}, { host = name } = {}) => {
      const own = CONNECTION_FAULTS[fault];
      if (own === undefined && faults[fault] === undefined) throw new Error(`There is no fault ${fault}`);
      const url = new URL(`${own?.scheme ?? scheme}://${host}:${ports.get(fault) ?? port}/${fault}`);
      for (const [key, value] of Object.entries(params)) url.searchParams.set(key, String(value));
      return url;
    },
    requests,
    get connections(): number {
      return connections;
    },
    get open(): number {
      return sockets.size;
    },
    asked: (count) => until(() => requests.length >= count),
    connected: (count) => until(() => connections >= count),
    idle: () => until(() => sockets.size === 0),
    reset: () => {
      requests.length = 0;
      hits.clear();
      connections = 0;
    },
    close: async () => {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

function answerOn(socket: Socket): FaultAnswer {
  const raw = (bytes: string | Uint8Array): void => {
    if (socket.writable) socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  };
  return {
    socket,
    raw,
    end: (bytes) => {
      if (bytes !== undefined) raw(bytes);
      socket.end();
    },
    reset: () => {
      // What was written before is to arrive: a reset throws away what still waits to be sent.
      if (socket.writableLength === 0) return void socket.resetAndDestroy();
      socket.write("", () => socket.resetAndDestroy());
    },
    send: ({ status = 200, headers = {}, body = "" }) => {
      const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
      raw(headOf(status, { "content-length": String(bytes.length), ...headers }));
      raw(bytes);
    },
    pause: (ms) =>
      new Promise((resolve) => {
        const over = (): void => {
          clearTimeout(timer);
          socket.off("close", over);
          resolve();
        };
        const timer = setTimeout(over, ms);
        socket.once("close", over);
      }),
    get isOpen(): boolean {
      return !socket.destroyed && socket.writable;
    },
  };
}
