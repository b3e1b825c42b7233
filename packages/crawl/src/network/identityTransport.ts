import { cancellable, now } from "heddle";
import { onCancel, throwIfCancelled } from "heddle/lowlevel";
import { checkCount, checkMethods, checkOptions, invalid } from "../ground/check.js";
import { FetchError, ProxyError } from "../ground/errors.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { Transport, TransportRequest, TransportResponse } from "../ground/transport.js";
import { headerOf } from "../ground/transport.js";
import type { AddressGuard } from "./addressGuard.js";
import { identityError } from "./identityError.js";
import type { Face } from "./identityFace.js";
import { faceOf } from "./identityFace.js";
import { identityHeaders } from "./identityHeaders.js";
import type { IdentityLibrary } from "./identityLibrary.js";
import { identityLibrary } from "./identityLibrary.js";
import type { Pair } from "./identityPairs.js";
import { IdentityPairs } from "./identityPairs.js";
import { IdentityResponse } from "./identityResponse.js";
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

/** How many are remembered. */
const MOST_IDENTITIES = 200;

/**
 * Speaks as a browser does: the identity's TLS handshake, its HTTP/2 settings and its headers, over wreq-js, which is an
 * optional part. Of the headers of a request it takes those that a browser leaves to the page and its user; what
 * belongs to the browser (`User-Agent`, `Accept`, `Sec-…` and others) is the identity's always, as a mixture of two
 * browsers is what no browser sends.
 *
 * Two limits are the library's: it reads a small body of known length before it returns, so that one that breaks off
 * hides its status; and it leaves out header values that are not in ASCII.
 *
 * Its connections go by a proxy of ours in this process, through which all of it goes as it is: there the guard looks at
 * addresses, other proxies are gone through, and connections are cut that the library would keep until their site says
 * something.
 */
export class IdentityTransport implements Transport {
  readonly name = "identity";
  readonly #identity: string;
  readonly #guard: AddressGuard | undefined;
  readonly #pairs: IdentityPairs;
  readonly #identities: Recent<string, Face> = new Recent(MOST_IDENTITIES, () => {});
  #library: IdentityLibrary | undefined;

  constructor(options: IdentityTransportOptions = {}) {
    const doing = "make an identity transport";
    checkOptions(doing, options, OPTIONS);
    const { identity = "chrome", insecure = false, guard, maxPairs = 100 } = options;
    if (typeof identity !== "string" || identity === "") throw invalid(doing, "identity must be a name", identity);
    if (typeof insecure !== "boolean") throw invalid(doing, "insecure must be true or false", insecure);
    if (guard !== undefined) checkMethods(doing, guard, { what: "guard", methods: ["checkUrl", "checkAddress"] });
    checkCount(doing, maxPairs, { what: "maxPairs", least: 1 });
    this.#identity = identity;
    this.#guard = guard;
    this.#pairs = new IdentityPairs({ guard, insecure, most: maxPairs });
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
    const library = this.#library ?? (await cancellable(identityLibrary()));
    this.#library = library;
    const name = options.identity ?? this.#identity;
    const identity = this.#identities.get(name, () => faceOf(name, library));
    const pair = this.#pairs.of(library, identity, { proxy, url });
    try {
      return await this.#ask(url, options, { library, identity, pair });
    } catch (error) {
      // It took a connection that we had cut, and did not know it yet. Nobody has heard the question.
      if (!isBroken(error) || !pair.egress.hasCut(url) || !/^(GET|HEAD)$/.test(options.method)) throw error;
      return this.#ask(url, options, { library, identity, pair });
    }
  }

  async #ask(url: URL, options: TransportRequest, { library, identity, pair }: Means): Promise<TransportResponse> {
    throwIfCancelled();
    const release = this.#pairs.use(pair);
    const used = pair.egress.use(url);
    let isOver = false;
    const over = (wasWanted: boolean): void => {
      if (isOver) return;
      isOver = true;
      watch[Symbol.dispose]();
      used(wasWanted);
      release();
    };
    const controller = new AbortController();
    const watch = onCancel(() => controller.abort());
    const startedAt = now();
    try {
      const native = await cancellable(pair.native);
      const answer = await cancellable(
        library.fetch(withoutSecrets(url), {
          transport: native,
          method: options.method,
          headers: identityHeaders({
            profile: identity.headers,
            wanted: options.headers,
            url,
            method: options.method,
            bodyBytes: options.body === undefined ? undefined : Buffer.byteLength(options.body),
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
      // Before there is an answer the library lets go of the connection when it is told to.
      controller.abort();
      over(true);
      throwIfCancelled();
      if (error instanceof FetchError) throw error;
      throw this.#failure(error, url, { pair, startedAt, proxy: options.proxy });
    }
  }

  /** If cancelled: it is closed all the same. */
  async close(): Promise<void> {
    await this.#pairs.close();
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
}

function isBroken(error: unknown): boolean {
  return error instanceof FetchError && error.outcome === "reset";
}

interface Means {
  readonly library: IdentityLibrary;
  readonly identity: Face;
  readonly pair: Pair;
}

interface Attempt {
  readonly pair: Pair;
  /** By `now()`. */
  readonly startedAt: number;
}

/** Credentials of a URL are sent as a header by whoever wants that. */
function withoutSecrets(url: URL): string {
  return url.origin + url.pathname + url.search;
}
