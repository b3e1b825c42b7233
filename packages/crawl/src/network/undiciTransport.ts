import type { Socket } from "node:net";
import { throwIfCancelled } from "heddle/lowlevel";
import type { Dispatcher } from "undici";
import { buildConnector } from "undici";
import { checkCount, checkMethods, checkOptions, invalid } from "../ground/check.js";
import { classify } from "../ground/classify.js";
import { ProxyError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { Transport, TransportRequest, TransportResponse } from "../ground/transport.js";
import type { AddressGuard } from "./addressGuard.js";
import type { Trust } from "./dial.js";
import { ADDRESS_TIMEOUT, CONNECT_TIMEOUT, checkPeer } from "./dial.js";
import { proxyAuthorization } from "./httpConnect.js";
import type { Connect } from "./line.js";
import { Line } from "./line.js";
import { isProxysOwn, proxyRefusal } from "./proxyRefusal.js";
import { Recent } from "./recent.js";
import { dialProxy, openTunnel } from "./tunnel.js";
import { UndiciExchange } from "./undiciExchange.js";

export interface UndiciTransportOptions {
  /** How long an unused connection is kept for the next request, in milliseconds. Default 4000. */
  keepAlive?: number;
  /**
   * The largest headers of an answer, in bytes. Default 65 536: some sites need more than Node's own 16 384.
   */
  maxHeaderBytes?: number;
  /** Certificates to trust instead of those that Node trusts, in PEM form. */
  ca?: string;
  /**
   * Accepts any certificate: one that has expired, is for another host, or that nobody vouches for. Whoever sits
   * between us and a server can then read and change everything. Default false. Not together with `ca`.
   */
  insecure?: boolean;
  /** Lets nobody ask where only this machine can. Default: none. */
  guard?: AddressGuard;
  /** For how many proxies connections are kept. Default 100. */
  maxProxies?: number;
}

const OPTIONS = ["keepAlive", "maxHeaderBytes", "ca", "insecure", "guard", "maxProxies"];

/** The two ways through one proxy: for pages without TLS the proxy is asked for them, for others it connects. */
interface ProxyLines {
  readonly forward: Line;
  readonly tunnel: Line;
}

/** HTTP/1.1 over undici, with connections that are kept and used again, directly or through proxies. */
export class UndiciTransport implements Transport {
  readonly name = "undici";
  readonly #direct: Line;
  readonly #proxies: Recent<string, ProxyLines>;
  /** Of proxies that were let go of, and have still something to do. */
  readonly #leaving: Set<Line> = new Set();
  readonly #guard: AddressGuard | undefined;
  readonly #trust: Trust;
  readonly #lineOptions: { readonly keepAlive: number; readonly maxHeaderBytes: number };

  constructor(options: UndiciTransportOptions = {}) {
    const doing = "make a transport";
    checkOptions(doing, options, OPTIONS);
    const { keepAlive = 4000, maxHeaderBytes = 65_536, ca, insecure = false, guard, maxProxies = 100 } = options;
    checkCount(doing, keepAlive, { what: "keepAlive", least: 1 });
    checkCount(doing, maxHeaderBytes, { what: "maxHeaderBytes", least: 1 });
    checkCount(doing, maxProxies, { what: "maxProxies", least: 1 });
    if (ca !== undefined && typeof ca !== "string") throw invalid(doing, "ca must be a string", ca);
    if (typeof insecure !== "boolean") throw invalid(doing, "insecure must be true or false", insecure);
    if (insecure && ca !== undefined) throw invalid(doing, "ca means nothing where any certificate will do", ca);
    if (guard !== undefined) checkMethods(doing, guard, { what: "guard", methods: ["checkUrl", "checkAddress"] });
    this.#guard = guard;
    this.#trust = { ...(ca === undefined ? {} : { ca }), ...(insecure ? { rejectUnauthorized: false } : {}) };
    this.#lineOptions = { keepAlive, maxHeaderBytes };
    this.#direct = new Line(this.#connectDirectly(), this.#lineOptions);
    this.#proxies = new Recent(maxProxies, (lines) => this.#letGo(lines));
  }

  /**
   * If cancelled: throws `CancelledError` at once. The connection is cut, also one that was still being made, unless
   * somebody else waits for it.
   */
  request(url: URL, options: TransportRequest): Promise<TransportResponse> {
    try {
      checkRequest(options);
      throwIfCancelled();
      const { proxy } = options;
      if (proxy !== undefined) return this.#askThrough(proxy, url, options);
      this.#guard?.checkUrl(url);
      return this.#ask(this.#direct, asked(url, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #askThrough(proxy: ProxyRoute, url: URL, options: TransportRequest): Promise<TransportResponse> {
    await this.#guard?.checkRemote(url);
    const lines = this.#through(proxy);
    const isForwarded = url.protocol === "http:" && proxy.url.protocol !== "socks5:";
    if (!isForwarded) return this.#ask(lines.tunnel, asked(url, options));
    const auth = proxyAuthorization(proxy);
    return this.#ask(
      lines.forward,
      {
        origin: proxy.url.origin,
        path: url.origin + url.pathname + url.search,
        method: options.method as Dispatcher.HttpMethod,
        headers: {
          host: url.host,
          ...options.headers,
          ...(auth === undefined ? {} : { "proxy-authorization": auth }),
        },
        body: options.body ?? null,
      },
      proxy,
    );
  }

  #ask(line: Line, request: Asked, forwarder?: ProxyRoute): Promise<TransportResponse> {
    const { origin } = request;
    line.enter(origin);
    const response = new UndiciExchange();
    const failed = (error: unknown): never => {
      response.close();
      line.leave(origin);
      line.cutUnwanted(origin);
      throwIfCancelled();
      throw forwarder === undefined ? error : asForwarders(error, forwarder);
    };
    try {
      line.agent.dispatch(request, response);
    } catch (error) {
      return failed(error);
    }
    // While undici connects, it does not hear of a cancellation: so the wait is left, not only told.
    return response.head.then(() => {
      line.leave(origin);
      if (forwarder === undefined || !isProxysOwn(response)) return response;
      response.close();
      throw proxyRefusal(response, forwarder.label);
    }, failed);
  }

  async close(): Promise<void> {
    this.#proxies.clear();
    await Promise.all([this.#direct, ...this.#leaving].map((line) => line.destroy()));
    this.#leaving.clear();
  }

  #through(proxy: ProxyRoute): ProxyLines {
    // A route of the same proxy that is trusted and one that is not are guarded differently.
    return this.#proxies.get(`${proxy.trusted === true} ${proxy.url.href}`, () => ({
      forward: new Line(this.#connectToProxy(proxy), this.#lineOptions),
      tunnel: new Line(this.#connectThrough(proxy), this.#lineOptions),
    }));
  }

  /** Lets what is under way end in good order. */
  #letGo({ forward, tunnel }: ProxyLines): void {
    for (const line of [forward, tunnel]) {
      this.#leaving.add(line);
      const gone = (): void => void this.#leaving.delete(line);
      line.agent.close().then(gone, gone);
    }
  }

  #connector(): buildConnector.connector {
    return buildConnector({
      timeout: CONNECT_TIMEOUT,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT,
      ...this.#trust,
      ...(this.#guard === undefined ? {} : { lookup: this.#guard.lookup }),
    });
  }

  #connectDirectly(): Connect {
    const connect = promised(this.#connector());
    return async (options, own) => {
      // A literal address is never looked up, so that the guard's lookup would not see it.
      this.#guard?.checkHost(options.hostname, portOf(options));
      const socket = await connect(options, own);
      checkPeer(socket, options.hostname, this.#guard);
      return socket;
    };
  }

  #connectToProxy(route: ProxyRoute): Connect {
    return (_options, own) => dialProxy(route, { guard: this.#guard, trust: this.#trust, own });
  }

  #connectThrough(route: ProxyRoute): Connect {
    const connect = promised(this.#connector());
    return async (options, own) => {
      const target = { host: options.hostname, port: portOf(options) };
      const socket = await openTunnel(route, target, { guard: this.#guard, trust: this.#trust, own });
      if (options.protocol !== "https:") return socket;
      return connect({ ...options, httpSocket: socket }, own);
    };
  }
}

interface Asked extends Dispatcher.DispatchOptions {
  readonly origin: string;
}

function asked(url: URL, { method, headers, body }: TransportRequest): Asked {
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: method as Dispatcher.HttpMethod,
    headers,
    body: body ?? null,
  };
}

function checkRequest({ identity, render }: TransportRequest): void {
  const doing = "ask over undici";
  if (identity !== undefined) throw invalid(doing, "it has no identities: they want the IdentityTransport", identity);
  if (render !== undefined) throw invalid(doing, "it does not render: that wants the BrowserTransport", render);
}

function portOf({ port, protocol }: buildConnector.Options): number {
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

/** A connector of undici's as one that returns. It gives its socket at once, although its type does not say so. */
function promised(connect: buildConnector.connector): Connect {
  return (options, own) =>
    new Promise((resolve, reject) => {
      const socket: unknown = connect(options, (error, ready) => {
        if (error === null && ready !== null) resolve(ready);
        else reject(error ?? new Error("There is no connection"));
      });
      own(socket as Socket);
    });
}

/** Of a proxy that passes requests on, a connection that breaks before the answer is the proxy's. */
function asForwarders(error: unknown, { label }: ProxyRoute): unknown {
  const { outcome, message } = classify(error);
  if (outcome !== "reset" && outcome !== "timeout") return error;
  return new ProxyError("PROXY_FAILED", label, `broke the connection (${message})`, { aboutSite: true, cause: error });
}
