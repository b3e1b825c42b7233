import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TaskGroup } from "heddle";
import { cancellable, sleep } from "heddle";
import { PageText } from "./pageHtml.js";
import type { PagePlan, Trouble } from "./planPages.js";
import { SITES } from "./planPages.js";

/** What the sites are made from. */
export interface LocalSitesOptions {
  readonly plans: readonly PagePlan[];
  readonly seed: number;
}

/** Web sites on loopback ports, one each: real sockets, planned pages, each with its latency and its trouble. */
export class LocalSites {
  readonly #group: TaskGroup;
  readonly #plans: readonly PagePlan[];
  readonly #text: PageText;
  readonly #servers: readonly Server[];
  /** The pages whose trouble has happened: it happens once. */
  readonly #troubled = new Set<number>();

  private constructor(group: TaskGroup, options: LocalSitesOptions) {
    this.#group = group;
    this.#plans = options.plans;
    this.#text = new PageText(options.seed);
    this.#servers = Array.from({ length: SITES }, () => {
      return createServer((request, response) => this.#accept(request, response));
    });
  }

  /** Starts the sites on free ports. Their requests are tasks of `group`. */
  static async start(group: TaskGroup, options: LocalSitesOptions): Promise<LocalSites> {
    const sites = new LocalSites(group, options);
    for (const server of sites.#servers) await cancellable(listening(server));
    return sites;
  }

  urlOf({ id, site, trouble }: PagePlan): string {
    const { port } = (this.#servers[site] as Server).address() as AddressInfo;
    return `http://127.0.0.1:${port}/${trouble === "redirect" ? "old" : "page"}/${id}`;
  }

  /** Lets every trouble happen again. */
  forget(): void {
    this.#troubled.clear();
  }

  stop(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  #accept(request: IncomingMessage, response: ServerResponse): void {
    const [, kind, id] = (request.url ?? "").split("/");
    const plan = this.#plans[Number(id)];
    if (plan === undefined) {
      response.writeHead(404).end();
      return;
    }
    const trouble = kind === "old" ? "redirect" : this.#troubleNow(plan);
    const task = this.#group.createTask(() => this.#answer(plan, trouble, response), { name: `page ${plan.id}` });
    response.once("close", () => task.cancel("the client is gone"));
  }

  #troubleNow({ id, trouble }: PagePlan): Trouble {
    if (trouble === "redirect" || this.#troubled.has(id)) return "none";
    this.#troubled.add(id);
    return trouble;
  }

  async #answer(plan: PagePlan, trouble: Trouble, response: ServerResponse): Promise<void> {
    // Sending somebody away is quicker than work.
    await sleep(trouble === "busy" || trouble === "redirect" ? plan.latency / 4 : plan.latency);
    if (trouble === "redirect") response.writeHead(301, { location: `/page/${plan.id}` }).end();
    else if (trouble === "busy") response.writeHead(429, { "retry-after": "1" }).end("Too many requests\n");
    else if (trouble === "broken") response.writeHead(500).end("Something broke\n");
    else this.#sendPage(plan, trouble, response);
  }

  #sendPage(plan: PagePlan, trouble: "none" | "reset" | "stall", response: ServerResponse): void {
    const html = Buffer.from(this.#text.html(plan));
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-length": html.length });
    if (trouble === "none") {
      response.end(html);
      return;
    }
    response.write(html.subarray(0, html.length / 2), () => {
      if (trouble === "reset") response.socket?.resetAndDestroy();
    });
  }
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}
