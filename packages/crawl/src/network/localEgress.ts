import { now } from "heddle";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { AddressGuard } from "./addressGuard.js";
import { Egress } from "./egress.js";
import { startFilteringProxy } from "./filteringProxy.js";
import type { LocalProxy, ProxyFailure } from "./localProxy.js";
import { startLocalSocks } from "./localSocks.js";
import { Recent } from "./recent.js";

/** How many failures are remembered until somebody asks for them. */
const MEMORY = 1000;

/** How long it may take until the library has noticed that a connection was cut, in milliseconds. */
const MOMENT = 2000;

export interface LocalEgressOptions {
  readonly guard: AddressGuard | undefined;
  readonly upstream: ProxyRoute | undefined;
  /**
   * How the library asks: with "socks" it is connected to the site, with "http" our proxy asks in its place, as HTTP
   * proxies often connect to port 443 only.
   */
  readonly kind: "socks" | "http";
}

/**
 * A proxy of ours for a library in this process. By it we know why something did not go through, and can cut the
 * connections that the library does not let go of.
 */
export class LocalEgress {
  readonly #options: LocalEgressOptions;
  readonly #failures: Recent<string, { error: unknown; at: number }> = new Recent(MEMORY, () => {});
  /** When what was cut last. */
  readonly #cuts: Recent<string, number> = new Recent(MEMORY, () => {});
  /** By target: answers that somebody waits for, and whether there are any that nobody waits for any more. */
  readonly #uses: Map<string, { wanted: number; hasUnwanted: boolean }> = new Map();
  #proxy: LocalProxy | undefined;
  #state: "new" | "open" | "closed" = "new";

  constructor(options: LocalEgressOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#state === "new" || (this.#state === "open" && this.#proxy?.isOpen === true);
  }

  async start(): Promise<URL> {
    const { guard, upstream, kind } = this.#options;
    const onFailure = ({ target, error }: ProxyFailure): void => {
      this.#failures.delete(target);
      this.#failures.get(target, () => ({ error, at: now() }));
    };
    this.#proxy =
      kind === "socks"
        ? await startLocalSocks(new Egress(guard, upstream), onFailure)
        : await startFilteringProxy({
            ...(guard === undefined ? {} : { guard }),
            ...(upstream === undefined ? {} : { upstream }),
            onFailure,
          });
    this.#state = "open";
    return this.#proxy.url;
  }

  /** Why a URL could not be asked, if that was so since a moment by `now()`. */
  failureOf(url: URL, since: number): unknown {
    const failure = this.#failures.peek(targetOf(url));
    return failure !== undefined && failure.at >= since ? failure.error : undefined;
  }

  /** Whether connections there were cut a moment ago, so that the library may still take one for a good one. */
  hasCut(url: URL): boolean {
    const at = this.#cuts.peek(targetOf(url));
    return at !== undefined && now() - at < MOMENT;
  }

  /**
   * Counts a request in. The result counts it out, and says whether its answer was wanted to the end. The library goes
   * on waiting for one that was not: its connection is cut as soon as nobody else may be using it.
   */
  use(url: URL): (wasWanted: boolean) => void {
    const target = targetOf(url);
    const uses = this.#uses.get(target) ?? { wanted: 0, hasUnwanted: false };
    this.#uses.set(target, uses);
    uses.wanted++;
    let isOver = false;
    return (wasWanted) => {
      if (isOver) return;
      isOver = true;
      uses.wanted--;
      uses.hasUnwanted ||= !wasWanted;
      if (uses.wanted > 0) return;
      this.#uses.delete(target);
      if (!uses.hasUnwanted) return;
      this.#cuts.delete(target);
      this.#cuts.get(target, now);
      this.#proxy?.cut(target);
    };
  }

  async close(): Promise<void> {
    this.#state = "closed";
    await this.#proxy?.close();
  }
}

/** As our proxies name it. */
function targetOf(url: URL): string {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return `${url.hostname}:${port}`;
}
