import { classify } from "../../ground/classify.js";
import { followRedirect, Trail } from "../redirect.js";
import type { Step, StepRequest } from "../step.js";

/** Follows where answers lead. Each request on the way waits for its own host and has its own time limits. */
export const redirects: Step = async (request, next) => {
  const { errand } = request;
  let hop: StepRequest = request;
  let trail: Trail | undefined;
  for (;;) {
    const answer = await next(withCredentials(hop));
    const { status, location } = answer;
    if (answer.failure !== null || status === null || location === undefined) return answer;
    try {
      trail ??= new Trail(hop, errand.settings.maxRedirects);
      const { url, method, headers } = followRedirect(hop, status, location);
      hop = { ...hop, url, method, headers, body: method === hop.method ? hop.body : undefined };
      if (answer.setsCookies) trail.forget();
      trail.add(hop);
      errand.redirects = trail.length;
    } catch (error) {
      answer.failure = classify(error);
      return answer;
    }
  }
};

/**
 * Sends what a URL such as `http://user:password@host/` says. It is for that host alone: a redirect brings
 * its own URL.
 */
function withCredentials(hop: StepRequest): StepRequest {
  const { username, password } = hop.url;
  if ((username === "" && password === "") || hop.headers["authorization"] !== undefined) return hop;
  const pair = `${unescaped(username)}:${unescaped(password)}`;
  const authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  return { ...hop, headers: { ...hop.headers, authorization } };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
