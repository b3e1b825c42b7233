import { sleep } from "heddle";
import type { BackoffOptions } from "../../politeness/backoff.js";
import type { Verdict } from "../../verdict/verdict.js";
import type { Answer } from "../answer.js";
import type { FetchProbe } from "../fetchProbe.js";
import type { RetryBudget } from "../retryBudget.js";
import { afterWall, failureOf, judge } from "../retryPolicy.js";
import type { Next, Step, StepRequest } from "../step.js";

export interface RetryParts {
  readonly backoff: Required<BackoffOptions>;
  readonly budget: RetryBudget;
  /** Whether another attempt may go by another proxy. */
  readonly rotates: boolean;
  readonly probe: FetchProbe;
}

/** Verdicts on who asks, not on what is asked for. */
const WALLS: ReadonlySet<Verdict | undefined> = new Set<Verdict>(["blocked", "captcha"]);

/** Asks again after what may pass, up to `retries` times for a page on all of its rungs together. */
export function retry(parts: RetryParts): Step {
  const { backoff, budget, rotates, probe } = parts;
  const again = async (request: StepRequest, next: Next, first: Answer): Promise<Answer> => {
    const { errand, method } = request;
    for (let answer = first; ; answer = await next(request)) {
      if (isHad(answer)) return answer;
      const { attempt } = errand;
      const { retries, maxRetryAfter } = errand.settings;
      const settings = { attempt, method, retries, maxRetryAfter, backoff };
      const decision = isWalled(answer) ? afterWall(answer, { ...settings, rotates }) : judge(answer, settings);
      if (decision.next === "done") return answer;
      if (decision.next === "retry" && !budget.takes(request.url.host)) {
        answer.failure = decision.failure;
        errand.evidence.push("not asked again: the retries of its host are used up");
        return answer;
      }
      answer.failure = decision.failure;
      if (decision.next === "give up") return answer;
      const { delay, failure } = decision;
      errand.goesOn(`${failure.message}: again after ${Math.round(delay)} ms`);
      probe.retrying?.({ page: errand.page, attempt, delay, failure });
      await sleep(delay);
    }
  };
  return (request, next) => {
    budget.asked(request.url.host);
    return next(request).then((answer) => (isHad(answer) ? answer : again(request, next, answer)));
  };
}

function isHad(answer: Answer): boolean {
  return !isWalled(answer) && failureOf(answer) === null;
}

function isWalled(answer: Answer): boolean {
  return WALLS.has(answer.judgement?.verdict);
}
