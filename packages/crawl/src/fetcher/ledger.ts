import type { Outcome } from "../ground/outcome.js";
import type { Vehicle } from "./rung.js";

/** One attempt at a page: a request, and those that its redirects have led to. */
export interface Attempt {
  readonly transport: Vehicle;
  /** The proxy that it went through, without its credentials; null if it went directly. */
  readonly proxy: string | null;
  /** The profile of the identity transport; null elsewhere. */
  readonly identity: string | null;
  /** Where the redirects have led: the URL that was asked last, without credentials. */
  readonly url: string;
  /**
   * The address that the last answer came from: of the server, or of the proxy if there is one. Null where that is not known:
   * of an identity's requests, of Chromium's behind a proxy or a guard, and where there was no answer.
   */
  readonly remoteAddress: string | null;
  readonly status: number | null;
  readonly outcome: Outcome;
  /** From the first request of the attempt to its end, with what was waited for in between. In milliseconds, rounded. */
  readonly ms: number;
  /** Bytes of the last body as they came over the wire. */
  readonly bytes: number;
  readonly redirects: number;
  readonly cost: number;
  /** Why there was another one after it; null for the last. */
  next: string | null;
}
