import { FetchError, ProxyError, type ProxyErrorCode, seconds } from "../ground/errors.js";
import type { Outcome } from "../ground/outcome.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { redact } from "../ground/redact.js";

/** What Chromium's names for failures stand for. */
const BY_NAME: Readonly<Record<string, Outcome>> = {
  NAME_NOT_RESOLVED: "dns",
  NAME_RESOLUTION_FAILED: "dns",
  DNS_TIMED_OUT: "dns",
  ADDRESS_INVALID: "refused",
  ADDRESS_UNREACHABLE: "refused",
  CONNECTION_REFUSED: "refused",
  CONNECTION_FAILED: "refused",
  INTERNET_DISCONNECTED: "refused",
  NETWORK_ACCESS_DENIED: "refused",
  UNSAFE_PORT: "refused",
  CONNECTION_RESET: "reset",
  CONNECTION_CLOSED: "reset",
  CONNECTION_ABORTED: "reset",
  EMPTY_RESPONSE: "reset",
  NETWORK_CHANGED: "reset",
  NETWORK_IO_SUSPENDED: "reset",
  SOCKET_NOT_CONNECTED: "reset",
  HTTP2_PING_FAILED: "reset",
  HTTP2_SERVER_REFUSED_STREAM: "reset",
  TIMED_OUT: "timeout",
  CONNECTION_TIMED_OUT: "timeout",
  CONTENT_LENGTH_MISMATCH: "truncated",
  INCOMPLETE_CHUNKED_ENCODING: "truncated",
  INCOMPLETE_HTTP2_REQUEST: "truncated",
  CONTENT_DECODING_FAILED: "undecodable",
  CONTENT_DECODING_INIT_FAILED: "undecodable",
  INVALID_CHUNKED_ENCODING: "protocol",
  INVALID_HTTP_RESPONSE: "protocol",
  INVALID_RESPONSE: "protocol",
  RESPONSE_HEADERS_MULTIPLE_CONTENT_DISPOSITION: "protocol",
  RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH: "protocol",
  RESPONSE_HEADERS_MULTIPLE_LOCATION: "protocol",
  RESPONSE_HEADERS_TOO_BIG: "protocol",
  RESPONSE_HEADERS_TRUNCATED: "protocol",
  HTTP2_PROTOCOL_ERROR: "protocol",
  HTTP2_COMPRESSION_ERROR: "protocol",
  HTTP2_FRAME_SIZE_ERROR: "protocol",
  HTTP2_FLOW_CONTROL_ERROR: "protocol",
  QUIC_PROTOCOL_ERROR: "protocol",
  TOO_MANY_REDIRECTS: "too-many-redirects",
  INVALID_REDIRECT: "bad-redirect",
  UNSAFE_REDIRECT: "bad-redirect",
  UNKNOWN_URL_SCHEME: "bad-redirect",
  DISALLOWED_URL_SCHEME: "bad-redirect",
  INVALID_URL: "bad-url",
};

/** Families that are too large to list. */
const BY_FAMILY: readonly (readonly [RegExp, Outcome])[] = [[/^(SSL|CERT|BAD_SSL|ECH|TLS)_|_CERT_|^INSECURE_/, "tls"]];

const PROXY: Readonly<Record<string, readonly [ProxyErrorCode, string, boolean]>> = {
  PROXY_CONNECTION_FAILED: ["PROXY_UNREACHABLE", "could not be reached", false],
  PROXY_AUTH_UNSUPPORTED: ["PROXY_AUTH", "wants a way to log in that Chromium does not know", false],
  PROXY_AUTH_REQUESTED: ["PROXY_AUTH", "wants a log-in", false],
  PROXY_AUTH_REQUESTED_WITH_NO_CONNECTION: ["PROXY_AUTH", "wants a log-in", false],
  INVALID_AUTH_CREDENTIALS: ["PROXY_AUTH", "does not accept the log-in", false],
  PROXY_CERTIFICATE_INVALID: ["PROXY_PROTOCOL", "has a certificate that is not trusted", false],
  PROXY_HTTP_1_1_REQUIRED: ["PROXY_PROTOCOL", "does not speak HTTP/2", false],
  UNABLE_TO_REUSE_CONNECTION_FOR_PROXY_AUTH: ["PROXY_AUTH", "has ended the connection at the log-in", false],
  HTTPS_PROXY_TUNNEL_RESPONSE_REDIRECT: ["PROXY_REFUSED", "has answered with a redirect", true],
  SOCKS_CONNECTION_FAILED: ["PROXY_FAILED", "could not make the connection", true],
  SOCKS_CONNECTION_HOST_UNREACHABLE: ["PROXY_REFUSED", "cannot reach the site", true],
  TUNNEL_CONNECTION_FAILED: ["PROXY_REFUSED", "has not made the connection", true],
};

/** A failure of the network in Chromium's words ("… net::ERR_CONNECTION_REFUSED at …"); undefined if it is none. */
export function networkFailure(text: string, url: string, proxy: ProxyRoute | undefined): FetchError | undefined {
  const name = /net::ERR_([A-Z0-9_]+)/.exec(text)?.[1];
  if (name === undefined) return undefined;
  const ofProxy = PROXY[name];
  if (proxy !== undefined && ofProxy !== undefined) {
    const [code, why, aboutSite] = ofProxy;
    return new ProxyError(code, proxy.label, `${why}: ERR_${name}`, { aboutSite });
  }
  const outcome = BY_NAME[name] ?? BY_FAMILY.find(([family]) => family.test(name))?.[1] ?? "error";
  return new FetchError(outcome, `ERR_${name}`, `Chromium could not load ${redact(url)}: ERR_${name}`);
}

export function timedOut(url: URL, timeout: number, doing: string): FetchError {
  return new FetchError(
    "timeout",
    "RENDER_TIMEOUT",
    `Cannot render ${redact(url)} within ${seconds(timeout)} as it still waits for ${doing}`,
  );
}

export function stalled(url: URL, limit: number, doing: string): FetchError {
  return new FetchError(
    "stalled",
    "RENDER_STALLED",
    `Cannot render ${redact(url)} as nothing has come of it for ${seconds(limit)}: it still waits for ${doing}`,
  );
}

/** The page's process has ended. Whatever was wrong with the page may be wrong with it again. */
export function pageCrashed(url: URL): FetchError {
  return new FetchError("reset", "PAGE_CRASHED", `Cannot render ${redact(url)} as its page has crashed`);
}

export function pageTooLarge(url: URL, most: number): FetchError {
  return new FetchError(
    "too-large",
    "PAGE_MEMORY",
    `Cannot render ${redact(url)} as its page takes more memory than maxPageMemory, ${most >> 20} MiB`,
  );
}

/** Chromium itself has ended, by a crash or because somebody killed it. It says nothing about the page. */
export function browserGone(url: URL): FetchError {
  return new FetchError("reset", "BROWSER_GONE", `Cannot render ${redact(url)} as Chromium has ended meanwhile`);
}

export function isDownload(url: URL): FetchError {
  return new FetchError(
    "error",
    "RENDER_DOWNLOAD",
    `Cannot render ${redact(url)} as it is a download: fetch it without rendering`,
  );
}

export function endlessNavigation(url: URL, count: number): FetchError {
  return new FetchError(
    "too-many-redirects",
    "RENDER_NAVIGATIONS",
    `Cannot render ${redact(url)} as its scripts lead on and on: ${count} pages so far`,
  );
}

/** `step` as in `step 2 of 3, click "#buy"`. */
export function stepFailed(url: URL, step: string, why: string): FetchError {
  return new FetchError("error", "RENDER_STEP", `Cannot do ${step}, on ${redact(url)} as ${why}`);
}

/** A selector that nobody can read, or a picture that cannot be taken. */
export function cannotDo(url: URL, doing: string, why: string): FetchError {
  return new FetchError("error", "RENDER_FAILED", `Cannot get to ${doing} on ${redact(url)} as ${why}`);
}

/** What Playwright has to say, in one line and without its log. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [line = ""] = text.replace(/^[\w.]+: /, "").split("\n");
  return redact(line.slice(0, 300));
}
