import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FetcherOptions, Page } from "@heddle/crawl";
import { createFetcher } from "@heddle/crawl";
import { getRequestListener } from "@hono/node-server";
import { cancellable, cancelScope, Event, now, requestScope, shield, taskGroup } from "heddle";
import { makeService } from "./service.js";

export interface ServeOptions {
  /** The address to listen at. Default "127.0.0.1": this machine only. */
  host?: string;
  /** The port to listen at; 0 for any that is free. Default 8787. */
  port?: number;
  /** The key that clients have to know. Default: none is needed. */
  key?: string | undefined;
  /** How pages are fetched. The guard is on unless `guard` is false. */
  fetching?: FetcherOptions;
  /** Stops it in good order when it is set: nobody new comes in, and who is there is served. */
  stop?: Event;
  /** How long those may take who are there then, in milliseconds. Default 10 000. */
  grace?: number;
  /** Is told the address when it can be called. */
  onListening?: (url: string) => void;
  /** Hears of every page that was got. */
  onPage?: (page: Page) => void;
}

/**
 * Serves pages by HTTP until `stop` is set, or it is cancelled. A client that goes away cancels what is fetched for it.
 *
 * If cancelled: all connections are cut, what is fetched is cancelled, then `CancelledError` is thrown.
 *
 * @throws InvalidArgumentError for options that make no sense; what Node throws when the address cannot be had
 */
export async function serve(options: ServeOptions = {}): Promise<void> {
  const { host = "127.0.0.1", port = 8787, key, fetching = {}, stop = new Event(), grace = 10_000 } = options;
  const fetcher = createFetcher({ guard: true, ...fetching });
  const { onPage } = options;
  const hosts = { hosts: [...new Set(["localhost", "127.0.0.1", "[::1]", host])] };
  const app = makeService({ fetcher, key, ...hosts, ...(onPage === undefined ? {} : { onPage }) });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer();
  try {
    await cancelScope(async (scope) => {
      await taskGroup(async (group) => {
        server.on("request", (request, response) => {
          group.createTask(() => attend(request, response, listener), { name: request.url?.split("?", 1)[0] ?? "/" });
        });
        await cancellable(once(server.listen(port, host), "listening"));
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

type Listener = ReturnType<typeof getRequestListener>;

/** One request that fails must not stop the others. */
async function attend(request: IncomingMessage, response: ServerResponse, listener: Listener): Promise<void> {
  try {
    await requestScope(request, response, async () => {
      await listener(request, response);
    });
  } catch {
    response.destroy();
  }
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
