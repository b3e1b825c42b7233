import { sleep } from "heddle";
import type { BackoffOptions } from "../../politeness/backoff.js";
import type { FetchProbe } from "../fetchProbe.js";
import type { RetryBudget } from "../retryBudget.js";
import { judge } from "../retryPolicy.js";
import type { Step } from "../step.js";

export interface RetryParts {
  readonly backoff: Required<BackoffOptions>;
  readonly budget: RetryBudget;
  readonly probe: FetchProbe;
}

/** Asks again after what may pass, up to `retries` times for a page on all of its rungs together. */
export function retry(parts: RetryParts): Step {
  const { backoff, budget, probe } = parts;
  return async (request, next) => {
    const { errand, method } = request;
    budget.asked(request.url.host);
    for (;;) {
      const answer = await next(request);
      const { attempt } = errand;
      const decision = judge(answer, { ...errand.settings, attempt, method, backoff });
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
}
