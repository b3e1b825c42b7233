import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export type Page = string | ((request: IncomingMessage, response: ServerResponse) => void);

/** A web site of a few pages: HTML as it stands, or a function that answers. What is not there is 404. */
export interface Site {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Every request as "GET /path?query", in order. */
  readonly log: string[];
  readonly requests: IncomingMessage[];
  /** Resolves when a request for this path has come, be it long ago. */
  asked(path: string): Promise<void>;
  /** Who asks for another protocol gets it here. */
  onUpgrade(serve: (request: IncomingMessage, socket: Socket) => void): void;
  close(): Promise<void>;
}

export async function startSite(pages: Readonly<Record<string, Page>>): Promise<Site> {
  const log: string[] = [];
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const watchers = new Set<() => void>();
  const server = createServer((request, response) => {
    const { url: target = "/", method } = request;
    log.push(`${method} ${target}`);
    requests.push(request);
    for (const watch of watchers) watch();
    const page = pages[target] ?? pages[target.split("?")[0] as string];
    if (typeof page === "function") return page(request, response);
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(page ?? "<title>Not here</title>");
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    log,
    requests,
    asked: (path) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!log.some((line) => line.split(" ")[1] === path)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    onUpgrade: (serve) => void server.on("upgrade", serve),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
