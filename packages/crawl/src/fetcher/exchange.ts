import { isCancelled, now } from "heddle";
import { classify } from "../ground/classify.js";
import { HostParkedError } from "../ground/errors.js";
import { headerOf } from "../ground/transport.js";
import type { Admission } from "../politeness/hostLimits.js";
import { httpDate, retryAfter } from "../politeness/retryAfter.js";
import type { Answer } from "./answer.js";
import { noAnswerYet } from "./answer.js";
import type { FetchSettings } from "./fetchOptions.js";
import { drain, readBody } from "./readBody.js";
import type { Hop } from "./redirect.js";
import { isRedirect } from "./redirect.js";
import type { Alive } from "./withinTime.js";
import { withinTime } from "./withinTime.js";

export interface ExchangeOptions {
  /** The page's URL as it was given, and the number of the attempt at it: for the probe. */
  readonly page: string;
  readonly attempt: number;
}

/**
 * How long a redirect's body is waited for, in milliseconds: where it leads is known, only the connection is
 * at stake.
 */
const DRAIN_PATIENCE = 1000;

let lastId = 0;

/**
 * One request to one host, with its time limits: waits until the host may be asked, asks, reads the body.
 * Whatever goes wrong is in the answer.
 *
 * If cancelled: throws `CancelledError`; the connection is cut and the host's place is free again.
 */
export async function exchange(hop: Hop, settings: FetchSettings, options: ExchangeOptions): Promise<Answer> {
  const { limits, slots, maxRetryAfter, probe } = settings;
  const answer = noAnswerYet(hop.url);
  let admission: Admission | undefined;
  try {
    admission = await limits?.admit(hop.url.host, { patience: maxRetryAfter, slots });
  } catch (error) {
    if (!(error instanceof HostParkedError)) throw error;
    answer.retryAfter = error.retryAfter;
    answer.failure = classify(error);
    return answer;
  }
  const event = { ...options, id: ++lastId, url: hop.url.href };
  answer.startedAt = now();
  try {
    probe.requestStarted?.(event);
    await timed(hop, settings, { answer, admission });
  } finally {
    admission?.release();
    probe.requestEnded?.({ ...event, status: answer.status, failure: answer.failure });
  }
  if (answer.parkedFor !== undefined) probe.parked?.({ host: hop.url.host, ms: answer.parkedFor });
  return answer;
}

interface Talk {
  readonly answer: Answer;
  readonly admission: Admission | undefined;
}

async function timed(hop: Hop, settings: FetchSettings, talk: Talk): Promise<void> {
  const { answer } = talk;
  try {
    await withinTime(settings, (alive) => converse(hop, settings, { ...talk, alive }));
  } catch (error) {
    answer.failure = classify(error, answer.status === null ? "head" : "body");
    if (isCancelled(error)) throw error;
  }
}

async function converse(hop: Hop, settings: FetchSettings, talk: Talk & { alive: Alive }): Promise<void> {
  const { answer, admission, alive } = talk;
  const response = await settings.transport.request(hop.url, { method: hop.method, headers: hop.headers });
  try {
    alive();
    answer.status = response.status;
    answer.headers = response.headers;
    tellHost(answer, admission);
    const location = headerOf(response.headers, "location");
    if (isRedirect(response.status, location)) {
      answer.location = location;
      alive(DRAIN_PATIENCE);
      await drain(response);
    } else {
      answer.body = await readBody(response, { maxBytes: settings.maxBytes, alive, tally: answer });
    }
  } finally {
    response.close();
  }
}

/** Tells the host's limits what its answer means, as soon as it is known: others may be about to ask. */
function tellHost(answer: Answer, admission: Admission | undefined): void {
  const { status, headers } = answer;
  if (status !== 429 && status !== 503) {
    admission?.accepted();
    return;
  }
  const wish = headerOf(headers, "retry-after");
  // A date is meant by the server's own clock, which it shows. Ours may be wrong, or the other may.
  if (wish !== undefined) answer.retryAfter = retryAfter(wish, httpDate(headerOf(headers, "date") ?? "") ?? Date.now());
  // A 503 that names no time may be about this page alone; 429 is always about whoever asks.
  if (status === 429 || answer.retryAfter !== undefined) answer.parkedFor = admission?.refused(answer.retryAfter);
}
