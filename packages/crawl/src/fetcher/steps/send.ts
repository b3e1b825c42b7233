import { InvalidArgumentError, isCancelled, now } from "heddle";
import { classify } from "../../ground/classify.js";
import { MissingChromiumError, MissingPartError } from "../../ground/errors.js";
import type { TransportResponse } from "../../ground/transport.js";
import { headerOf } from "../../ground/transport.js";
import { urlOf } from "../../ground/urlOf.js";
import type { Answer } from "../answer.js";
import { noAnswerYet } from "../answer.js";
import type { FetchProbe } from "../fetchProbe.js";
import type { Fleet } from "../fleet.js";
import { drain, readBody } from "../readBody.js";
import { isRedirect } from "../redirect.js";
import type { Step, StepRequest } from "../step.js";
import type { Alive } from "../withinTime.js";
import { withinTime } from "../withinTime.js";
import { tokenSteps } from "./solving.js";

/**
 * How long a redirect's body is waited for, in milliseconds: where it leads is known, only the connection is
 * at stake.
 */
const DRAIN_PATIENCE = 1000;

let lastId = 0;

/** The last step: one exchange with a server, within its time limits. It reads the body, and decompresses it. */
export function send(fleet: Fleet, probe: FetchProbe): Step {
  return async (request) => {
    const { errand, url, rung } = request;
    const answer = noAnswerYet(url);
    answer.startedAt = now();
    errand.current = answer;
    errand.left(answer.startedAt);
    const event = { id: ++lastId, page: errand.page, attempt: errand.attempt, url: url.href };
    probe.requestStarted?.(event);
    try {
      if (rung.vehicle === "chromium") await render(request, fleet, answer);
      else await withinTime(errand.settings, (alive) => converse(request, fleet, { answer, alive }));
    } catch (error) {
      answer.failure = classify(error, answer.status === null ? "head" : "body");
      if (isCancelled(error) || isMistake(error)) throw error;
    } finally {
      probe.requestEnded?.({ ...event, status: answer.status, failure: answer.failure });
    }
    return answer;
  };
}

/** Something that no page is to blame for: what was asked for cannot be done by this program. */
function isMistake(error: unknown): boolean {
  return (
    error instanceof InvalidArgumentError || error instanceof MissingPartError || error instanceof MissingChromiumError
  );
}

async function converse(request: StepRequest, fleet: Fleet, talk: { answer: Answer; alive: Alive }): Promise<void> {
  const { url, method, headers, body, proxy, identity, rung } = request;
  const response = await fleet.of(rung.vehicle).request(url, { method, headers, body, proxy, identity });
  try {
    talk.alive();
    talk.answer.body = await take(request, response, talk);
  } finally {
    response.close();
  }
}

/** Chromium has its own sense of time: a page is loaded, and waited for, and only then there is anything to be had. */
async function render(request: StepRequest, fleet: Fleet, answer: Answer): Promise<void> {
  const { url, method, headers, body, proxy, errand } = request;
  const { timeout } = errand.settings;
  const { renderOptions } = errand.settings;
  const steps =
    request.token === undefined ? renderOptions.steps : [...tokenSteps(request.token), ...(renderOptions.steps ?? [])];
  const options = { ...renderOptions, steps, timeout, session: request.session?.id };
  const response = await fleet.of("chromium").request(url, { method, headers, body, proxy, render: options });
  try {
    answer.url = urlOf(response.finalUrl ?? "") ?? answer.url;
    answer.rendered = response.rendered ?? null;
    answer.body = await take(request, response, { answer, alive: () => {} });
  } finally {
    response.close();
  }
}

/** Takes what an answer has; returns what is still to be waited for. */
function take(
  request: StepRequest,
  response: TransportResponse,
  talk: { answer: Answer; alive: Alive },
): Promise<Uint8Array | null> {
  const { answer, alive } = talk;
  answer.status = response.status;
  answer.headers = response.headers;
  request.onHead?.(answer);
  const location = headerOf(response.headers, "location");
  if (isRedirect(response.status, location)) {
    answer.location = location;
    alive(DRAIN_PATIENCE);
    return drain(response);
  }
  return readBody(response, { maxBytes: request.errand.settings.maxBytes, alive, tally: answer });
}
