import { getDomain } from "tldts";
import { urlOf } from "../ground/urlOf.js";

/** What belongs to an identity, and is never taken from somebody else's request: it would contradict the rest. */
const OF_THE_IDENTITY: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "connection",
  "dnt",
  "host",
  "keep-alive",
  "pragma",
  "priority",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "upgrade",
  "upgrade-insecure-requests",
  "user-agent",
]);

const OF_THE_IDENTITY_TOO = /^sec-/;

/**
 * The order in which Chromium sends what a navigation has, measured with Chromium 156 over HTTP/2. What has no place
 * here comes before "accept-encoding", where scripts' own fields stand.
 */
const CHROMIUM_ORDER: readonly string[] = [
  "content-length",
  "cache-control",
  "sec-ch-ua",
  "sec-ch-ua-mobile",
  "sec-ch-ua-platform",
  "upgrade-insecure-requests",
  "content-type",
  "user-agent",
  "origin",
  "accept",
  "sec-fetch-site",
  "sec-fetch-mode",
  "sec-fetch-user",
  "sec-fetch-dest",
  "referer",
  "accept-encoding",
  "accept-language",
  "cookie",
  "if-none-match",
  "if-modified-since",
  "priority",
];

/** How Chromium writes them over HTTP/1.1, where case shows: those of its network stack in capitals, hints in small. */
const CHROMIUM_SMALL = /^(sec-ch-|priority$)/;

/** What Chromium sends only where nobody can listen: client hints, `Sec-Fetch-…`, and the newer encodings. */
const SECURE_ONLY = /^(sec-|priority$)/;

export interface IdentityHeadersOptions {
  /** Of the browser, in its order: `[name, value]`. */
  readonly profile: readonly (readonly [string, string])[];
  /** With names in lower case, as they were wanted. */
  readonly wanted: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly method: string;
  /** The size of the body, in bytes; undefined if there is none. */
  readonly bodyBytes: number | undefined;
  /** Whether the browser is one of Chromium's children, whose order and writing we know. */
  readonly isChromium: boolean;
}

/**
 * The headers of a request as the identity's browser would send them: its own ones, and of those that were wanted what
 * a browser leaves to the page or its user (cookies, language, referrer, authorization, validators, `X-…`).
 */
export function identityHeaders(options: IdentityHeadersOptions): [string, string][] {
  const { profile, wanted, url, method, bodyBytes, isChromium } = options;
  const fields = new Map<string, string>(profile.map(([name, value]) => [name.toLowerCase(), value]));
  if (isChromium && !fields.has("upgrade-insecure-requests")) fields.set("upgrade-insecure-requests", "1");
  // Somebody has typed the address, or followed a link.
  if (isChromium && fields.has("sec-fetch-mode")) fields.set("sec-fetch-user", "?1");
  for (const [name, value] of Object.entries(wanted)) {
    if (OF_THE_IDENTITY.has(name) || OF_THE_IDENTITY_TOO.test(name)) continue;
    fields.set(name, value);
  }
  if (fields.has("sec-fetch-site")) fields.set("sec-fetch-site", siteOf(fields.get("referer"), url));
  if (isChromium && bodyBytes !== undefined) {
    fields.set("content-length", String(bodyBytes));
    // What a form leads to is never taken from a cache.
    if (method === "POST" && !fields.has("cache-control")) fields.set("cache-control", "max-age=0");
  }
  const isSecure = url.protocol === "https:";
  if (!isSecure) {
    for (const name of fields.keys()) if (SECURE_ONLY.test(name)) fields.delete(name);
    if (/\bgzip\b/.test(fields.get("accept-encoding") ?? "")) fields.set("accept-encoding", "gzip, deflate");
  }
  if (!isChromium) return [...fields];
  const sorted = [...fields].sort(([a], [b]) => placeOf(a) - placeOf(b));
  // HTTP/2 knows neither; with TLS nobody knows before the handshake which of the two it will be.
  if (isSecure) return sorted;
  return [["Host", url.host], ["Connection", "keep-alive"], ...sorted.map(written)] as [string, string][];
}

/** What a browser says of where it comes from: nobody has sent it here, or a page of the same site, or of another. */
function siteOf(referer: string | undefined, url: URL): string {
  const from = referer === undefined ? undefined : urlOf(referer);
  if (from === undefined) return "none";
  if (from.origin === url.origin) return "same-origin";
  const [site, other] = [from, url].map(({ hostname }) => getDomain(hostname) ?? hostname);
  return from.protocol === url.protocol && site === other ? "same-site" : "cross-site";
}

function placeOf(name: string): number {
  const at = CHROMIUM_ORDER.indexOf(name);
  return at >= 0 ? at : CHROMIUM_ORDER.indexOf("accept-encoding") - 0.5;
}

function written([name, value]: [string, string]): [string, string] {
  if (CHROMIUM_SMALL.test(name)) return [name, value];
  return [name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()), value];
}
