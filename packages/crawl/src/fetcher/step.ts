import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { RenderCookie } from "../ground/render.js";
import type { Session } from "../sessions/session.js";
import type { Answer } from "./answer.js";
import type { Challenge } from "./challenge.js";
import type { Errand } from "./errand.js";
import type { Rung } from "./rung.js";

/**
 * One request as it stands between two steps. Steps do not change it: what a step wants to be different is in the copy that
 * it hands on.
 */
export interface StepRequest {
  readonly url: URL;
  readonly method: string;
  /** With names in lower case: what the user asked for, and what the steps before have added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** How it is to travel. */
  readonly rung: Rung;
  /** The visitor that it is a part of; undefined if the page is one by itself. */
  readonly session?: Session | undefined;
  /** The proxy to go through; undefined for none. */
  readonly proxy?: ProxyRoute | undefined;
  /** The profile of the identity transport. */
  readonly identity?: string | undefined;
  /** What it belongs to: the same for all requests that one page takes. */
  readonly errand: Errand;
  /** What robots.txt asks to leave between two requests to the host, in milliseconds. */
  readonly crawlDelay?: number;
  /** Cookies of the session's, for Chromium, which has its own jar. */
  readonly cookies?: readonly RenderCookie[] | undefined;
  /** The CAPTCHA that an attempt before has met, for whoever can solve it. */
  readonly challenge?: Challenge | undefined;
  /** What solves it. */
  readonly token?: string;
  /** Is told the answer as soon as its headers are there: others may be about to ask the same host. */
  readonly onHead?: (answer: Answer) => void;
}

/** The rest of the list, as a step sees it. May be called once, several times (a retry), or not at all (a cache). */
export type Next = (request: StepRequest) => Promise<Answer>;

/**
 * One behaviour of the fetcher: it may change the request, keep it from going on, ask again, and look at the answer.
 *
 * - Whatever happens to a request is in its answer, failures too: so what was known before them is not lost.
 * - Nothing is thrown but `CancelledError` and mistakes in the program.
 * - A step that waits waits in the scope of the page, whose deadline ends it. What it has taken it gives back in `finally`.
 */
export type Step = (request: StepRequest, next: Next) => Promise<Answer>;

/** One function of a list of steps, the outermost first. The last one answers without calling `next`. */
export function compose(steps: readonly Step[]): Next {
  const none: Next = () => {
    throw new Error("The last step has called next: it is the one that answers");
  };
  return steps.reduceRight<Next>((next, step) => (request) => step(request, next), none);
}
