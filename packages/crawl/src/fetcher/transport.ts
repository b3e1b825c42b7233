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
 */
export interface Transport {
  request(url: URL, options: TransportRequest): Promise<TransportResponse>;
  /** Lets go of all connections. Nothing may be under way. */
  close(): Promise<void>;
}

export interface TransportRequest {
  readonly method: string;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** The body as it came, not decompressed. To be read once. */
  readonly body: AsyncIterable<Uint8Array>;
  close(): void;
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
