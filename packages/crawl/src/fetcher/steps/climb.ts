import { MissingChromiumError, MissingPartError } from "../../ground/errors.js";
import type { Answer } from "../answer.js";
import { textOfAnswer } from "../answer.js";
import type { Challenge } from "../challenge.js";
import type { Ladder } from "../ladder.js";
import type { Rung } from "../rung.js";
import { nameOf } from "../rung.js";
import type { Next, Step, StepRequest } from "../step.js";

/**
 * An answer by a higher rung; undefined where it turns out not to be there, as nobody has asked for it in so many words.
 */
async function byHigher(next: Next, request: StepRequest): Promise<Answer | undefined> {
  try {
    return await next(request);
  } catch (error) {
    const isMissing = error instanceof MissingPartError || error instanceof MissingChromiumError;
    if (!isMissing) throw error;
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
  /** The rung to try after that of `request`; undefined if the answer is to be content with. */
  const above = (request: StepRequest, answer: Answer, spent: number): Rung | undefined => {
    const { rung, url, errand } = request;
    const { maxCost, render } = errand.settings;
    const verdict = answer.judgement?.verdict ?? "dead";
    ladder.learn(url.host, rung, verdict);
    const higher = ladder.above(rung, { verdict, budget: maxCost - spent, chromium: render !== false });
    if (higher !== undefined)
      errand.goesOn(`${verdict} (${answer.judgement?.evidence[0] ?? "no evidence"}): by ${nameOf(higher)}`);
    return higher;
  };
  const onwards = async (start: StepRequest, next: Next, first: { answer: Answer; higher: Rung }): Promise<Answer> => {
    let best = first.answer;
    let challenge = challengeOf(best);
    let spent = start.rung.cost;
    for (let rung: Rung | undefined = first.higher; rung !== undefined; ) {
      const request: StepRequest = { ...start, rung, challenge };
      const answer = await byHigher(next, request);
      if (answer === undefined) return best;
      spent += rung.cost;
      challenge = challengeOf(answer) ?? challenge;
      // Who got an answer and then, one rung higher, none, has the first one.
      if (answer.status !== null) best = answer;
      rung = above(request, answer, spent);
    }
    return best;
  };
  return (request, next) => {
    const rung = ladder.startOf(request.url.host, request.rung, request.errand.settings.maxCost);
    const start = rung === request.rung ? request : { ...request, rung };
    return next(start).then((answer) => {
      const higher = above(start, answer, rung.cost);
      return higher === undefined ? answer : onwards(start, next, { answer, higher });
    });
  };
}
