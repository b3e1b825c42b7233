import type { Socket } from "node:net";
import { FetchError, ProxyError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { proxyPort } from "../ground/proxyRoute.js";
import type { AddressGuard } from "./addressGuard.js";
import type { Target, Trust } from "./dial.js";
import { dial } from "./dial.js";
import { httpConnect } from "./httpConnect.js";
import { socksConnect } from "./socksConnect.js";

export interface TunnelOptions {
  /** Looks at the address of the proxy, unless the route is trusted; the target is the caller's business. */
  readonly guard?: AddressGuard | undefined;
  /** Of https proxies. */
  readonly trust?: Trust;
  /** For each of the steps, in milliseconds. Default `CONNECT_TIMEOUT`. */
  readonly timeout?: number;
  readonly own: (socket: Socket) => void;
}

/**
 * A connection to a target through a proxy: whatever is written to it arrives there. Cut short by destroying the
 * socket that `own` was given.
 *
 * @throws ProxyError, whatever goes wrong; AddressForbiddenError; FetchError "bad-url" for what can be no host
 */
export async function openTunnel(route: ProxyRoute, target: Target, options: TunnelOptions): Promise<Socket> {
  // What is sent to the proxy as a line must be one.
  if (!/^[\x21-\x7e]+$/.test(target.host)) {
    throw new FetchError(
      "bad-url",
      "BAD_TARGET",
      `Cannot ask a proxy as the host is none: received ${JSON.stringify(target.host)}`,
    );
  }
  const socket = await dialProxy(route, options);
  const handshake = route.url.protocol === "socks5:" ? socksConnect : httpConnect;
  await handshake(socket, route, target, options.timeout);
  return socket;
}

/** A connection to the proxy itself. @throws ProxyError, AddressForbiddenError */
export async function dialProxy(route: ProxyRoute, options: TunnelOptions): Promise<Socket> {
  const { url, label, trusted } = route;
  const { guard, trust = {}, ...rest } = options;
  try {
    return await dial(url.hostname.replace(/^\[(.*)\]$/, "$1"), proxyPort(url), {
      ...rest,
      guard: trusted === true ? undefined : guard,
      trust: url.protocol === "https:" ? trust : undefined,
    });
  } catch (error) {
    throw unreachable(error, label);
  }
}

/** An error on the way to the proxy, as what it is; one of the guard's stays. */
function unreachable(error: unknown, label: string): unknown {
  if (!(error instanceof Error) || !("code" in error) || error.code === "ADDRESS_FORBIDDEN") return error;
  if (error.code === "ETIMEDOUT") return new ProxyError("PROXY_TIMEOUT", label, "did not answer", { cause: error });
  return new ProxyError("PROXY_UNREACHABLE", label, `cannot be reached (${String(error.code)})`, { cause: error });
}
