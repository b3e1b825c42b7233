import type { BrowserContextOptions } from "playwright-core";
import { invalid } from "../ground/check.js";
import { type ProxyRoute, proxyCredentials, proxyPort } from "../ground/proxyRoute.js";
import type { RenderCookie, RenderOptions, Viewport } from "../ground/render.js";
import type { TransportRequest } from "../ground/transport.js";
import { checkRenderOptions } from "./checkRenderOptions.js";
import type { ContextPlan } from "./contextPool.js";

/** One page to render, with everything settled. */
export interface VisitPlan {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly body: Uint8Array | string | undefined;
  /** Fields that Chromium would not send by itself, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly referer: string | undefined;
  readonly cookies: readonly RenderCookie[];
  /** Without the proxy. */
  readonly context: ContextPlan;
  /** The one that is wanted, be it that Chromium gets there by another. */
  readonly proxy: ProxyRoute | undefined;
  readonly render: RenderOptions;
  /** In milliseconds. */
  readonly timeout: number;
  /** In milliseconds; Infinity for no limit. */
  readonly stallTimeout: number;
  /** Of the document, as it says itself. */
  readonly maxBytes: number;
}

const DOING = "render a page";

const VIEWPORT: Viewport = { width: 1280, height: 720 };

/**
 * What a browser says of itself in its requests is one whole, and differs with what is asked for. Fields of somebody
 * else's in it would fit no browser.
 */
const CHROMIUMS_OWN =
  /^(accept|accept-encoding|connection|content-length|host|keep-alive|priority|te|transfer-encoding|upgrade-insecure-requests|sec-.*|proxy-.*)$/;

/** These have settings of their own. */
const HANDLED: ReadonlySet<string> = new Set(["user-agent", "accept-language", "cookie", "referer"]);

/** What holds for all requests of a transport. */
export interface UsualPlan {
  /** Of those that name no other. */
  readonly proxy: ProxyRoute | undefined;
  /** Whether any certificate is accepted. */
  readonly insecure: boolean;
}

/** @throws InvalidArgumentError for what Chromium cannot do, or nobody could */
export function visitPlan(url: URL, request: TransportRequest, usual: UsualPlan): VisitPlan {
  const { method, body, render = {}, proxy = usual.proxy } = request;
  checkRenderOptions(render);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw invalid(DOING, "its URL must be http or https", url.protocol);
  }
  if (method !== "GET" && method !== "POST") throw invalid(DOING, "Chromium asks for it with GET or POST", method);
  if (body !== undefined && method === "GET") throw invalid(DOING, "a GET has no body", body);
  if (request.identity !== undefined) throw invalid(DOING, "Chromium has its own identity", request.identity);
  const fields = { ...request.headers, ...lowerCased(render.headers ?? {}) };
  const extra = Object.entries(fields).filter(([name]) => !CHROMIUMS_OWN.test(name) && !HANDLED.has(name));
  return {
    url,
    method,
    body,
    headers: Object.fromEntries(extra),
    referer: fields["referer"],
    cookies: [...cookiesOf(fields["cookie"]), ...(render.cookies ?? [])],
    context: { session: render.session, options: { ...contextOptions(fields, render), ...trust(usual) } },
    proxy,
    render,
    timeout: render.timeout ?? 30_000,
    stallTimeout: render.stallTimeout ?? Infinity,
    maxBytes: render.maxBytes ?? Infinity,
  };
}

function contextOptions(fields: Readonly<Record<string, string>>, render: RenderOptions): BrowserContextOptions {
  const { width, height, scale = 1, mobile = false } = render.viewport ?? VIEWPORT;
  const userAgent = render.userAgent ?? fields["user-agent"];
  return {
    acceptDownloads: false,
    // What a service worker answers is seen by nobody, and cannot be blocked.
    serviceWorkers: "block",
    viewport: { width, height },
    deviceScaleFactor: scale,
    isMobile: mobile,
    hasTouch: mobile,
    locale: render.locale ?? firstLanguage(fields["accept-language"]) ?? "en-US",
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}

function trust({ insecure }: UsualPlan): BrowserContextOptions {
  return insecure ? { ignoreHTTPSErrors: true } : {};
}

/** The plan of a context that goes through a proxy. */
export function through(plan: ContextPlan, route: ProxyRoute): ContextPlan {
  const credentials = proxyCredentials(route.url);
  const proxy = {
    server: serverOf(route),
    // Also to this machine itself, to which Chromium would go directly.
    bypass: "<-loopback>",
    ...(credentials === undefined ? {} : { username: credentials.user, password: credentials.password }),
  };
  return { ...plan, options: { ...plan.options, proxy } };
}

/** `scheme://host:port`, as Chromium wants it. */
export function serverOf({ url }: ProxyRoute): string {
  return `${url.protocol}//${url.hostname}:${proxyPort(url)}`;
}

/** Of `de-CH,de;q=0.9` the first, if it is one that stands for a language. */
function firstLanguage(accepted: string | undefined): string | undefined {
  const [first = ""] = (accepted ?? "").split(",");
  const tag = first.split(";")[0]?.trim() ?? "";
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** Of a `Cookie` field. */
function cookiesOf(field: string | undefined): RenderCookie[] {
  return (field ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, at)).trim();
    return name === "" ? [] : [{ name, value: pair.slice(at + 1).trim() }];
  });
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
