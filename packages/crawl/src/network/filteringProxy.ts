import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Server, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TaskGroup } from "heddle";
import { isCancelled, taskGroup } from "heddle";
import { onCancel } from "heddle/lowlevel";
import { checkMethods, checkOptions, invalid } from "../ground/check.js";
import { FetchError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { urlOf } from "../ground/urlOf.js";
import type { AddressGuard } from "./addressGuard.js";
import type { Target } from "./dial.js";
import { Egress } from "./egress.js";
import { absolute, bare, endToEnd, forwardRequest } from "./forwardRequest.js";
import type { Door, LocalProxy, ProxyFailure } from "./localProxy.js";
import { startLocalProxy } from "./localProxy.js";
import { proxyReply, replyBytes } from "./proxyReply.js";
import { relay } from "./relay.js";

export interface FilteringProxyOptions {
  /** What it does not let through. Default: nothing is refused. */
  guard?: AddressGuard;
  /** Where all goes on to. Default: directly to where it is wanted. */
  upstream?: ProxyRoute;
  /** Hears of every request that could not be passed on. */
  onFailure?: (failure: ProxyFailure) => void;
}

/**
 * A proxy on this machine's own address that passes on what the guard lets through and refuses the rest with 403 and a
 * text that says why. For programs that resolve names by themselves and follow redirects by themselves, such as a
 * browser: each of their connections comes by here. It passes on pages without TLS, tunnels (`CONNECT`) and WebSockets.
 *
 * Chromium goes round a proxy for this machine's own addresses unless it is told not to
 * (`--proxy-bypass-list=<-loopback>`), and for WebRTC (`--force-webrtc-ip-handling-policy=disable_non_proxied_udp`).
 *
 * It runs as a task of the current run, and ends with it.
 *
 * If cancelled: throws `CancelledError`; there is no proxy.
 *
 * @throws InvalidArgumentError for an option that makes no sense
 */
export async function startFilteringProxy(options: FilteringProxyOptions = {}): Promise<LocalProxy> {
  const doing = "start a filtering proxy";
  checkOptions(doing, options, ["guard", "upstream", "onFailure"]);
  const { guard, upstream, onFailure } = options;
  if (guard !== undefined) checkMethods(doing, guard, { what: "guard", methods: ["checkHost", "resolve"] });
  if (upstream !== undefined && !(upstream.url instanceof URL)) {
    throw invalid(doing, "upstream must be a route, as proxyRoute() makes it", upstream);
  }
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, requireHostHeader: false });
  const door = new HttpDoor(new Egress(guard, upstream), onFailure);
  return await startLocalProxy(server, { door, scheme: "http", name: "filtering proxy" });
}

/** Takes what comes in, and has a task for each. */
class HttpDoor implements Door {
  readonly #egress: Egress;
  readonly #onFailure: ((failure: ProxyFailure) => void) | undefined;
  /** Who is being attended, and what they want. */
  readonly #wanted: Map<Duplex | ServerResponse, string> = new Map();

  constructor(egress: Egress, onFailure: ((failure: ProxyFailure) => void) | undefined) {
    this.#egress = egress;
    this.#onFailure = onFailure;
  }

  attend(server: Server, group: TaskGroup): void {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const work = (): Promise<void> => forwardRequest(request, response, this.#egress);
      group.createTask(() => this.#attend(response, request, work));
    });
    server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
      group.createTask(() => this.#attend(client, request, () => this.#tunnel(request, client, head)));
    });
    server.on("upgrade", (request: IncomingMessage, client: Duplex, head: Buffer) => {
      group.createTask(() => this.#attend(client, request, () => this.#upgrade(request, client, head)));
    });
  }

  /** Does something for a client until that is done, or the client has gone. */
  async #attend(client: Duplex | ServerResponse, request: IncomingMessage, work: () => Promise<void>): Promise<void> {
    let isGone = false;
    this.#wanted.set(client, targetOf(request));
    try {
      await taskGroup(async (group) => {
        const leave = (): void => {
          isGone = true;
          group.cancel("the client has gone");
        };
        client.once("close", leave);
        try {
          await work();
        } finally {
          client.off("close", leave);
        }
      });
    } catch (failure) {
      if (isCancelled(failure)) throw failure;
      const error = failure instanceof AggregateError && failure.errors.length > 0 ? failure.errors[0] : failure;
      if (!isGone) this.#refuse(client, request, error);
    } finally {
      this.#wanted.delete(client);
    }
  }

  cut(target: string): void {
    for (const [client, wanted] of this.#wanted) if (wanted === target) client.destroy();
  }

  #refuse(client: Duplex | ServerResponse, request: IncomingMessage, error: unknown): void {
    this.#onFailure?.({ target: targetOf(request), error });
    const reply = proxyReply(error);
    if (!("writeHead" in client)) {
      if (client.writable) client.end(replyBytes(reply));
    } else if (client.headersSent) {
      client.destroy();
    } else {
      const headers = {
        "content-type": "text/plain; charset=utf-8",
        "proxy-status": `heddle; error=${reply.error}`,
        connection: "close",
      };
      client.writeHead(reply.status, reply.reason, headers).end(`${reply.text}\n`);
    }
  }

  async #tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const remote = await this.#egress.connect(authority(request.url));
    await dropping(remote, async () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) remote.write(head);
      await relay(client, remote);
    });
  }

  /** A WebSocket without TLS: its request goes on as it is, and so does all that follows. */
  async #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const url = absolute(request.url);
    const remote = await this.#egress.connect({ host: bare(url.hostname), port: Number(url.port || 80) });
    await dropping(remote, async () => {
      const lines = [`${request.method} ${url.pathname}${url.search} HTTP/1.1`];
      const headers = endToEnd(request.rawHeaders);
      for (let n = 0; n < headers.length; n += 2) lines.push(`${headers[n]}: ${headers[n + 1]}`);
      lines.push("Connection: Upgrade", `Upgrade: ${request.headers.upgrade ?? "websocket"}`);
      remote.write(`${lines.join("\r\n")}\r\n\r\n`);
      if (head.length > 0) remote.write(head);
      await relay(client, remote);
    });
  }
}

async function dropping(socket: Socket, fn: () => Promise<void>): Promise<void> {
  const watch = onCancel(() => socket.destroy());
  try {
    await fn();
  } finally {
    watch[Symbol.dispose]();
    socket.destroy();
  }
}

/** The target of a CONNECT: "host:port", and the port must be there. */
function authority(given: string | undefined): Target {
  const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(given ?? "");
  if (match === null) throw new FetchError("bad-url", "BAD_TARGET", 'A CONNECT names its target as "host:port"');
  return { host: bare(match[1] as string), port: Number(match[2]) };
}

function targetOf(request: IncomingMessage): string {
  if (request.method === "CONNECT") return request.url ?? "";
  const given = request.url ?? "";
  const url = urlOf(given);
  if (url === undefined) return given;
  const { hostname, port } = url;
  return `${hostname}:${port || 80}`;
}
