import type { Session } from "../../sessions/session.js";
import { CookieJar } from "../../store/cookieJar.js";
import type { Answer } from "../answer.js";
import type { Step, StepRequest } from "../step.js";

/**
 * Sends the cookies of the visitor, and takes those that answers set. A page without a session is a visitor of its own: it has
 * cookies only if a redirect sets them on the way, which some sites insist on.
 */
export const cookies: Step = (request, next) => {
  if (request.rung.vehicle === "chromium") return next(request).then((answer) => keepRendered(answer, request.session));
  const jar = request.session?.cookies ?? request.errand.jar;
  return next(withCookies(request, jar)).then((answer) => keep(answer, request));
};

/** Takes what the answer sets. */
function keep(answer: Answer, { session, errand }: StepRequest): Answer {
  const lines = answer.headers["set-cookie"];
  if (lines === undefined) return answer;
  let jar = session?.cookies ?? errand.jar;
  if (jar === undefined) {
    if (answer.location === undefined) return answer;
    jar = errand.jar = new CookieJar();
  }
  if (jar.store(answer.url, Array.isArray(lines) ? lines : [lines]) > 0) answer.setsCookies = true;
  return answer;
}

function withCookies(request: StepRequest, jar: CookieJar | undefined): StepRequest {
  if (jar === undefined || jar.size === 0) return request;
  const mine = jar.headerFor(request.url, { method: request.method });
  if (mine === undefined) return request;
  const { cookie } = request.headers;
  return { ...request, headers: { ...request.headers, cookie: cookie === undefined ? mine : `${cookie}; ${mine}` } };
}

/** What a session has got in Chromium goes along with its plain requests too. */
function keepRendered(answer: Answer, session: Session | undefined): Answer {
  const jar = session?.cookies;
  if (jar === undefined) return answer;
  for (const { name, value, domain, path = "/", secure, httpOnly } of answer.rendered?.cookies ?? []) {
    const host = (domain ?? answer.url.hostname).replace(/^\./, "");
    const at = new URL(`${secure === true ? "https:" : answer.url.protocol}//${host}${path}`);
    const own = domain?.startsWith(".") === true ? `; Domain=${host}` : "";
    jar.store(at, [`${name}=${value}${own}; Path=${path}${secure ? "; Secure" : ""}${httpOnly ? "; HttpOnly" : ""}`]);
  }
  return answer;
}
