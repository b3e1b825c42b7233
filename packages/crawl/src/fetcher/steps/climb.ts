import { MissingChromiumError, MissingPartError } from "../../ground/errors.js";
import type { Answer } from "../answer.js";
import { textOfAnswer } from "../answer.js";
import type { Challenge } from "../challenge.js";
import type { Ladder } from "../ladder.js";
import { nameOf } from "../rung.js";
import type { Next, Step, StepRequest } from "../step.js";

/**
 * An answer by a rung; undefined where the rung turns out not to be there, as nobody has asked for it in so many words.
 */
async function byRung(next: Next, request: StepRequest, best: Answer | undefined): Promise<Answer | undefined> {
  try {
    return await next(request);
  } catch (error) {
    const isMissing = error instanceof MissingPartError || error instanceof MissingChromiumError;
    if (best === undefined || !isMissing) throw error;
    request.errand.evidence.push(error.message);
    return undefined;
  }
}

function challengeOf(answer: Answer): Challenge | undefined {
  const captcha = answer.judgement?.verdict === "captcha" ? answer.judgement.captcha : undefined;
  if (captcha === undefined) return undefined;
  const { kind, siteKey } = captcha;
  return { kind, siteKey, url: answer.url.href, html: textOfAnswer(answer)?.html ?? "" };
}

/**
 * Where a page is blocked, hidden behind a CAPTCHA or an empty shell, tries it by the next rung of the ladder, as long as all
 * rungs together cost no more than the page may. What has worked for a host is where its next page begins.
 */
export function climb(ladder: Ladder): Step {
  return async (request, next) => {
    const { errand, url } = request;
    const { maxCost, render } = errand.settings;
    const chromium = render !== false;
    let rung = ladder.startOf(url.host, request.rung, { budget: maxCost, chromium });
    let spent = 0;
    let best: Answer | undefined;
    let challenge: Challenge | undefined;
    for (;;) {
      const answer = await byRung(next, { ...request, rung, challenge }, best);
      if (answer === undefined) return best as Answer;
      spent += rung.cost;
      challenge = challengeOf(answer) ?? challenge;
      const verdict = answer.judgement?.verdict ?? "dead";
      ladder.learn(url.host, rung, verdict);
      // Who got an answer and then, one rung higher, none, has the first one.
      best = best === undefined || answer.status !== null ? answer : best;
      const higher = ladder.above(rung, { verdict, budget: maxCost - spent, chromium });
      if (higher === undefined) return best;
      errand.goesOn(`${verdict} (${answer.judgement?.evidence[0] ?? "no evidence"}): by ${nameOf(higher)}`);
      rung = higher;
    }
  };
}
