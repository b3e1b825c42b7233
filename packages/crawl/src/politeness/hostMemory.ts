import { now } from "heddle";
import type { HostRules } from "./host.js";
import { Host } from "./host.js";
import { ParkedHosts } from "./parkedHosts.js";

export interface HostMemoryOptions {
  /** How long an idle host is remembered after it may be asked again, in milliseconds. */
  readonly linger: number;
  /** How many idle ones are remembered, besides those that are parked. */
  readonly maxIdle: number;
}

/**
 * Which hosts are remembered. There may be millions: those that nobody asks or waits for are forgotten, at once if there
 * is nothing to remember, else after a while, or when there are too many. A host that is parked is remembered until it may
 * be asked again, as nothing else would keep others from asking too early.
 */
export class HostMemory {
  readonly #hosts: Map<string, Host> = new Map();
  /** Idle hosts that are not parked, with the moment since which they are; the one that was longest not looked at first. */
  readonly #lingering: Map<Host, number> = new Map();
  readonly #parked: ParkedHosts<Host> = new ParkedHosts((host) => {
    if (host.users === 0) this.#lingering.set(host, host.openAt);
  });
  readonly #rules: HostRules;
  readonly #options: HostMemoryOptions;

  constructor(rules: HostRules, options: HostMemoryOptions) {
    this.#rules = rules;
    this.#options = options;
  }

  get size(): number {
    return this.#hosts.size;
  }

  /** How many are parked now. */
  get parked(): number {
    return this.#parked.count(now());
  }

  find(name: string): Host | undefined {
    return this.#hosts.get(name);
  }

  /** Somebody wants to ask it. */
  enter(name: string): Host {
    this.#forgetSome();
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = new Host(name, this.#rules);
      this.#hosts.set(name, host);
    }
    host.users++;
    this.#lingering.delete(host);
    return host;
  }

  /** Somebody is through with it. */
  leave(host: Host): void {
    if (--host.users > 0) return;
    // Of one that is parked we hear again when it is not.
    if (host.openAt <= now()) {
      if (host.isWorthKeeping) this.#lingering.set(host, now());
      else this.#hosts.delete(host.name);
    }
    this.#forgetSome();
  }

  park(host: Host): void {
    this.#parked.add(host);
  }

  /**
   * Looks at two of the idle ones a time: they go as fast as they come, and nobody pays for a walk through all.
   */
  #forgetSome(): void {
    if (this.#lingering.size === 0 && this.#parked.isEmpty) return;
    const moment = now();
    const { linger, maxIdle } = this.#options;
    this.#parked.letGo(moment);
    let looks = 2;
    for (const [host, since] of this.#lingering) {
      if (looks-- === 0) return;
      this.#lingering.delete(host);
      const isCrowded = this.#lingering.size >= maxIdle && host.readyAt <= moment;
      // How often it has refused is remembered a while longer: a page that was refused comes back only then.
      if (!isCrowded && Math.max(host.readyAt, since) + linger > moment) this.#lingering.set(host, since);
      else this.#hosts.delete(host.name);
    }
  }
}
