import type { Failure, Outcome } from "../ground/outcome.js";
import type { PageVerdict, Remedy } from "./verdict.js";

/** What the same request has no better chance for the next time. */
const FINAL: ReadonlySet<Outcome> = new Set([
  "bad-url",
  "bad-redirect",
  "redirect-loop",
  "too-many-redirects",
  "undecodable",
]);

/** What is to be made of a page that could not be had. */
export function judgeFailure(failure: Failure): PageVerdict {
  const { outcome, code, message } = failure;
  const evidence = [`${outcome} (${code}): ${message}`];
  if (outcome === "too-large") return { verdict: "tooLarge", evidence, remedy: "no" };
  if (outcome === "host-parked") return { verdict: "rateLimited", evidence, remedy: "later" };
  const remedy: Remedy = FINAL.has(outcome) ? "no" : "later";
  return { verdict: "dead", kind: outcome, evidence, remedy };
}
