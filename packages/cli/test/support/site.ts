import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A server that does what its paths say:
 *
 *     /page/N       a small page of HTML     /big/N       one of 100 kB
 *     /status/N     an answer of this status /redirect    leads to /page/1
 *     /latin1       text that is not UTF-8   /binary      what is no text
 *     /hang/N       no answer                /reset       a connection that breaks
 *     /headers      the headers of the request, as JSON
 */
export class TestSite {
  /** How many requests have come in, and how many of them are neither answered nor given up. */
  requests = 0;
  open = 0;
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #changed = new Set<() => void>();

  static async start(): Promise<TestSite> {
    const site = new TestSite();
    await new Promise<void>((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    return site;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  urls(count: number, path: (n: number) => string = (n) => `/page/${n}`): string[] {
    return Array.from({ length: count }, (_, n) => this.url(path(n)));
  }

  /** Waits until the site is in a state, for as long as the test may take. */
  async until(state: () => boolean): Promise<void> {
    while (!state()) {
      await new Promise<void>((resolve) => {
        const hear = (): void => {
          this.#changed.delete(hear);
          resolve();
        };
        this.#changed.add(hear);
      });
    }
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // It has none, and what is asked for once is not what the tests count.
    if (request.url === "/robots.txt") {
      response.writeHead(404).end();
      return;
    }
    this.requests++;
    this.open++;
    response.once("close", () => {
      this.open--;
      this.#tell();
    });
    const [, kind, n] = (request.url ?? "").split("/");
    if (kind === "page") html(response, `<h1>Page ${n}</h1>`);
    else if (kind === "big") html(response, "x".repeat(100_000));
    else if (kind === "status") response.writeHead(Number(n)).end("no");
    else if (kind === "redirect") response.writeHead(302, { location: "/page/1" }).end();
    else if (kind === "latin1")
      response.writeHead(200, { "content-type": "text/html; charset=iso-8859-1" }).end("\xe9", "latin1");
    else if (kind === "binary")
      response.writeHead(200, { "content-type": "image/png" }).end(Buffer.from([0, 1, 254, 255]));
    else if (kind === "reset") response.socket?.resetAndDestroy();
    else if (kind === "headers")
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(request.headers));
    this.#tell();
  }

  #tell(): void {
    for (const hear of [...this.#changed]) hear();
  }
}

function html(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(text);
}
