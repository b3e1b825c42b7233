import { now } from "heddle";
import type { Answer } from "../answer.js";
import { notSent } from "../answer.js";
import type { RobotsRules } from "../robotsRules.js";
import type { Step, StepRequest } from "../step.js";

/**
 * Asks robots.txt first. What it forbids is not sent; and where it cannot be had as nobody answers, the page cannot be had
 * either, for the same reason.
 */
export function robots(rules: RobotsRules): Step {
  const askFirst: Step = async (request, next) => {
    const { errand, url } = request;
    const began = now();
    const { allowed, rule, crawlDelay, retryAfter } = await rules.registry.allowed(url);
    if (allowed) return next(atPace(request, crawlDelay));

    const failure = retryAfter === undefined ? undefined : rules.failureOf(url.origin);
    let answer: Answer;
    if (failure === undefined) {
      const message = `robots.txt forbids it: ${rule ?? "no rule"}`;
      answer = notSent(url, { outcome: "robots-denied", code: "ROBOTS_DENIED", message });
    } else {
      errand.left(began);
      answer = notSent(url, { ...failure, message: `${failure.message} (asked for robots.txt)` });
    }
    answer.retryAfter = retryAfter;
    return answer;
  };
  return (request, next) => {
    if (!request.errand.settings.robots) return next(request);
    // Of nearly every page the file is known.
    const known = rules.registry.known(request.url);
    return known?.allowed === true ? next(atPace(request, known.crawlDelay)) : askFirst(request, next);
  };
}

function atPace(request: StepRequest, crawlDelay: number | undefined): StepRequest {
  return crawlDelay === undefined ? request : { ...request, crawlDelay };
}
