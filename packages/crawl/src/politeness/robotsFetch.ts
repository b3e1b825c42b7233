import { isCancelled } from "heddle";
import { urlOf } from "../ground/urlOf.js";

/** What is needed of an answer to a request for robots.txt. */
export interface RobotsResponse {
  readonly status: number;
  /** Decompressed. What is longer than 500 KiB may be cut. */
  readonly body: Uint8Array;
  /** The `Location` header. */
  readonly location?: string | undefined;
}

export type RobotsFetch = (url: URL) => Promise<RobotsResponse>;

export type FetchedRobots =
  | { readonly state: "found"; readonly body: Uint8Array; readonly why?: undefined }
  /** There is none, which allows everything. */
  | { readonly state: "unavailable"; readonly body: Uint8Array; readonly why: string }
  /** There may be one, so nothing is allowed. */
  | { readonly state: "unreachable"; readonly why: string };

/** RFC 9309, section 2.3.1.2, has at least so many followed. */
const MOST_HOPS = 5;
const NOTHING = new Uint8Array(0);

/**
 * Fetches the robots.txt of an origin, over redirects, also to other hosts: it counts for the origin where it began.
 *
 * If cancelled: throws `CancelledError`, if `fetch` does.
 */
export async function fetchRobots(origin: string, fetch: RobotsFetch): Promise<FetchedRobots> {
  let url = new URL("/robots.txt", origin);
  for (let hops = 0; ; hops++) {
    let response: RobotsResponse;
    try {
      response = await fetch(url);
    } catch (error) {
      if (isCancelled(error)) throw error;
      return { state: "unreachable", why: messageOf(error) };
    }
    const { status, body, location } = response;
    if (status >= 200 && status < 300) return { state: "found", body };
    // Too many requests says nothing about whether there is a file, and to go on regardless is no answer to it.
    if (status >= 500 || status === 429) return { state: "unreachable", why: `the server answered ${status}` };
    const why = `robots.txt: the server answered ${status}`;
    if (status < 300 || status >= 400) return { state: "unavailable", body: NOTHING, why };
    const next = location === undefined ? undefined : urlOf(location, url);
    if (next === undefined || !/^https?:$/.test(next.protocol)) {
      return { state: "unavailable", body: NOTHING, why: `${why}, and leads nowhere` };
    }
    if (hops === MOST_HOPS) return { state: "unavailable", body: NOTHING, why: "robots.txt: too many redirects" };
    url = next;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
