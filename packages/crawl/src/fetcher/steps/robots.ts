import { now } from "heddle";
import type { Answer } from "../answer.js";
import { notSent } from "../answer.js";
import type { RobotsRules } from "../robotsRules.js";
import type { Step } from "../step.js";

/**
 * Asks robots.txt first. What it forbids is not sent; and where it cannot be had as nobody answers, the page cannot be had
 * either, for the same reason.
 */
export function robots(rules: RobotsRules): Step {
  return async (request, next) => {
    const { errand, url } = request;
    if (!errand.settings.robots) return next(request);
    const began = now();
    const { allowed, rule, crawlDelay, retryAfter } = await rules.registry.allowed(url);
    if (allowed) return next(crawlDelay === undefined ? request : { ...request, crawlDelay });

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
}
