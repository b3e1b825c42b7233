import type { RenderCookie } from "../../ground/render.js";
import { urlOf } from "../../ground/urlOf.js";
import { CookieJar } from "../../store/cookieJar.js";
import type { Answer } from "../answer.js";
import type { Next, Step, StepRequest } from "../step.js";

/**
 * Sends the cookies of the visitor, and takes those that answers set. A page without a session is a visitor of its own: it has
 * cookies only if a redirect sets them on the way, which some sites insist on.
 */
export const cookies: Step = (request, next) => {
  if (request.rung.vehicle === "chromium") return inChromium(request, next);
  const jar = request.session?.cookies ?? request.errand.jar;
  return next(withCookies(request, jar)).then((answer) => takeSet(answer, request));
};

/** Takes what the answer sets. */
function takeSet(answer: Answer, { session, errand }: StepRequest): Answer {
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

/** Chromium has a jar of its own for a session: what is in ours goes there, and what has become of it comes back. */
async function inChromium(request: StepRequest, next: Next): Promise<Answer> {
  const jar = request.session?.cookies;
  if (jar === undefined) return next(request);
  const ours = cookiesFor(jar, request.url);
  const answer = await next(ours.length === 0 ? request : { ...request, cookies: ours });
  const theirs = answer.rendered?.cookies;
  if (theirs === undefined) return answer;
  const left = new Set(theirs.map(nameOf));
  for (const cookie of ours) if (!left.has(nameOf(cookie))) keep(jar, answer.url, { ...cookie, expires: 0 });
  for (const cookie of theirs) keep(jar, answer.url, cookie);
  return answer;
}

/** Those that a page of this URL could see, with or without TLS. */
function cookiesFor(jar: CookieJar, { hostname }: URL): RenderCookie[] {
  const all = jar.size === 0 ? [] : jar.toJSON().cookies;
  return all.flatMap(({ name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite }) => {
    if (hostname !== domain && (hostOnly || !hostname.endsWith(`.${domain}`))) return [];
    const site = sameSite === undefined ? undefined : SAME_SITE[sameSite];
    const ends = expires === null ? -1 : expires / 1000;
    return {
      name,
      value,
      domain: hostOnly ? domain : `.${domain}`,
      path,
      expires: ends,
      secure,
      httpOnly,
      sameSite: site,
    };
  });
}

const SAME_SITE = { strict: "Strict", lax: "Lax", none: "None" } as const;

function nameOf({ name, domain, path }: RenderCookie): string {
  return `${name} ${domain} ${path}`;
}

function keep(jar: CookieJar, page: URL, cookie: RenderCookie): void {
  const { name, value, domain, path = "/", expires = -1, secure, httpOnly, sameSite } = cookie;
  const host = (domain ?? page.hostname).replace(/^\./, "");
  const at = urlOf(`${secure === true ? "https:" : page.protocol}//${host}${path}`);
  if (at === undefined) return;
  const parts = [
    `${name}=${value}`,
    `Path=${path}`,
    ...(domain?.startsWith(".") === true ? [`Domain=${host}`] : []),
    ...(expires < 0 ? [] : [`Expires=${new Date(expires * 1000).toUTCString()}`]),
    ...(secure === true ? ["Secure"] : []),
    ...(httpOnly === true ? ["HttpOnly"] : []),
    ...(sameSite === undefined ? [] : [`SameSite=${sameSite}`]),
  ];
  jar.store(at, [parts.join("; ")]);
}
