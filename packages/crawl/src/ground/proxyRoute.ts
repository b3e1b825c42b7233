import { invalid } from "./check.js";
import { urlOf } from "./urlOf.js";

/** A way to the outside through somebody else. */
export interface ProxyRoute {
  /** With the scheme `http:`, `https:` or `socks5:`, and the credentials if it wants any. */
  readonly url: URL;
  /** For people: without credentials. */
  readonly label: string;
  /**
   * Chosen by whoever runs the program and not by whoever wants a page, so that the address guard need not look at
   * the proxy's own address. Default false.
   */
  readonly trusted?: boolean;
}

export interface ProxyRouteOptions {
  /** Default false. */
  readonly trusted?: boolean;
}

const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "socks5:"]);
const PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "socks5:": 1080 };

/**
 * A proxy by its URL. `socks5h:` and `socks:` are other names for `socks5:`: names of hosts are always resolved by
 * the proxy. What has no scheme is an http proxy, as in most programs: `user:password@host:3128`.
 *
 * @throws InvalidArgumentError for what is no proxy; its message does not show credentials
 */
export function proxyRoute(proxy: string | URL, options: ProxyRouteOptions = {}): ProxyRoute {
  const doing = "use a proxy";
  if (typeof proxy !== "string" && !(proxy instanceof URL)) {
    throw invalid(doing, "it must be a string or a URL", proxy);
  }
  const text = String(proxy).trim();
  const given = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const href = given.replace(/^socks(5h)?:/i, "socks5:");
  // What went wrong may stand anywhere in the text, and so may a password: the message shows what is left of it.
  const shown = given.replace(/\/\/.*@/s, "//***@");
  const url = urlOf(href);
  if (url === undefined) throw invalid(doing, "it is no URL such as http://user:password@host:3128", shown);
  if (!SCHEMES.has(url.protocol)) throw invalid(doing, "its scheme must be http, https or socks5", shown);
  if (url.hostname === "") throw invalid(doing, "it names no host", shown);
  if (url.port === "0") throw invalid(doing, "its port must be 1 to 65535", shown);
  return { url, label: `${url.protocol}//${url.hostname}:${proxyPort(url)}`, trusted: options.trusted === true };
}

/** The port of a proxy, be it the usual one of its kind. */
export function proxyPort(url: URL): number {
  return url.port === "" ? (PORTS[url.protocol] as number) : Number(url.port);
}

/** User and password of a proxy as they are, not escaped; undefined if it wants none. */
export function proxyCredentials(url: URL): { readonly user: string; readonly password: string } | undefined {
  if (url.username === "" && url.password === "") return undefined;
  return { user: unescaped(url.username), password: unescaped(url.password) };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
