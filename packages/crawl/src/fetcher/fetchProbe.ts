import type { Failure } from "../ground/outcome.js";

/** A request on the way to a page. */
export interface RequestEvent {
  /** Tells requests apart: all events of one request have the same number, and no other request has it. */
  readonly id: number;
  /** The page's URL as it was given. */
  readonly page: string;
  /** What is asked for: another one after a redirect. */
  readonly url: string;
  /** Counts from 1. */
  readonly attempt: number;
}

/**
 * Hears what a fetch does while it does it, for progress lines and timelines. The calls are made in the
 * middle of things: they must be quick, and what they throw ends the fetch.
 */
export interface FetchProbe {
  /** A request leaves. Whatever it waited for, it has got. */
  requestStarted?(event: RequestEvent): void;
  /** A request is over, its body included. */
  requestEnded?(event: RequestEvent & { readonly status: number | null; readonly failure: Failure | null }): void;
  /** A page failed and will be asked for again in so many milliseconds. */
  retrying?(event: {
    readonly page: string;
    readonly attempt: number;
    readonly delay: number;
    readonly failure: Failure;
  }): void;
  /** A host refused and is left alone for so many milliseconds. */
  parked?(event: { readonly host: string; readonly ms: number }): void;
}
