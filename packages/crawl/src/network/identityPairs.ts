import { createTask } from "heddle";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { AddressGuard } from "./addressGuard.js";
import { http2Of } from "./identityHttp2.js";
import type { IdentityLibrary, NativeTransport } from "./identityLibrary.js";
import type { Identity } from "./identityNames.js";
import { LocalEgress } from "./localEgress.js";
import { Recent } from "./recent.js";

/** In milliseconds. */
const CONNECT_TIMEOUT = 10_000;
const KEEP_ALIVE = 30_000;

/** How long the library waits in silence for a body that nobody wants any more, if its connection cannot be cut. */
const READ_TIMEOUT = 300_000;

/** Connections of one identity by one way. */
export interface Pair {
  readonly native: Promise<NativeTransport>;
  readonly egress: LocalEgress;
  uses: number;
  isForgotten: boolean;
}

export interface Way {
  readonly proxy: ProxyRoute | undefined;
  readonly url: URL;
}

export interface IdentityPairsOptions {
  readonly guard: AddressGuard | undefined;
  readonly insecure: boolean;
  readonly most: number;
}

/** The pairs that were used last. One that is forgotten is closed when nobody uses it any more. */
export class IdentityPairs {
  readonly #options: IdentityPairsOptions;
  readonly #pairs: Recent<string, Pair>;
  readonly #closing: Set<Promise<void>> = new Set();

  constructor(options: IdentityPairsOptions) {
    this.#options = options;
    this.#pairs = new Recent(options.most, (pair) => this.#forget(pair));
  }

  of(library: IdentityLibrary, identity: Identity, { proxy, url }: Way): Pair {
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
      const egress = new LocalEgress({ guard: this.#options.guard, upstream: proxy, kind });
      // As a task of its own: whoever needs it first may be cancelled, and the others need it still.
      const native = new Promise<NativeTransport>((resolve, reject) => {
        createTask(() => this.#native(library, identity, egress).then(resolve, reject), { name: "start an identity" });
      });
      // Its failure is met by whoever waits for it.
      native.catch(() => this.#pairs.delete(key));
      return { native, egress, uses: 0, isForgotten: false };
    });
  }

  /** Counts somebody in; the result counts them out. */
  use(pair: Pair): () => void {
    pair.uses++;
    return () => {
      pair.uses--;
      if (pair.isForgotten && pair.uses === 0) this.#close(pair);
    };
  }

  async close(): Promise<void> {
    this.#pairs.clear();
    await Promise.all(this.#closing);
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
      insecure: this.#options.insecure,
      proxy: proxy.href,
      connectTimeout: CONNECT_TIMEOUT,
      readTimeout: READ_TIMEOUT,
      poolIdleTimeout: KEEP_ALIVE,
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
