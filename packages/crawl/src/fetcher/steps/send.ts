import { isCancelled, now } from "heddle";
import { classify } from "../../ground/classify.js";
import type { Transport } from "../../ground/transport.js";
import { headerOf } from "../../ground/transport.js";
import type { Answer } from "../answer.js";
import { noAnswerYet } from "../answer.js";
import type { FetchProbe } from "../fetchProbe.js";
import { drain, readBody } from "../readBody.js";
import { isRedirect } from "../redirect.js";
import type { Step, StepRequest } from "../step.js";
import type { Alive } from "../withinTime.js";
import { withinTime } from "../withinTime.js";

/**
 * How long a redirect's body is waited for, in milliseconds: where it leads is known, only the connection is
 * at stake.
 */
const DRAIN_PATIENCE = 1000;

let lastId = 0;

/** The last step: one exchange with a server, within its time limits. It reads the body, and decompresses it. */
export function send(transport: Transport, probe: FetchProbe): Step {
  return async (request) => {
    const { errand, url } = request;
    const answer = noAnswerYet(url);
    answer.startedAt = now();
    errand.current = answer;
    errand.left(answer.startedAt);
    const event = { id: ++lastId, page: errand.page, attempt: errand.attempt, url: url.href };
    probe.requestStarted?.(event);
    try {
      await withinTime(errand.settings, (alive) => converse(request, transport, { answer, alive }));
    } catch (error) {
      answer.failure = classify(error, answer.status === null ? "head" : "body");
      if (isCancelled(error)) throw error;
    } finally {
      probe.requestEnded?.({ ...event, status: answer.status, failure: answer.failure });
    }
    return answer;
  };
}

async function converse(
  request: StepRequest,
  transport: Transport,
  talk: { answer: Answer; alive: Alive },
): Promise<void> {
  const { answer, alive } = talk;
  const { url, method, headers, onHead } = request;
  const response = await transport.request(url, { method, headers });
  try {
    alive();
    answer.status = response.status;
    answer.headers = response.headers;
    onHead?.(answer);
    const location = headerOf(response.headers, "location");
    if (isRedirect(response.status, location)) {
      answer.location = location;
      alive(DRAIN_PATIENCE);
      await drain(response);
    } else {
      answer.body = await readBody(response, { maxBytes: request.errand.settings.maxBytes, alive, tally: answer });
    }
  } finally {
    response.close();
  }
}
