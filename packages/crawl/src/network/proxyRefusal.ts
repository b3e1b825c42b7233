import { ProxyError } from "../ground/errors.js";

export interface ProxyAnswer {
  readonly status: number;
  readonly reason?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer of a proxy that does not connect us, as an error. */
export function proxyRefusal(answer: ProxyAnswer, label: string): ProxyError {
  const { status } = answer;
  if (status === 407) return new ProxyError("PROXY_AUTH", label, "does not accept the credentials (407)");
  const why = [String(status), reasonOf(answer)].filter((each) => each !== "").join(", ");
  if (status === 403 || status === 405) {
    return new ProxyError("PROXY_REFUSED", label, `does not let anybody ask there (${why})`, { aboutSite: true });
  }
  return new ProxyError("PROXY_FAILED", label, `cannot get there (${why})`, { aboutSite: true });
}

/**
 * Whether an answer that came through a proxy is the proxy's own, which looks like one of the site's. Proxies show it
 * in their own ways: 407 always is; `Proxy-Status` with an error is the standard (RFC 9209); squid has `X-Squid-Error`;
 * proxy-chain answers with statuses that no site has, 590 to 599; tinyproxy names itself as the server.
 */
export function isProxysOwn({ status, headers }: ProxyAnswer): boolean {
  if (status === 407) return true;
  if (status < 400) return false;
  if (/;\s*error=/.test(text(headers["proxy-status"]))) return true;
  if (headers["x-squid-error"] !== undefined) return true;
  if (status >= 590 && status <= 599) return true;
  return /^tinyproxy\b/i.test(text(headers["server"]));
}

function reasonOf({ reason = "", headers }: ProxyAnswer): string {
  const squid = text(headers["x-squid-error"]).split(" ", 1)[0] as string;
  const standard = /;\s*error=([\w-]+)/.exec(text(headers["proxy-status"]))?.[1] ?? "";
  return standard || squid || reason.slice(0, 60);
}

function text(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(", ") : (value ?? "");
}
