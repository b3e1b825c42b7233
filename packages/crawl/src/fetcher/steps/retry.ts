import { sleep } from "heddle";
import type { BackoffOptions } from "../../politeness/backoff.js";
import type { Verdict } from "../../verdict/verdict.js";
import type { FetchProbe } from "../fetchProbe.js";
import type { RetryBudget } from "../retryBudget.js";
import { afterWall, judge } from "../retryPolicy.js";
import type { Step } from "../step.js";

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
  return async (request, next) => {
    const { errand, method } = request;
    budget.asked(request.url.host);
    for (;;) {
      const answer = await next(request);
      const { attempt } = errand;
      const isWalled = WALLS.has(answer.judgement?.verdict);
      const decision = isWalled
        ? afterWall(answer, { ...errand.settings, attempt, method, backoff, rotates })
        : judge(answer, { ...errand.settings, attempt, method, backoff });
      if (decision.next === "done") return answer;
      // Whoever says when to come back is not down, and is not asked before.
      const isInvited = (answer.retryAfter ?? 0) > 0;
      if (decision.next === "retry" && !isInvited && !budget.takes(request.url.host)) {
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
