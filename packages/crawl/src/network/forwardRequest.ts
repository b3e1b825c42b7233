import type { IncomingMessage, ServerResponse } from "node:http";
import { request as ask } from "node:http";
import type { Socket } from "node:net";
import { cancellable } from "heddle";
import { FetchError, ProxyError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { urlOf } from "../ground/urlOf.js";
import type { Egress } from "./egress.js";
import { proxyAuthorization } from "./httpConnect.js";
import { isProxysOwn, proxyRefusal } from "./proxyRefusal.js";
import { closed } from "./relay.js";

/** What is between two neighbours, and is not passed on. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "proxy-authenticate",
  "te",
  "trailer",
  "upgrade",
]);

/**
 * Asks for a page in place of a client, and gives it what comes: fields in their order and writing, the body as it
 * comes.
 *
 * If cancelled: throws `CancelledError`; both connections are cut.
 *
 * @throws AddressForbiddenError, ProxyError, what sockets throw; all of them before anything was answered
 */
export async function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  egress: Egress,
): Promise<void> {
  const url = absolute(request.url);
  const target = { host: bare(url.hostname), port: Number(url.port || 80) };
  // An HTTP proxy is asked for the page; another one connects us.
  const { upstream } = egress;
  const forwarder = upstream !== undefined && upstream.url.protocol !== "socks5:" ? upstream : undefined;
  const socket = forwarder === undefined ? await egress.connect(target) : await egress.connectToUpstream(target);
  try {
    const answer = await answerOf(request, socket, { url, forwarder });
    const status = answer.statusCode ?? 502;
    if (forwarder !== undefined && isProxysOwn({ status, headers: answer.headers })) {
      throw proxyRefusal({ status, headers: answer.headers }, forwarder.label);
    }
    response.writeHead(status, answer.statusMessage ?? "", endToEnd(answer.rawHeaders));
    answer.on("error", () => response.destroy());
    answer.on("close", () => {
      if (!answer.complete) response.destroy();
    });
    answer.pipe(response);
    await cancellable(closed(response as never));
  } finally {
    socket.destroy();
  }
}

/** The headers that go on, as they were written: `[name, value, name, value …]`. */
export function endToEnd(raw: readonly string[]): string[] {
  const dropped = new Set(HOP_BY_HOP);
  for (let n = 0; n < raw.length; n += 2) {
    if (raw[n]?.toLowerCase() !== "connection") continue;
    for (const name of (raw[n + 1] ?? "").split(",")) dropped.add(name.trim().toLowerCase());
  }
  return raw.flatMap((name, n) => (n % 2 === 1 || dropped.has(name.toLowerCase()) ? [] : [name, raw[n + 1] as string]));
}

/** The URL that a proxy is asked for: whole, and without TLS, for which it would be asked to connect. */
export function absolute(given: string | undefined): URL {
  const text = given ?? "";
  const url = /^(http|ws):\/\//i.test(text) ? urlOf(text) : undefined;
  if (url === undefined) {
    throw new FetchError("bad-url", "BAD_TARGET", "This is a proxy: it wants the whole URL, or a CONNECT");
  }
  return url;
}

export function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

interface Way {
  readonly url: URL;
  readonly forwarder: ProxyRoute | undefined;
}

async function answerOf(request: IncomingMessage, socket: Socket, { url, forwarder }: Way): Promise<IncomingMessage> {
  const path = url.pathname + url.search;
  const headers = endToEnd(request.rawHeaders);
  for (let n = 0; n < headers.length; n += 2) {
    // What the URL says counts (RFC 9112, section 3.2.2).
    if (headers[n]?.toLowerCase() === "host") headers[n + 1] = url.host;
  }
  // One page to a connection, which is cut afterwards: this way nobody has to say so to the site.
  headers.push("Connection", "keep-alive");
  const auth = forwarder === undefined ? undefined : proxyAuthorization(forwarder);
  if (auth !== undefined) headers.push("Proxy-Authorization", auth);
  const asked = ask({
    method: request.method ?? "GET",
    path: forwarder === undefined ? path : url.origin.replace(/^ws:/, "http:") + path,
    headers,
    createConnection: () => socket,
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once("response", resolve);
    asked.on("error", (error) => reject(brokenBy(error, forwarder)));
  });
  request.pipe(asked);
  return cancellable(answer);
}

function brokenBy(error: Error, forwarder: ProxyRoute | undefined): Error {
  if (forwarder === undefined) return error;
  return new ProxyError("PROXY_FAILED", forwarder.label, `broke the connection (${error.message})`, {
    aboutSite: true,
    cause: error,
  });
}
