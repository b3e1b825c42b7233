import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { selfSigned } from "./selfSigned.js";

/** One request as it came, and the socket to do something terrible with. */
export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How often this path has been asked for, this time included. */
  readonly hit: number;
  readonly socket: Socket;
  /** Sends a whole answer, with a `content-length` unless the headers say otherwise. */
  send(answer: Reply): void;
  /** Sends bytes as they are. */
  raw(bytes: string | Uint8Array): void;
  /** Ends the connection in good order (FIN). */
  end(): void;
  /** Breaks the connection (RST). */
  reset(): void;
}

export interface Reply {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
}

export type Behaviour = (exchange: Exchange) => void;

export interface FaultServer {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly host: string;
  /** Every request, as "GET /path". */
  readonly log: readonly string[];
  readonly requests: readonly Exchange[];
  /** How many connections were made. */
  readonly connections: number;
  /** Resolves when `count` requests have come. */
  asked(count: number): Promise<void>;
  /** Resolves when no connection is open any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A server that does what servers do. It speaks HTTP by hand over plain sockets, as no HTTP server would
 * agree to send most of this. Paths are looked up with their query, then without it.
 */
export async function faultServer(
  behaviours: Readonly<Record<string, Behaviour>>,
  options: { tls?: boolean } = {},
): Promise<FaultServer> {
  const requests: Exchange[] = [];
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

  const serve = (socket: Socket): void => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      changed();
    });
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      for (let end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
        const exchange = read(received.slice(0, end), socket, hits);
        received = received.slice(end + 4);
        requests.push(exchange);
        changed();
        const behave = behaviours[exchange.path] ?? behaviours[exchange.path.split("?", 1)[0] ?? ""];
        if (behave === undefined) exchange.send({ status: 404, body: "no such page" });
        else behave(exchange);
      }
    });
  };

  const server: Server = options.tls === true ? createTlsServer(selfSigned, serve) : createServer(serve);
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const name = options.tls === true ? "localhost" : "127.0.0.1";
  return {
    url: `${options.tls === true ? "https" : "http"}://${name}:${port}`,
    host: `${name}:${port}`,
    requests,
    get log(): readonly string[] {
      return requests.map(({ method, path }) => `${method} ${path}`);
    },
    get connections(): number {
      return connections;
    },
    asked: (count) => until(() => requests.length >= count),
    idle: () => until(() => sockets.size === 0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function read(head: string, socket: Socket, hits: Map<string, number>): Exchange {
  const [requestLine = "", ...lines] = head.split("\r\n");
  const [method = "", path = ""] = requestLine.split(" ");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const hit = (hits.get(path) ?? 0) + 1;
  hits.set(path, hit);
  return {
    method,
    path,
    headers,
    hit,
    socket,
    raw: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    send: (reply) => {
      socket.write(Buffer.concat([Buffer.from(headOf(reply), "latin1"), bytesOf(reply.body)]));
    },
  };
}

/** The status line and the headers of a reply, with the empty line after them. */
export function headOf(reply: Reply): string {
  const headers: Record<string, string> = { "content-type": "text/html; charset=utf-8", ...reply.headers };
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) {
    headers["content-length"] = String(bytesOf(reply.body).length);
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${reply.status ?? 200} Whatever\r\n${lines.join("")}\r\n`;
}

function bytesOf(body: string | Uint8Array = ""): Uint8Array {
  return typeof body === "string" ? Buffer.from(body, "utf8") : body;
}
