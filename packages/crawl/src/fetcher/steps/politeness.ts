import type { Semaphore } from "heddle";
import { classify } from "../../ground/classify.js";
import { HostParkedError } from "../../ground/errors.js";
import { headerOf } from "../../ground/transport.js";
import type { Admission, HostLimits } from "../../politeness/hostLimits.js";
import { httpDate, retryAfter } from "../../politeness/retryAfter.js";
import type { Answer } from "../answer.js";
import { notSent } from "../answer.js";
import type { FetchProbe } from "../fetchProbe.js";
import type { Step } from "../step.js";

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
    const { url, errand } = request;
    let admission: Admission;
    try {
      admission = await limits.admit(url.host, { patience: errand.settings.maxRetryAfter, slots });
    } catch (error) {
      if (!(error instanceof HostParkedError)) throw error;
      return { ...notSent(url, classify(error)), retryAfter: error.retryAfter };
    }
    let answer: Answer;
    try {
      answer = await next({ ...request, onHead: (head) => tellHost(head, admission) });
    } finally {
      admission.release();
    }
    if (answer.parkedFor !== undefined) probe.parked?.({ host: url.host, ms: answer.parkedFor });
    return answer;
  };
}

function tellHost(answer: Answer, admission: Admission): void {
  const { status, headers } = answer;
  if (status !== 429 && status !== 503) {
    admission.accepted();
    return;
  }
  const wish = headerOf(headers, "retry-after");
  // A date is meant by the server's own clock, which it shows. Ours may be wrong, or the other may.
  if (wish !== undefined) answer.retryAfter = retryAfter(wish, httpDate(headerOf(headers, "date") ?? "") ?? Date.now());
  // A 503 that names no time may be about this page alone; 429 is always about whoever asks.
  if (status === 429 || answer.retryAfter !== undefined) answer.parkedFor = admission.refused(answer.retryAfter);
}
