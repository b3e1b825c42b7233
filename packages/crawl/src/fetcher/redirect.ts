import { FetchError } from "../ground/errors.js";
import { urlOf } from "../ground/urlOf.js";

/** One request on the way to a page. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What belongs to one origin and must not be told to another. */
const SECRETS = new Set(["authorization", "cookie", "host", "proxy-authorization"]);

/** Headers that many services take for keys: `X-Api-Key`, `X-Auth-Token`, `Private-Token`, `X-CSRF-Token`. */
const KEY_LIKE =
  /(^|-)(key|apikey|token|secret|auth|authentication|authorization|password|session|credentials?|signature)$/;

/** Whether an answer leads elsewhere. A redirect that does not say where is an answer like any other. */
export function isRedirect(status: number, location: string | undefined): location is string {
  return REDIRECTS.has(status) && location !== undefined;
}

/**
 * The request that a redirect asks for (RFC 9110 section 15.4).
 *
 * - `Location` may be relative. It inherits the fragment, if it has none of its own.
 * - 303 turns everything but HEAD into GET, and so do 301 and 302 with POST, as all browsers do. 307 and 308
 *   keep the method.
 * - Another origin is not told what was meant for this one: credentials and cookies stay behind.
 *
 * @throws FetchError "bad-redirect" if it leads to what is no http or https URL
 */
export function followRedirect(hop: Hop, status: number, location: string): Hop {
  const url = target(hop.url, location);
  const toGet = status === 303 ? hop.method !== "HEAD" : status <= 302 && hop.method === "POST";
  const changesMethod = toGet && hop.method !== "GET";
  const leavesOrigin = url.origin !== hop.url.origin;
  const headers = Object.entries(hop.headers).filter(([name]) => {
    if (leavesOrigin && (SECRETS.has(name) || KEY_LIKE.test(name))) return false;
    return !(changesMethod && name.startsWith("content-"));
  });
  return { url, method: toGet ? "GET" : hop.method, headers: Object.fromEntries(headers) };
}

function target(from: URL, header: string): URL {
  const location = escaped(header);
  const url = urlOf(location, from);
  if (url === undefined) throw badRedirect("BAD_LOCATION", header);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw badRedirect("UNSUPPORTED_SCHEME", header);
  // A location without "#" inherits; with an empty fragment ("#" alone) it says that it wants none.
  if (!location.includes("#")) url.hash = from.hash;
  return url;
}

/**
 * Servers send what should be escaped as it is, mostly in UTF-8. A header has a character for each byte:
 * escaped byte by byte it is what was meant, parsed as it stands each byte would become a character of its
 * own.
 */
function escaped(header: string): string {
  return header.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

function badRedirect(code: string, location: string): FetchError {
  return new FetchError(
    "bad-redirect",
    code,
    `Cannot follow a redirect as it leads to no http or https URL: received ${JSON.stringify(location.slice(0, 200))}`,
  );
}

/** The way that redirects have led so far. */
export class Trail {
  /** How many redirects were followed. */
  length = 0;
  readonly #limit: number;
  readonly #seen: Set<string> = new Set();

  constructor(start: Hop, limit: number) {
    this.#limit = limit;
    this.#seen.add(keyOf(start));
  }

  /** Forgets where it has been, not how far: with other cookies the same place may lead elsewhere. */
  forget(): void {
    this.#seen.clear();
  }

  /** Goes one step further. @throws FetchError "redirect-loop" or "too-many-redirects" */
  add(hop: Hop): void {
    const key = keyOf(hop);
    if (this.#seen.has(key)) {
      throw new FetchError("redirect-loop", "REDIRECT_LOOP", `Redirects lead back to ${hop.url.href}`);
    }
    if (this.length >= this.#limit) {
      throw new FetchError("too-many-redirects", "TOO_MANY_REDIRECTS", `There are more than ${this.#limit} redirects`);
    }
    this.#seen.add(key);
    this.length++;
  }
}

/** The fragment plays no part: it is not sent. */
function keyOf(hop: Hop): string {
  const { href, hash } = hop.url;
  return `${hop.method} ${hash === "" ? href : href.slice(0, -hash.length)}`;
}
