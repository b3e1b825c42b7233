import { cancellable } from "heddle";
import { onCancel, throwIfCancelled } from "heddle/lowlevel";
import { checkCount, checkMethods, checkOptions, invalid } from "../ground/check.js";
import { FetchError, ProxyError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { Transport, TransportRequest, TransportResponse } from "../ground/transport.js";
import { headerOf } from "../ground/transport.js";
import type { AddressGuard } from "./addressGuard.js";
import { identityError } from "./identityError.js";
import { identityHeaders } from "./identityHeaders.js";
import { http2Of } from "./identityHttp2.js";
import type { IdentityLibrary, NativeTransport } from "./identityLibrary.js";
import { identityLibrary } from "./identityLibrary.js";
import type { Identity } from "./identityNames.js";
import { identityOf } from "./identityNames.js";
import { IdentityResponse } from "./identityResponse.js";
import { LocalEgress } from "./localEgress.js";
import { Recent } from "./recent.js";

export interface IdentityTransportOptions {
  /** The identity of requests that name none, as in `identityOf()`. Default "chrome": the newest one that there is. */
  identity?: string;
  /** Accepts any certificate. Default false. */
  insecure?: boolean;
  /** Lets nobody ask where only this machine can. Default: none. */
  guard?: AddressGuard;
  /** For how many pairs of an identity and a proxy connections are kept. Default 100. */
  maxPairs?: number;
}

const OPTIONS = ["identity", "insecure", "guard", "maxPairs"];

/** In milliseconds. */
const CONNECT_TIMEOUT = 10_000;
const KEEP_ALIVE = 30_000;

/** How long the library waits in silence for a body that nobody wants any more, if its connection cannot be cut. */
const READ_TIMEOUT = 300_000;

/** Connections of one identity by one way. */
interface Pair {
  readonly native: Promise<NativeTransport>;
  readonly egress: LocalEgress;
  uses: number;
  isForgotten: boolean;
}

/**
 * Speaks as a browser does: the identity's TLS handshake, its HTTP/2 settings and its headers, over wreq-js, which is an
 * optional part. Of the headers of a request it takes those that a browser leaves to the page and its user; what
 * belongs to the browser (`User-Agent`, `Accept`, `Sec-…` and others) is the identity's always, as a mixture of two
 * browsers is what no browser sends.
 *
 * Its connections go by a proxy of ours in this process, through which all of it goes as it is: there the guard looks at
 * addresses, other proxies are gone through, and connections are cut that the library would keep until their site says
 * something.
 */
export class IdentityTransport implements Transport {
  readonly name = "identity";
  readonly #identity: string;
  readonly #insecure: boolean;
  readonly #guard: AddressGuard | undefined;
  readonly #pairs: Recent<string, Pair>;
  readonly #closing: Set<Promise<void>> = new Set();

  constructor(options: IdentityTransportOptions = {}) {
    const doing = "make an identity transport";
    checkOptions(doing, options, OPTIONS);
    const { identity = "chrome", insecure = false, guard, maxPairs = 100 } = options;
    if (typeof identity !== "string" || identity === "") throw invalid(doing, "identity must be a name", identity);
    if (typeof insecure !== "boolean") throw invalid(doing, "insecure must be true or false", insecure);
    if (guard !== undefined) checkMethods(doing, guard, { what: "guard", methods: ["checkUrl", "checkAddress"] });
    checkCount(doing, maxPairs, { what: "maxPairs", least: 1 });
    this.#identity = identity;
    this.#insecure = insecure;
    this.#guard = guard;
    this.#pairs = new Recent(maxPairs, (pair) => this.#forget(pair));
  }

  /**
   * If cancelled: throws `CancelledError` at once, and the connection is cut.
   *
   * @throws MissingPartError if wreq-js is not installed; InvalidArgumentError for an identity that there is not
   */
  async request(url: URL, options: TransportRequest): Promise<TransportResponse> {
    const { proxy, render } = options;
    if (render !== undefined) {
      throw invalid("speak as a browser", "it does not render: that wants the BrowserTransport", render);
    }
    throwIfCancelled();
    this.#guard?.checkUrl(url);
    const library = await cancellable(identityLibrary());
    const identity = identityOf(options.identity ?? this.#identity, library.getProfiles(), library.resolveProfile);
    const pair = this.#pair(library, identity, { proxy, url });
    pair.uses++;
    const used = pair.egress.use(url);
    let isOver = false;
    const over = (wasWanted: boolean): void => {
      if (isOver) return;
      isOver = true;
      watch[Symbol.dispose]();
      used(wasWanted);
      pair.uses--;
      if (pair.isForgotten && pair.uses === 0) this.#close(pair);
    };
    const controller = new AbortController();
    const watch = onCancel(() => controller.abort());
    const startedAt = performance.now();
    try {
      const native = await cancellable(pair.native);
      const answer = await cancellable(
        library.fetch(withoutSecrets(url), {
          transport: native,
          method: options.method,
          headers: identityHeaders({
            profile: [...library.getEmulationHeaders(identity.profile, identity.system)],
            wanted: options.headers,
            url,
            isChromium: identity.isChromium,
          }),
          ...(options.body === undefined ? {} : { body: options.body }),
          disableDefaultHeaders: true,
          redirect: "manual",
          compress: false,
          cookieMode: "ephemeral",
          // The scopes around a request limit its time.
          timeout: 0,
          signal: controller.signal,
        }),
      );
      const response = new IdentityResponse(answer, over);
      const ours = this.#oursIn(response, url, { pair, startedAt });
      if (ours === undefined) return response;
      response.close();
      throw ours;
    } catch (error) {
      controller.abort();
      over(false);
      throwIfCancelled();
      if (error instanceof FetchError) throw error;
      throw this.#failure(error, url, { pair, startedAt, proxy });
    }
  }

  /** If cancelled: it is closed all the same. */
  async close(): Promise<void> {
    this.#pairs.clear();
    await Promise.all(this.#closing);
  }

  #pair(library: IdentityLibrary, identity: Identity, { proxy, url }: Way): Pair {
    const { profile, system } = identity;
    // An HTTP proxy is asked for pages without TLS, as many connect to port 443 only.
    const kind = url.protocol === "http:" && /^https?:$/.test(proxy?.url.protocol ?? "") ? "http" : "socks";
    const key = `${profile}@${system} ${kind} ${proxy?.trusted === true} ${proxy?.url.href ?? ""}`;
    const known = this.#pairs.peek(key);
    // It runs as a task of the run in which it was started, and ends with it.
    if (known?.egress.isOpen === false) {
      this.#pairs.delete(key);
      this.#forget(known);
    }
    return this.#pairs.get(key, () => {
      const egress = new LocalEgress({ guard: this.#guard, upstream: proxy, kind });
      const native = this.#native(library, identity, egress);
      // Its failure is met by whoever waits for it.
      native.catch(() => this.#pairs.delete(key));
      return { native, egress, uses: 0, isForgotten: false };
    });
  }

  async #native(
    library: IdentityLibrary,
    { profile, system }: Identity,
    egress: LocalEgress,
  ): Promise<NativeTransport> {
    const proxy = await egress.start();
    return library.createTransport({
      browser: profile,
      os: system,
      ...http2Of(profile),
      insecure: this.#insecure,
      proxy: proxy.href,
      connectTimeout: CONNECT_TIMEOUT,
      readTimeout: READ_TIMEOUT,
      poolIdleTimeout: KEEP_ALIVE,
    });
  }

  /** An answer that our own proxy gave, on a page without TLS. */
  #oursIn(response: TransportResponse, url: URL, { pair, startedAt }: Attempt): unknown {
    if (!/^heddle; error=/.test(headerOf(response.headers, "proxy-status") ?? "")) return;
    return pair.egress.failureOf(url, startedAt);
  }

  #failure(error: unknown, url: URL, { pair, startedAt, proxy }: Attempt & { proxy: ProxyRoute | undefined }): unknown {
    const known = pair.egress.failureOf(url, startedAt);
    if (known !== undefined) return known;
    const failure = identityError(error, "head");
    if (proxy === undefined || !/tunnel|proxy/i.test(failure.message)) return failure;
    return new ProxyError("PROXY_FAILED", proxy.label, `cannot get there (${failure.message})`, {
      aboutSite: true,
      cause: error,
    });
  }

  #forget(pair: Pair): void {
    pair.isForgotten = true;
    if (pair.uses === 0) this.#close(pair);
  }

  #close({ native, egress }: Pair): void {
    const closed = native
      .then((transport) => transport.close())
      .catch(() => {})
      .then(() => egress.close())
      .finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}

interface Way {
  readonly proxy: ProxyRoute | undefined;
  readonly url: URL;
}

interface Attempt {
  readonly pair: Pair;
  /** By the clock of `performance`. */
  readonly startedAt: number;
}

/** Credentials of a URL are sent as a header by whoever wants that. */
function withoutSecrets(url: URL): string {
  return url.origin + url.pathname + url.search;
}
