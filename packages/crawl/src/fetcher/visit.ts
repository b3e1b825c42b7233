import { classify } from "../ground/classify.js";
import type { Answer } from "./answer.js";
import type { ExchangeOptions } from "./exchange.js";
import { exchange } from "./exchange.js";
import type { FetchSettings } from "./fetchOptions.js";
import type { Hop } from "./redirect.js";
import { followRedirect, Trail } from "./redirect.js";

/** One attempt at a page: the last answer on the way that redirects have led. */
export interface Visit {
  readonly answer: Answer;
  readonly redirects: number;
  /** The moment at which the first request left; null if none did. */
  readonly startedAt: number | null;
}

/**
 * Asks for a page and follows where it leads. Each request on the way waits for its own host and has its own
 * time limits.
 *
 * If cancelled: throws `CancelledError`.
 */
export async function visit(start: Hop, settings: FetchSettings, options: ExchangeOptions): Promise<Visit> {
  const trail = new Trail(start, settings.maxRedirects);
  let hop = start;
  let startedAt: number | null = null;
  for (;;) {
    const answer = await exchange(withCredentials(hop), settings, options);
    startedAt ??= answer.startedAt;
    const { status, location } = answer;
    if (answer.failure === null && status !== null && location !== undefined) {
      try {
        hop = followRedirect(hop, status, location);
        trail.add(hop);
        continue;
      } catch (error) {
        answer.failure = classify(error);
      }
    }
    return { answer, redirects: trail.length, startedAt };
  }
}

/**
 * Sends what a URL such as `http://user:password@host/` says. It is for that host alone: a redirect brings
 * its own URL.
 */
function withCredentials(hop: Hop): Hop {
  const { username, password } = hop.url;
  if ((username === "" && password === "") || hop.headers["authorization"] !== undefined) return hop;
  const pair = `${unescaped(username)}:${unescaped(password)}`;
  const authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  return { ...hop, headers: { ...hop.headers, authorization } };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
