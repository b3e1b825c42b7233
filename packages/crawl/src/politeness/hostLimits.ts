import type { Permit } from "heddle";
import { now, Semaphore, sleep } from "heddle";
import { checkCount, checkDuration, checkOptions } from "../ground/check.js";
import { HostParkedError } from "../ground/errors.js";
import { backoffCeiling } from "./backoff.js";
import { ParkedHosts } from "./parkedHosts.js";

/** What a browser opens to a host, so no server meets anything unusual. */
export const PER_HOST = 6;

export interface HostLimitsOptions {
  /**
   * How many requests one host gets at a time. Default 6: what a browser opens to a host, so no server meets
   * anything unusual.
   */
  perHost?: number;
  /**
   * How long a host is left alone that refuses without saying for how long, in milliseconds; it doubles with
   * each further time in a row. Default 1000.
   */
  cooldown?: number;
  /** The longest such time, in milliseconds. What a host asks for itself is not shortened. Default 60 000. */
  maxCooldown?: number;
}

export interface AdmitOptions {
  /** Throws when the host is to be left alone for longer than this, in milliseconds. Default `Infinity`. */
  patience?: number;
  /** Permits that a request needs besides: what limits all hosts together. */
  slots?: Semaphore | undefined;
}

export interface HostLimitsStats {
  /**
   * Hosts that are remembered: those that are asked or waited for, and those that were parked a short while
   * ago.
   */
  hosts: number;
  /** Hosts that are to be left alone now. */
  parked: number;
}

/** A place at a host, for one request. */
export interface Admission {
  /**
   * The host refused, and asks for so many milliseconds, if it says: it is parked. Returns for how long it
   * is.
   */
  refused(retryAfter: number | undefined): number;
  /** The host answered, and that it is not asked too much. */
  accepted(): void;
  /** The request is over. To be called once. */
  release(): void;
}

interface Host {
  readonly name: string;
  readonly semaphore: Semaphore;
  /** Requests under way, and pages that wait to make one. */
  users: number;
  /** The moment from which the host may be asked again. */
  openAt: number;
  /** Counts the times it was parked. A request remembers the count at which it left. */
  incident: number;
  /** The times in a row, with no answer let through between. */
  strikes: number;
}

/**
 * How often each host is asked, and when. A host that refuses (429, or 503 with a `Retry-After`) is *parked*:
 * nobody asks it before the time that it says. What makes this hold:
 *
 *      in flight  ──429──▶  parked  ──time──▶  one request  ──any other answer──▶  open again
 *                             ▲                     │ 429
 *                             └─────────────────────┘
 *
 * - Requests that were under way when it was parked and are refused too belong to the same incident: ten
 *   refusals at once are one reason to wait, not ten. They can move the time out, never bring it nearer.
 * - After the time one request goes ahead, and only when it is let in do the others follow.
 *
 * There may be millions of hosts: those that nobody asks or waits for are forgotten.
 */
export class HostLimits {
  readonly #hosts: Map<string, Host> = new Map();
  /** Idle hosts that must not be forgotten yet, the one that was longest not looked at first. */
  readonly #lingering: Set<Host> = new Set();
  readonly #parked: ParkedHosts = new ParkedHosts();
  readonly #perHost: number;
  readonly #cooldown: { base: number; cap: number };

  constructor(options: HostLimitsOptions = {}) {
    const doing = "make limits for hosts";
    checkOptions(doing, options, ["perHost", "cooldown", "maxCooldown"]);
    const { perHost = PER_HOST, cooldown = 1000, maxCooldown = 60_000 } = options;
    checkCount(doing, perHost, { what: "perHost", least: 1 });
    checkDuration(doing, cooldown, { what: "cooldown", finite: true });
    checkDuration(doing, maxCooldown, { what: "maxCooldown", finite: true });
    this.#perHost = perHost;
    this.#cooldown = { base: cooldown, cap: maxCooldown };
  }

  /**
   * Waits until `name` may be asked, and takes a place there and one of the `slots`. Nobody holds a slot
   * while waiting for a host, so that a slow host is no hindrance to others.
   *
   * If cancelled: throws `CancelledError`; no place and no slot is taken.
   *
   * @throws HostParkedError when the host is to be left alone for longer than `patience`
   */
  async admit(name: string, options: AdmitOptions = {}): Promise<Admission> {
    const { patience = Infinity, slots } = options;
    const host = this.#enter(name);
    const taken: Permit[] = [];
    const giveBack = (): void => {
      for (const permit of taken.splice(0)) permit.release();
    };
    const release = (): void => {
      giveBack();
      this.#leave(host);
    };
    try {
      this.#checkPatience(host, patience);
      for (;;) {
        taken.push(host.semaphore.tryAcquire() ?? (await host.semaphore.acquire()));
        if (host.openAt > now()) await this.#whenOpen(host, patience);
        if (slots === undefined) break;
        taken.push(slots.tryAcquire() ?? (await slots.acquire()));
        if (host.openAt <= now()) break;
        // It was parked while this one waited for a slot, and now has one place only: back to the end of its
        // line.
        giveBack();
      }
    } catch (error) {
      release();
      throw error;
    }
    const { incident } = host;
    return {
      refused: (retryAfter) => this.#refused(host, retryAfter, incident),
      accepted: () => this.#accepted(host, incident),
      release,
    };
  }

  stats(): HostLimitsStats {
    return { hosts: this.#hosts.size, parked: this.#parked.count(now()) };
  }

  /** For how many milliseconds a host is still to be left alone; 0 if it may be asked. */
  parkedFor(name: string): number {
    return Math.max(0, (this.#hosts.get(name)?.openAt ?? 0) - now());
  }

  #refused(host: Host, retryAfter: number | undefined, incident: number): number {
    if (incident === host.incident) {
      host.incident++;
      host.strikes++;
      host.semaphore.resize(1);
    }
    const ownWait = backoffCeiling(Math.max(1, host.strikes), this.#cooldown);
    const wait = Math.max(retryAfter ?? 0, ownWait);
    host.openAt = Math.max(host.openAt, now() + wait);
    this.#parked.add(host);
    return host.openAt - now();
  }

  #accepted(host: Host, incident: number): void {
    if (host.strikes === 0 || incident !== host.incident) return;
    host.strikes = 0;
    host.semaphore.resize(this.#perHost);
  }

  /** The time can be moved out while it is waited for. */
  async #whenOpen(host: Host, patience: number): Promise<void> {
    for (let wait = host.openAt - now(); wait > 0; wait = host.openAt - now()) {
      this.#checkPatience(host, patience);
      await sleep(wait);
    }
  }

  #checkPatience(host: Host, patience: number): void {
    const wait = host.openAt - now();
    if (wait > patience) throw new HostParkedError(host.name, wait, patience);
  }

  // ── Remembering and forgetting ──────────────────────────────────────────────────────────────────────

  #enter(name: string): Host {
    this.#forgetSome();
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const semaphore = new Semaphore(this.#perHost);
      host = { name, semaphore, users: 0, openAt: 0, incident: 0, strikes: 0 };
      this.#hosts.set(name, host);
    }
    host.users++;
    this.#lingering.delete(host);
    return host;
  }

  #leave(host: Host): void {
    if (--host.users > 0) return;
    if (host.strikes > 0 || host.openAt > now()) this.#lingering.add(host);
    else this.#hosts.delete(host.name);
    this.#forgetSome();
  }

  /**
   * Looks at two of the idle ones a time: they go as fast as they come, and nobody pays for a walk through
   * all.
   */
  #forgetSome(): void {
    const moment = now();
    this.#parked.letGo(moment);
    let looks = 2;
    for (const host of this.#lingering) {
      if (looks-- === 0) return;
      this.#lingering.delete(host);
      // How often it has refused is remembered a while longer: a page that was refused comes back only then.
      if (host.openAt + this.#cooldown.cap > moment) this.#lingering.add(host);
      else this.#hosts.delete(host.name);
    }
  }
}
