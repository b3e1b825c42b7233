import type { Outcome } from "../ground/outcome.js";
import type { Answer } from "./answer.js";

export type Verdict =
  | "ok"
  | "notFound"
  | "softNotFound"
  | "emptyShell"
  | "rateLimited"
  | "blocked"
  | "captcha"
  | "login"
  | "robotsDenied"
  | "tooLarge"
  | "notHtml"
  | "dead";

/** What an answer is worth to whoever wanted the page. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly evidence: readonly string[];
}

const BY_OUTCOME: Partial<Record<Outcome, Verdict>> = {
  "too-large": "tooLarge",
  "host-parked": "rateLimited",
  "robots-denied": "robotsDenied",
};

export function judgeAnswer(answer: Answer): Judgement {
  const { status, failure } = answer;
  if (failure !== null && (status === null || status < 400)) {
    const verdict = BY_OUTCOME[failure.outcome] ?? "dead";
    return { verdict, evidence: [`${failure.outcome}: ${failure.message}`] };
  }
  if (status === 404 || status === 410) return { verdict: "notFound", evidence: [`status ${status}`] };
  if (status === 429) return { verdict: "rateLimited", evidence: [`status ${status}`] };
  if (status !== null && status >= 400) return { verdict: "dead", evidence: [`status ${status}`] };
  return { verdict: "ok", evidence: [] };
}
