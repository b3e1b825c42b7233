import { createRequire } from "node:module";
import { shield } from "heddle";
import type { BrowserTransportOptions } from "../browser/browserTransport.js";
import { BrowserTransport } from "../browser/browserTransport.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import type { Transport } from "../ground/transport.js";
import type { AddressGuard } from "../network/addressGuard.js";
import type { FilteringProxy } from "../network/filteringProxy.js";
import { startFilteringProxy } from "../network/filteringProxy.js";
import { UndiciTransport } from "../network/undiciTransport.js";
import type { Vehicle } from "./rung.js";

export interface FleetOptions {
  readonly guard: AddressGuard | undefined;
  readonly insecure: boolean;
  readonly browser: BrowserTransportOptions;
  /** Transports of the user's own, in place of those that are made here. */
  readonly given: Partial<Record<Vehicle, Transport>>;
}

/** The package that a vehicle needs and that need not be there. */
const PACKAGES: Partial<Record<Vehicle, string>> = { chromium: "playwright-core" };

/** The transports of a fetcher: each is made when it is first needed, and closed here, unless it was given. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #made: Map<Vehicle, Transport> = new Map();
  /** What stands between Chromium and the net, by the proxy that it goes on through. */
  readonly #filters: Map<string, Promise<FilteringProxy>> = new Map();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Whether a vehicle can be had: that its optional package is there, not yet that it works. */
  has(vehicle: Vehicle): boolean {
    const name = PACKAGES[vehicle];
    return (
      this.#options.given[vehicle] !== undefined || vehicle === "plain" || (name !== undefined && isInstalled(name))
    );
  }

  /** @throws MissingPartError, at the first request, where an optional package is missing */
  of(vehicle: Vehicle): Transport {
    const there = this.#options.given[vehicle] ?? this.#made.get(vehicle);
    if (there !== undefined) return there;
    const transport = this.#make(vehicle);
    this.#made.set(vehicle, transport);
    return transport;
  }

  /**
   * The way that a vehicle is to take. Chromium resolves names and follows redirects by itself, so that where addresses are
   * guarded all that it does goes through a proxy of ours.
   *
   * If cancelled: throws `CancelledError`.
   */
  async routeOf(vehicle: Vehicle, proxy: ProxyRoute | undefined): Promise<ProxyRoute | undefined> {
    const { guard } = this.#options;
    if (vehicle !== "chromium" || guard === undefined) return proxy;
    const key = proxy?.url.href ?? "";
    let filter = this.#filters.get(key);
    if (filter === undefined) {
      filter = startFilteringProxy({ guard, ...(proxy === undefined ? {} : { upstream: proxy }) });
      this.#filters.set(key, filter);
      // One that could not be started, or whose starter was cancelled, is no reason not to try again.
      filter.catch(() => this.#filters.delete(key));
    }
    const { url } = await filter;
    return { url, label: proxy?.label ?? "", trusted: true };
  }

  /** If cancelled: everything is closed all the same. */
  async close(): Promise<void> {
    const filters = [...this.#filters.values()];
    this.#filters.clear();
    await shield(async () => {
      for (const transport of this.#made.values()) await transport.close();
      for (const filter of await Promise.allSettled(filters)) {
        if (filter.status === "fulfilled") await filter.value.close();
      }
    });
    this.#made.clear();
  }

  #make(vehicle: Vehicle): Transport {
    const { guard, insecure, browser } = this.#options;
    const guarded = guard === undefined ? {} : { guard };
    if (vehicle === "chromium") return new BrowserTransport(browser);
    return new UndiciTransport({ insecure, ...guarded });
  }
}

/** Whether a package can be loaded from here, without loading it. */
function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (error) {
    // It is there, but not for `require`.
    return (error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
  }
}
