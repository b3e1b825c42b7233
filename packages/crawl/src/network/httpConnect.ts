import type { Socket } from "node:net";
import { ProxyError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { proxyCredentials } from "../ground/proxyRoute.js";
import type { Target } from "./dial.js";
import { CONNECT_TIMEOUT } from "./dial.js";
import { proxyRefusal } from "./proxyRefusal.js";

/** The largest answer to a CONNECT that is read, in bytes: its headers are of no use but one or two. */
const LARGEST_HEAD = 16_384;

/** Asks an HTTP proxy to connect a socket to a target (RFC 9110 section 9.3.6). @throws ProxyError */
export async function httpConnect(
  socket: Socket,
  route: ProxyRoute,
  target: Target,
  timeout: number = CONNECT_TIMEOUT,
): Promise<void> {
  const { host, port } = target;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const auth = proxyAuthorization(route);
  const lines = [
    `CONNECT ${authority} HTTP/1.1`,
    `Host: ${authority}`,
    ...(auth === undefined ? [] : [`Proxy-Authorization: ${auth}`]),
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const { status, reason, headers } = await answerOf(socket, route, timeout);
  if (status >= 200 && status < 300) return;
  socket.destroy();
  throw proxyRefusal({ status, reason, headers }, route.label);
}

/** What says who we are; undefined for a proxy that does not want to know. */
export function proxyAuthorization(route: ProxyRoute): string | undefined {
  const credentials = proxyCredentials(route.url);
  if (credentials === undefined) return undefined;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
}

interface Head {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The head of the answer; what came after it stays to be read. */
function answerOf(socket: Socket, route: ProxyRoute, timeout: number): Promise<Head> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const leave = (): void => {
      socket.off("data", onData).off("error", onError).off("close", onClose).off("timeout", onTimeout);
      socket.setTimeout(0);
      socket.pause();
    };
    const fail = (error: ProxyError): void => {
      leave();
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf("\r\n\r\n");
      if (end < 0 && received.length <= LARGEST_HEAD) return;
      const head = end < 0 ? undefined : headOf(received.toString("latin1", 0, end));
      if (head === undefined) {
        fail(new ProxyError("PROXY_PROTOCOL", route.label, "does not speak HTTP"));
        return;
      }
      leave();
      const rest = received.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      resolve(head);
    };
    const onError = (cause: Error): void =>
      fail(new ProxyError("PROXY_FAILED", route.label, "broke the connection", { aboutSite: true, cause }));
    const onClose = (): void =>
      fail(new ProxyError("PROXY_FAILED", route.label, "hung up before it had answered", { aboutSite: true }));
    const onTimeout = (): void =>
      fail(new ProxyError("PROXY_TIMEOUT", route.label, `said nothing for ${timeout} ms`, { aboutSite: true }));
    socket.on("data", onData).on("error", onError).on("close", onClose).on("timeout", onTimeout);
    socket.setTimeout(timeout);
  });
}

function headOf(text: string): Head | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const match = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(first);
  if (match === null) return undefined;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(match[1]), reason: match[2] as string, headers };
}
