import type { Semaphore } from "heddle";
import { classify } from "../../ground/classify.js";
import { HostParkedError } from "../../ground/errors.js";
import type { Outcome } from "../../ground/outcome.js";
import { headerOf } from "../../ground/transport.js";
import type { Admission, HostLimits } from "../../politeness/hostLimits.js";
import { httpDate, retryAfter } from "../../politeness/retryAfter.js";
import type { Answer } from "../answer.js";
import { notSent } from "../answer.js";
import type { FetchProbe } from "../fetchProbe.js";
import type { Step } from "../step.js";

/** No answer, or none in time: it may be too much for the host. */
const OVERLOADED: ReadonlySet<Outcome | undefined> = new Set<Outcome>(["timeout", "stalled", "reset", "refused"]);

export interface PolitenessParts {
  readonly limits: HostLimits;
  /** What limits all hosts together. */
  readonly slots: Semaphore;
  readonly probe: FetchProbe;
}

/**
 * Waits until the host may be asked, and tells its limits what it has answered, as soon as that is known. A request waits
 * here without a slot: a slow host is no hindrance to others.
 */
export function politeness(parts: PolitenessParts): Step {
  const { limits, slots, probe } = parts;
  return async (request, next) => {
    const { url, errand, crawlDelay } = request;
    const { host } = url;
    const options = { patience: errand.settings.maxRetryAfter, slots, crawlDelay };
    let admission: Admission;
    try {
      admission = limits.tryAdmit(host, options) ?? (await limits.admit(host, options));
    } catch (error) {
      if (!(error instanceof HostParkedError)) throw error;
      return { ...notSent(url, classify(error)), retryAfter: error.retryAfter };
    }
    let answer: Answer;
    try {
      answer = await next({ ...request, onHead: (head) => tellHost(head, admission) });
      // Whose connection it was that broke, the host's or the proxy's, is said by the outcome.
      if (answer.status === null && OVERLOADED.has(answer.failure?.outcome)) admission.failed();
    } finally {
      admission.release();
    }
    if (answer.parkedFor !== undefined) probe.parked?.({ host, ms: answer.parkedFor });
    return answer;
  };
}

function tellHost(answer: Answer, admission: Admission): void {
  const { status, headers } = answer;
  if (status !== 429 && status !== 503) {
    if (status === 500 || status === 502 || status === 504) admission.failed(`it answered ${status}`);
    else admission.accepted();
    return;
  }
  const wish = headerOf(headers, "retry-after");
  // A date is meant by the server's own clock, which it shows. Ours may be wrong, or the other may.
  if (wish !== undefined) answer.retryAfter = retryAfter(wish, httpDate(headerOf(headers, "date") ?? "") ?? Date.now());
  // A 503 that names no time may be about this page alone; 429 is always about whoever asks.
  if (status === 429 || answer.retryAfter !== undefined)
    answer.parkedFor = admission.refused(answer.retryAfter, `it answered ${status}`);
  else admission.failed(`it answered ${status}`);
}
