import type { Failure } from "../ground/outcome.js";
import { judged } from "../verdict/judgePage.js";
import { isSurelyOk } from "../verdict/surelyOk.js";
import type { PageVerdict, Verdict } from "../verdict/verdict.js";
import type { Answer } from "./answer.js";
import { textOfAnswer } from "./answer.js";

/** What an answer is worth to whoever wanted the page `url`. */
export function judgeAnswer(url: string, answer: Answer): PageVerdict {
  const { failure, rendered } = answer;
  if (rendered?.incomplete !== undefined && failure !== null) {
    const judgement = judgeContentOf(url, answer);
    // What was waited for is on the page behind it.
    if (WALLS.has(judgement.verdict)) return { ...judgement, evidence: [...judgement.evidence, failure.message] };
  }
  if (failure?.code === "RENDER_DOWNLOAD") return { verdict: "notHtml", evidence: [failure.message], remedy: "no" };
  const hasFailed = failure !== null && (answer.status === null || answer.status < 400);
  return hasFailed ? judgeNoAnswer(failure) : judgeContentOf(url, answer);
}

const WALLS: ReadonlySet<Verdict> = new Set<Verdict>(["blocked", "captcha", "rateLimited", "login", "notFound"]);

function judgeContentOf(url: string, answer: Answer): PageVerdict {
  const { status, headers, body } = answer;
  const finalUrl = answer.url.href;
  if (status !== null && body !== null && isSurelyOk({ url, finalUrl, status, headers, body })) return OK;
  return judged({
    url,
    finalUrl,
    status,
    headers,
    html: textOfAnswer(answer)?.html ?? null,
    bytes: answer.bytes,
    rendered: answer.rendered !== null,
  });
}

const OK: PageVerdict = { verdict: "ok", evidence: [], remedy: "no" };

/** What it is worth if there is no whole answer. */
export function judgeNoAnswer(failure: Failure | null): PageVerdict {
  if (failure?.outcome === "robots-denied")
    return { verdict: "robotsDenied", evidence: [failure.message], remedy: "no" };
  return judged({ url: "", status: null, failure });
}
