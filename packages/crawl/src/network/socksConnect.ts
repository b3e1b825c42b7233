import type { Socket } from "node:net";
import { SocksClient } from "socks";
import { ProxyError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { proxyCredentials, proxyPort } from "../ground/proxyRoute.js";
import type { Target } from "./dial.js";
import { CONNECT_TIMEOUT } from "./dial.js";

/**
 * Asks a SOCKS5 proxy to connect a socket to a target (RFC 1928). The name is sent as it is: the proxy finds its
 * address. @throws ProxyError
 */
export async function socksConnect(
  socket: Socket,
  route: ProxyRoute,
  target: Target,
  timeout: number = CONNECT_TIMEOUT,
): Promise<void> {
  const credentials = proxyCredentials(route.url);
  try {
    await SocksClient.createConnection({
      command: "connect",
      destination: { host: target.host, port: target.port },
      existing_socket: socket,
      timeout,
      proxy: {
        host: route.url.hostname,
        port: proxyPort(route.url),
        type: 5,
        ...(credentials === undefined ? {} : { userId: credentials.user, password: credentials.password }),
      },
    });
  } catch (error) {
    socket.on("error", () => {});
    socket.destroy();
    throw asProxyError(error, route.label);
  }
}

/** The library says what went wrong in words only. The replies are those of RFC 1928, section 6. */
function asProxyError(error: unknown, label: string): ProxyError {
  const said = error instanceof Error ? error.message : String(error);
  const make = (code: ConstructorParameters<typeof ProxyError>[0], why: string, aboutSite = false): ProxyError =>
    new ProxyError(code, label, why, { aboutSite, cause: error });
  if (/no accepted authentication type|Authentication failed|unknown authentication/i.test(said)) {
    return make("PROXY_AUTH", "does not accept the credentials");
  }
  if (/timed out/i.test(said)) return make("PROXY_TIMEOUT", "did not answer", true);
  const reply = /rejected connection - (\w+)/.exec(said)?.[1];
  if (reply === "NotAllowed") return make("PROXY_REFUSED", "does not let anybody ask there", true);
  if (reply !== undefined) return make("PROXY_FAILED", `cannot get there (${reply})`, true);
  if (/socket closed/i.test(said)) return make("PROXY_FAILED", "hung up before it had answered", true);
  if (/invalid/i.test(said)) return make("PROXY_PROTOCOL", "does not speak SOCKS5");
  return make("PROXY_FAILED", `broke the connection (${said})`, true);
}
