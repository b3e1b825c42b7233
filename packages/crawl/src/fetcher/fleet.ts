import { createRequire } from "node:module";
import { shield } from "heddle";
import type { BrowserTransportOptions } from "../browser/browserOptions.js";
import type { BrowserTransportStats } from "../browser/browserTransport.js";
import { BrowserTransport } from "../browser/browserTransport.js";
import type { Transport } from "../ground/transport.js";
import type { AddressGuard } from "../network/addressGuard.js";
import { IdentityTransport } from "../network/identityTransport.js";
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
const PACKAGES: Partial<Record<Vehicle, string>> = { identity: "wreq-js", chromium: "playwright-core" };

/** The transports of a fetcher: each is made when it is first needed, and closed here, unless it was given. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #made: Map<Vehicle, Transport> = new Map();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** How Chromium does; undefined where it has not been needed, or is the user's own. */
  chromium(): BrowserTransportStats | undefined {
    const transport = this.#made.get("chromium");
    return transport instanceof BrowserTransport ? transport.stats() : undefined;
  }

  get isGuarded(): boolean {
    return this.#options.guard !== undefined;
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

  /** If cancelled: everything is closed all the same. */
  async close(): Promise<void> {
    await shield(async () => {
      for (const transport of this.#made.values()) await transport.close();
    });
    this.#made.clear();
  }

  #make(vehicle: Vehicle): Transport {
    const { guard, insecure, browser } = this.#options;
    const guarded = guard === undefined ? {} : { guard };
    if (vehicle === "chromium") return new BrowserTransport({ ...browser, ...guarded });
    if (vehicle === "identity") return new IdentityTransport({ insecure, ...guarded });
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
