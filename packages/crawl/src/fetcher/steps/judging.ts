import { judgeAnswer } from "../judge.js";
import type { Step } from "../step.js";

/** One attempt: says what its answer is worth, and enters it into the ledger. */
export const judging: Step = (request, next) => {
  const { errand } = request;
  errand.beginAttempt(request);
  return next(request).then((answer) => {
    answer.judgement = judgeAnswer(errand.page, answer);
    errand.endAttempt(answer);
    return answer;
  });
};
