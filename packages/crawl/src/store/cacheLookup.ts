import type { CacheRow } from "./cacheTable.js";

export interface CacheRequest {
  readonly method: string;
  readonly url: URL;
  /** With names in lower case, as they are sent. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Whose answer it is, such as a session's name: others do not get it, so more may be stored. Default: everybody's.
   */
  readonly partition?: string | undefined;
}

export interface CachedResponse {
  readonly status: number;
  /** With names in lower case, and with an `age`. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it was stored. Empty for `HEAD`. */
  readonly body: Uint8Array;
  /** In milliseconds. */
  readonly age: number;
  readonly isStale: boolean;
}

/** An answer that is there, but about which the server is to be asked. */
export interface StaleLookup {
  readonly state: "stale";
  readonly response: CachedResponse;
  /** To be sent along: `if-none-match` and `if-modified-since`, as far as the answer has what they need. */
  readonly validators: Readonly<Record<string, string>>;
  /** It may be served at once, and be asked for again afterwards. */
  readonly mayServe: boolean;
  /** It may be served if the server fails. */
  readonly mayServeOnError: boolean;
  readonly request: CacheRequest;
  readonly row: CacheRow;
}

export type CacheLookup =
  | { readonly state: "fresh" | "offline"; readonly response: CachedResponse }
  | StaleLookup
  /** `mayAsk` is false where the request, or the mode, is to do without the server: that is a 504. */
  | { readonly state: "miss"; readonly reason: string; readonly mayAsk: boolean };
