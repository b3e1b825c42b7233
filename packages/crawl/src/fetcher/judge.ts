import type { Failure } from "../ground/outcome.js";
import { judged } from "../verdict/judgePage.js";
import type { PageVerdict } from "../verdict/verdict.js";
import type { Answer } from "./answer.js";
import { textOfAnswer } from "./answer.js";

/** What an answer is worth to whoever wanted the page `url`. */
export function judgeAnswer(url: string, answer: Answer): PageVerdict {
  const { status, headers, failure } = answer;
  if (failure !== null && (status === null || status < 400)) return judgeNoAnswer(failure);
  return judged({
    url,
    finalUrl: answer.url.href,
    status,
    headers,
    html: textOfAnswer(answer)?.html ?? null,
    bytes: answer.bytes,
    rendered: answer.rendered !== null,
  });
}

/** What it is worth if there is no whole answer. */
export function judgeNoAnswer(failure: Failure | null): PageVerdict {
  if (failure?.outcome === "robots-denied")
    return { verdict: "robotsDenied", evidence: [failure.message], remedy: "no" };
  return judged({ url: "", status: null, failure });
}
