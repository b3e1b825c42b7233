import { classify } from "../../ground/classify.js";
import type { Answer } from "../answer.js";
import { followRedirect, Trail } from "../redirect.js";
import type { Next, Step, StepRequest } from "../step.js";

/** Follows where answers lead. Each request on the way waits for its own host and has its own time limits. */
export const redirects: Step = (request, next) =>
  next(withCredentials(request)).then((answer) => (leads(answer) ? follow(request, answer, next) : answer));

/** An answer that leads elsewhere. */
type Leading = Answer & { readonly status: number; readonly location: string };

function leads({ failure, status, location }: Answer): boolean {
  return failure === null && status !== null && location !== undefined;
}

async function follow(start: StepRequest, first: Answer, next: Next): Promise<Answer> {
  const { errand } = start;
  const trail = new Trail(start, errand.settings.maxRedirects);
  let hop = start;
  let answer = first;
  while (leads(answer)) {
    const { status, location } = answer as Leading;
    try {
      const { url, method, headers } = followRedirect(hop, status, location);
      hop = { ...hop, url, method, headers, body: method === hop.method ? hop.body : undefined };
      if (answer.setsCookies) trail.forget();
      trail.add(hop);
      errand.redirects = trail.length;
    } catch (error) {
      answer.failure = classify(error);
      return answer;
    }
    answer = await next(withCredentials(hop));
  }
  return answer;
}

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
