import type { ProxyOutcome, ProxyPool } from "../../network/proxyPool.js";
import type { SessionOutcome } from "../../sessions/session.js";
import type { SessionPool } from "../../sessions/sessionPool.js";
import type { Verdict } from "../../verdict/verdict.js";
import type { Answer } from "../answer.js";
import { notSent } from "../answer.js";
import type { Step } from "../step.js";

export interface VisitorParts {
  readonly sessions: SessionPool;
  readonly proxies: ProxyPool | undefined;
}

/** Failures in which the proxy says that it is the site that cannot be reached. */
const ABOUT_SITE: ReadonlySet<string> = new Set(["PROXY_FAILED", "PROXY_REFUSED"]);

/** Verdicts that are about who asks. */
const REFUSALS: ReadonlySet<Verdict | undefined> = new Set<Verdict>(["blocked", "captcha"]);

/**
 * As whom an attempt is made, redirects included: a session's cookies, proxy and identity, or a proxy alone; and tells both
 * what came of it. Where there is no proxy that may be used the request does not leave: nobody wants it to come from his own
 * address then.
 */
export function visitor(parts: VisitorParts): Step {
  const { sessions, proxies } = parts;
  const asSomebody: Step = async (request, next) => {
    const { url, rung, errand } = request;
    const { host } = url;
    const key = errand.settings.session;
    const session = key === undefined ? undefined : sessions.take({ key, host });
    const own = rung.tier === 0 ? session?.proxy : undefined;
    const proxy =
      own ?? proxies?.pick({ host, tier: rung.tier, ...(session === undefined ? {} : { session: session.id }) });
    if (proxies !== undefined && proxy === undefined) {
      const message = `There is no proxy of tier ${rung.tier} that could be used`;
      return notSent(url, { outcome: "proxy", code: "NO_PROXY", message });
    }
    const answer = await next({ ...request, session, proxy });
    session?.report(outcomeForSession(answer));
    const outcome = outcomeForProxy(answer);
    if (proxy !== undefined && outcome !== undefined) proxies?.report(proxy, host, outcome);
    return answer;
  };
  return (request, next) =>
    request.errand.settings.session === undefined && proxies === undefined ? next(request) : asSomebody(request, next);
}

function outcomeForSession({ failure, judgement }: Answer): SessionOutcome {
  if (isProxys(failure)) return "proxyFailed";
  return REFUSALS.has(judgement?.verdict) ? "blocked" : "ok";
}

function outcomeForProxy({ failure, judgement }: Answer): ProxyOutcome | undefined {
  if (failure?.outcome === "proxy") return isProxys(failure) ? "proxyFailed" : undefined;
  return REFUSALS.has(judgement?.verdict) || judgement?.verdict === "rateLimited" ? "blocked" : "ok";
}

function isProxys(failure: Answer["failure"]): boolean {
  return failure?.outcome === "proxy" && !ABOUT_SITE.has(failure.code);
}
