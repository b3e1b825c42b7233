import type { Task } from "heddle";
import { createTask, isCancelled } from "heddle";
import { outsideRuns, throwIfCancelled } from "heddle/lowlevel";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { proxyCredentials, proxyRoute } from "../ground/proxyRoute.js";
import type { AddressGuard } from "../network/addressGuard.js";
import type { FilteringProxyOptions } from "../network/filteringProxy.js";
import { startFilteringProxy } from "../network/filteringProxy.js";
import type { LocalProxy } from "../network/localProxy.js";

/** A proxy of ours between Chromium and the outside. */
export interface Relay {
  readonly route: ProxyRoute;
  /** Why nothing came of the last attempt to get there; undefined if it was made, or none was. */
  failureFor(url: URL): unknown;
}

interface Running {
  readonly proxy: LocalProxy;
  readonly relay: Relay;
}

/** So many failures are remembered, and so many relays are kept. */
const MOST_FAILURES = 200;
const MOST_RELAYS = 200;

/**
 * The proxies of ours by which Chromium goes where it could not go by itself: past a guard that looks at each address, and to
 * a socks5 proxy that wants a log-in, which Chromium cannot give. There is one for each way on from here, made when it is
 * needed first.
 */
export class Relays {
  readonly #guard: AddressGuard | undefined;
  readonly #running = new Map<string, Task<Running>>();

  constructor(guard: AddressGuard | undefined) {
    this.#guard = guard;
  }

  /** Whether Chromium cannot go this way by itself. */
  isNeeded(upstream: ProxyRoute | undefined): boolean {
    if (this.#guard !== undefined) return true;
    return upstream?.url.protocol === "socks5:" && proxyCredentials(upstream.url) !== undefined;
  }

  /**
   * The relay that leads to `upstream`, or directly out.
   *
   * If cancelled: throws `CancelledError`; the relay is kept for whoever comes next.
   */
  async to(upstream: ProxyRoute | undefined): Promise<Relay> {
    const key = upstream?.url.href ?? "";
    for (;;) {
      const known = this.#running.get(key);
      this.#running.delete(key);
      const task = known ?? createTask(() => this.#start(upstream), { name: "start a relay for Chromium" });
      this.#running.set(key, task);
      if (this.#running.size > MOST_RELAYS) await this.#drop([...this.#running.keys()][0] as string);
      try {
        return (await task).relay;
      } catch (error) {
        if (task.done && this.#running.get(key) === task) this.#running.delete(key);
        // It belongs to the run of whoever came first, which may end before it has started.
        if (!isCancelled(error)) throw error;
        throwIfCancelled();
      }
    }
  }

  /** Ends all of them, as Chromium has ended, or will not use them any more. */
  async close(): Promise<void> {
    for (const key of [...this.#running.keys()]) await this.#drop(key);
  }

  async #drop(key: string): Promise<void> {
    const task = this.#running.get(key);
    this.#running.delete(key);
    const running = await task?.then(undefined, () => undefined);
    await running?.proxy.close();
  }

  async #start(upstream: ProxyRoute | undefined): Promise<Running> {
    const failures = new Map<string, unknown>();
    const options: FilteringProxyOptions = {
      ...(this.#guard === undefined ? {} : { guard: this.#guard }),
      ...(upstream === undefined ? {} : { upstream }),
      onFailure: ({ target, error }) => {
        failures.delete(target);
        failures.set(target, error);
        const [oldest] = failures.keys();
        if (failures.size > MOST_FAILURES && oldest !== undefined) failures.delete(oldest);
      },
    };
    // Pages of several runs may be on their way through it: it ends with Chromium, and not with the first of them.
    const proxy = await outsideRuns(() => startFilteringProxy(options));
    const relay = { route: proxyRoute(proxy.url), failureFor: (url: URL) => failures.get(targetOf(url)) };
    return { proxy, relay };
  }
}

/** As the filtering proxy names it. */
function targetOf(url: URL): string {
  const usual = url.protocol === "https:" ? 443 : 80;
  return `${url.hostname}:${url.port === "" ? usual : url.port}`;
}
