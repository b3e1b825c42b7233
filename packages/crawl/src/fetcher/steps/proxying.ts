import type { ProxyOutcome, ProxyPool } from "../../network/proxyPool.js";
import type { Answer } from "../answer.js";
import { notSent } from "../answer.js";
import type { Step } from "../step.js";

/** Failures in which the proxy says that it is the site that cannot be reached. */
const ABOUT_SITE: ReadonlySet<string> = new Set(["PROXY_FAILED", "PROXY_REFUSED"]);

/**
 * Chooses the proxy of an attempt, redirects included, and tells the pool what came of it. Where the tier has none that may be
 * used, the request does not leave: nobody wants it to come from his own address then.
 */
export function proxying(pool: ProxyPool): Step {
  return async (request, next) => {
    const { url, rung, errand } = request;
    const { host } = url;
    const session = errand.session?.key;
    const proxy = pool.pick({ host, tier: rung.tier, ...(session === undefined ? {} : { session }) });
    if (proxy === undefined) {
      const message = `There is no proxy of tier ${rung.tier} that could be used`;
      return notSent(url, { outcome: "proxy", code: "NO_PROXY", message });
    }
    const answer = await next({ ...request, proxy });
    const outcome = outcomeFor(answer);
    if (outcome !== undefined) pool.report(proxy, host, outcome);
    return answer;
  };
}

function outcomeFor({ failure, judgement }: Answer): ProxyOutcome | undefined {
  if (failure?.outcome === "proxy") return ABOUT_SITE.has(failure.code) ? undefined : "proxyFailed";
  const verdict = judgement?.verdict;
  return verdict === "blocked" || verdict === "captcha" || verdict === "rateLimited" ? "blocked" : "ok";
}
