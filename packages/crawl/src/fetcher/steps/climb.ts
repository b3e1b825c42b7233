import type { Answer } from "../answer.js";
import type { Ladder } from "../ladder.js";
import { nameOf } from "../rung.js";
import type { Step } from "../step.js";

/**
 * Where a page is blocked, hidden behind a CAPTCHA or an empty shell, tries it by the next rung of the ladder, as long as all
 * rungs together cost no more than the page may. What has worked for a host is where its next page begins.
 */
export function climb(ladder: Ladder): Step {
  return async (request, next) => {
    const { errand, url } = request;
    const { maxCost } = errand.settings;
    let rung = ladder.startOf(url.host, request.rung, maxCost);
    let spent = 0;
    let best: Answer | undefined;
    for (;;) {
      const answer = await next({ ...request, rung });
      spent += rung.cost;
      const verdict = answer.judgement?.verdict ?? "dead";
      ladder.learn(url.host, rung, verdict);
      // Who got an answer and then, one rung higher, none, has the first one.
      best = best === undefined || answer.status !== null ? answer : best;
      const higher = ladder.above(rung, { verdict, budget: maxCost - spent });
      if (higher === undefined) return best;
      errand.goesOn(`${verdict} (${answer.judgement?.evidence[0] ?? "no evidence"}): by ${nameOf(higher)}`);
      rung = higher;
    }
  };
}
