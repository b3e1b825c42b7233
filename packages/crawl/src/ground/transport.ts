import type { ProxyRoute } from "./proxyRoute.js";
import type { RenderOptions, RenderResult } from "./render.js";

/**
 * How a request gets to a server and the answer back: the one thing in the fetcher that knows the network. An
 * implementation speaks one exchange and nothing more; redirects, decompression, time limits and retries are
 * not its business. The rules:
 *
 * - R1 `request()` returns when the headers are there. The body is read afterwards, or not at all.
 * - R2 Every answer is an answer: 404 and 500 are returned, not thrown.
 * - R3 What is thrown has a `code`, be it Node's, the library's, or a `FetchError`, by which it can be
 *   classified.
 * - R4 If cancelled, `request()` and the reading of the body throw `CancelledError` at once, and the
 *   connection is not used again. The scope that counts is the one in which `request()` was called.
 * - R5 A body that ends before it is complete throws; it never looks like a whole one.
 * - R6 `close()` of a response gives up what was not read, and may be called at any time, and more than once.
 * - R7 What a proxy does wrong is thrown as a `ProxyError` and never looks like something of the site's.
 * - R8 What the transport was told to guard against is thrown as an `AddressForbiddenError` before a connection is
 *   made.
 * - R9 What it cannot do (a proxy, an identity, rendering) is refused with an `InvalidArgumentError`, never left
 *   out in silence.
 */
export interface Transport {
  /** For people and records: "undici", "identity", "chromium". */
  readonly name?: string;
  request(url: URL, options: TransportRequest): Promise<TransportResponse>;
  /** Lets go of all connections. Nothing may be under way. */
  close(): Promise<void>;
}

export interface TransportRequest {
  readonly method: string;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is, with its length. */
  readonly body?: Uint8Array | string | undefined;
  /** To go through. Absent: directly. */
  readonly proxy?: ProxyRoute | undefined;
  /** Of the identity transport: the name of a profile, such as "chrome_149". */
  readonly identity?: string | undefined;
  /** Of a transport that renders. */
  readonly render?: RenderOptions | undefined;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** The body as it came, not decompressed. To be read once. */
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * The same body, for a reader that takes each piece as soon as it comes: without a promise for each. What `take` throws
   * gives the answer up, and is thrown. Not every transport has it.
   */
  collect?(take: (chunk: Uint8Array) => void): Promise<void>;
  close(): void;
  /** Where the transport followed redirects by itself, as a browser does: where they led. */
  readonly finalUrl?: string | undefined;
  /** The address at the other end of the connection: of the server, or of the proxy. */
  readonly remoteAddress?: string | undefined;
  /** Of a transport that renders. */
  readonly rendered?: RenderResult | undefined;
}

/**
 * With names in lower case, and values with a character for each byte; an array where a field came several
 * times.
 */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A field of which only one makes sense; of several, the last. */
export function headerOf(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.at(-1) : value;
}

/** A field that is a list: several of them are one, with commas between. */
export function listHeaderOf(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}
