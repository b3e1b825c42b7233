import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFetcher } from "@heddle/crawl";
import { getRequestListener } from "@hono/node-server";
import { cancellable, cancelScope, Event, now, shield, taskGroup } from "heddle";
import { checkServe } from "./checkServe.js";
import type { ServeOptions } from "./serveOptions.js";
import { makeService } from "./service.js";

/**
 * Serves pages by HTTP until `stop` is set, or it is cancelled. A client that goes away cancels what is fetched for it.
 *
 * If cancelled: all connections are cut, what is fetched is cancelled, then `CancelledError` is thrown.
 *
 * @throws InvalidArgumentError for options that make no sense; what Node throws when the address cannot be had
 */
export async function serve(options: ServeOptions = {}): Promise<void> {
  checkServe(options);
  const { host = "127.0.0.1", port = 8787, key, fetching = {}, stop = new Event(), grace = 10_000 } = options;
  const { maxPages, maxWaiting, maxRequestBytes, onPage } = options;
  const limits = defined({ maxPages, maxWaiting, maxRequestBytes, onPage });
  const hosts = [...new Set(["localhost", "127.0.0.1", "[::1]", host])];
  const fetcher = createFetcher({ guard: true, ...fetching });
  const app = makeService({ fetcher, key, hosts, ...limits });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer();
  try {
    await cancelScope(async (scope) => {
      await cancellable(once(server.listen(port, host), "listening"));
      await taskGroup(async (group) => {
        server.on("request", (request, response) => {
          group.createTask(() => attend(request, response, listener), { name: request.url?.split("?", 1)[0] ?? "/" });
        });
        options.onListening?.(addressOf(server.address() as AddressInfo));
        await stop.wait();
        server.close();
        scope.deadline = now() + grace;
      });
    });
  } finally {
    server.close();
    server.closeAllConnections();
    await shield(() => fetcher.close());
  }
}

function defined<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

type Listener = ReturnType<typeof getRequestListener>;

/**
 * Answers one request, until its client goes away. One that fails must not stop the others. (No `requestScope`: what a page
 * makes the fetcher begin, such as Chromium, is the fetcher's and stays when the request is over.)
 */
async function attend(request: IncomingMessage, response: ServerResponse, listener: Listener): Promise<void> {
  try {
    await cancelScope(async (scope) => {
      const leaves = (): void => {
        if (!response.writableFinished) scope.cancel("the client has disconnected");
      };
      response.on("close", leaves);
      if (response.destroyed) leaves();
      try {
        await listener(request, response);
      } finally {
        response.off("close", leaves);
      }
    });
  } catch {
    response.destroy();
  }
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
