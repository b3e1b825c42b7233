import type { Permit } from "heddle";
import { now, type Semaphore, sleep } from "heddle";
import { checkCount, checkDuration, checkOptions, invalid } from "../ground/check.js";
import { HostParkedError, seconds } from "../ground/errors.js";
import { backoffCeiling } from "./backoff.js";
import type { Host } from "./host.js";
import type { HostExplanation } from "./hostExplanation.js";
import { explainHost, explainUnknown } from "./hostExplanation.js";
import { HostMemory } from "./hostMemory.js";

/** What a browser opens to a host, so no server meets anything unusual. */
export const PER_HOST = 6;

export interface HostLimitsOptions {
  /**
   * How many requests one host gets at a time, at the most. Default 6: what a browser opens to a host, so no server meets
   * anything unusual.
   */
  perHost?: number;
  /** The time from the start of a request to a host to that of the next one, in milliseconds. Default 0. */
  delay?: number;
  /**
   * Whether a host gets fewer requests at a time, and with pauses, while it answers slowly, fails or refuses. Default true.
   */
  adaptive?: boolean;
  /**
   * How long a host is left alone that refuses without saying for how long, in milliseconds; it doubles with
   * each further time in a row. Default 1000.
   */
  cooldown?: number;
  /** The longest such time, in milliseconds. What a host asks for itself is not shortened. Default 60 000. */
  maxCooldown?: number;
  /**
   * How many hosts that nobody asks now are remembered for how they behaved, besides those that are parked. Default 10 000.
   */
  maxIdle?: number;
}

export interface AdmitOptions {
  /** Throws when the host is to be left alone for longer than this, in milliseconds. Default `Infinity`. */
  patience?: number;
  /** Permits that a request needs besides: what limits all hosts together. */
  slots?: Semaphore | undefined;
  /**
   * What the host's robots.txt asks to leave between two requests, in milliseconds: it then gets one at a time, too. 0 if
   * nothing. Default: what the last request said.
   */
  crawlDelay?: number | undefined;
}

export interface HostLimitsStats {
  /**
   * Hosts that are remembered: those that are asked or waited for, and those that gave a reason a short while ago.
   */
  hosts: number;
  /** Hosts that are to be left alone now. */
  parked: number;
}

/** A place at a host, for one request. What its answer means is to be told as soon as it is known. */
export interface Admission {
  /**
   * The host refused, and asks for so many milliseconds, if it says: it is parked. Returns for how long it
   * is. `because` says what it was, in words that go on from "as"; default "it refused".
   */
  refused(retryAfter: number | undefined, because?: string): number;
  /** The host answered, and that it is not asked too much. How long that took tells how it bears its requests. */
  accepted(): void;
  /**
   * There was no answer in time, or one that tells of overload (a 500, 502, 503 or 504): if that is so several times in a
   * row, the host gets fewer requests. `because` goes on from "as"; default "requests fail".
   */
  failed(because?: string): void;
  /** The request is over. To be called once. */
  release(): void;
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
 * - After the time one request goes ahead, and only when it is let in do the others follow: half as many at a time as
 *   before, and then more and more (`AdaptiveLimit`).
 *
 * There may be millions of hosts: those that nobody asks or waits for are forgotten (`HostMemory`).
 */
export class HostLimits {
  readonly #hosts: HostMemory;
  readonly #perHost: number;
  readonly #delay: number;
  readonly #rules: Rules;

  /** @throws InvalidArgumentError for an option that makes no sense */
  constructor(options: HostLimitsOptions = {}) {
    const doing = "make limits for hosts";
    checkOptions(doing, options, ["perHost", "delay", "adaptive", "cooldown", "maxCooldown", "maxIdle"]);
    const { perHost = PER_HOST, delay = 0, adaptive = true, cooldown = 1000, maxCooldown = 60_000 } = options;
    const { maxIdle = 10_000 } = options;
    checkCount(doing, perHost, { what: "perHost", least: 1 });
    checkDuration(doing, delay, { what: "delay", finite: true });
    if (typeof adaptive !== "boolean") throw invalid(doing, "adaptive must be true or false", adaptive);
    checkDuration(doing, cooldown, { what: "cooldown", finite: true });
    checkDuration(doing, maxCooldown, { what: "maxCooldown", finite: true });
    checkCount(doing, maxIdle, { what: "maxIdle", least: 0 });
    this.#perHost = perHost;
    this.#delay = delay;
    this.#hosts = new HostMemory({ perHost, delay, adaptive }, { linger: maxCooldown, maxIdle });
    this.#rules = { adaptive, cooldown: { base: cooldown, cap: maxCooldown }, hosts: this.#hosts };
  }

  /**
   * Waits until `name` may be asked, and takes a place there and one of the `slots`. Nobody holds a slot
   * while waiting for a host, so that a slow host is no hindrance to others.
   *
   * If cancelled: throws `CancelledError`; no place and no slot is taken.
   *
   * @throws HostParkedError when the host is to be left alone for longer than `patience`
   * @throws InvalidArgumentError for an option that makes no sense
   */
  async admit(name: string, options: AdmitOptions = {}): Promise<Admission> {
    const host = this.#enter(name, options);
    const { patience = Infinity } = options;
    try {
      checkPatience(host, patience);
      for (;;) {
        const place = host.places.tryAcquire() ?? (await host.places.acquire());
        const admission = await this.#turn(host, place, options);
        if (admission !== undefined) return admission;
      }
    } catch (error) {
      this.#hosts.leave(host);
      throw error;
    }
  }

  /**
   * The same for a host that may be asked at once; undefined where that has to be waited for.
   *
   * @throws InvalidArgumentError for an option that makes no sense
   */
  tryAdmit(name: string, options: AdmitOptions = {}): Admission | undefined {
    const host = this.#enter(name, options);
    const place = host.readyAt <= now() ? host.places.tryAcquire() : undefined;
    if (place !== undefined) {
      const { slots } = options;
      const slot = slots?.tryAcquire();
      if (slot !== undefined || slots === undefined) return this.#start(host, place, slot);
      place.release();
    }
    this.#hosts.leave(host);
    return undefined;
  }

  stats(): HostLimitsStats {
    return { hosts: this.#hosts.size, parked: this.#hosts.parked };
  }

  /** For how many milliseconds a host is still to be left alone; 0 if it may be asked. */
  parkedFor(name: string): number {
    return Math.max(0, (this.#hosts.find(name)?.openAt ?? 0) - now());
  }

  /** Why a host waits: in words, and in numbers. */
  explain(name: string): HostExplanation {
    const host = this.#hosts.find(name);
    return host === undefined ? explainUnknown(name, this.#perHost, this.#delay) : explainHost(host);
  }

  #enter(name: string, options: AdmitOptions): Host {
    const doing = "ask a host";
    if (typeof name !== "string" || name === "") throw invalid(doing, "its name must be a string", name);
    checkOptions(doing, options, OPTIONS_OF_ADMIT);
    const { patience = Infinity, crawlDelay } = options;
    checkDuration(doing, patience, PATIENCE);
    if (crawlDelay !== undefined) checkDuration(doing, crawlDelay, { what: "crawlDelay", finite: true });
    const host = this.#hosts.enter(name);
    if (crawlDelay !== undefined && crawlDelay !== host.crawlDelay) {
      host.crawlDelay = crawlDelay;
      host.adjust();
    }
    return host;
  }

  /** Waits, with a place at the host in hand, until a request may start. Returns undefined when it has to wait without. */
  async #turn(host: Host, place: Permit, options: AdmitOptions): Promise<Admission | undefined> {
    const { patience = Infinity, slots } = options;
    try {
      for (;;) {
        // The time can be moved out while it is waited for, and somebody else can start at it.
        for (let wait = host.readyAt - now(); wait > 0; wait = host.readyAt - now()) {
          checkPatience(host, patience);
          await sleep(wait);
        }
        if (slots === undefined) return this.#start(host, place, undefined);
        const slot = slots.tryAcquire() ?? (await slots.acquire());
        if (host.readyAt <= now()) return this.#start(host, place, slot);
        slot.release();
        // It was parked while this one waited for a slot, and now has one place only: back to the end of its
        // line.
        if (host.openAt <= now()) continue;
        place.release();
        return undefined;
      }
    } catch (error) {
      place.release();
      throw error;
    }
  }

  /** To be called in the same moment in which it was seen that a request may start. */
  #start(host: Host, place: Permit, slot: Permit | undefined): Admission {
    return new Place(this.#rules, { host, place, slot });
  }
}

const OPTIONS_OF_ADMIT = ["patience", "slots", "crawlDelay"];
const PATIENCE = { what: "patience" };

/** What all places have in common. */
interface Rules {
  readonly adaptive: boolean;
  readonly cooldown: { readonly base: number; readonly cap: number };
  readonly hosts: HostMemory;
}

/** What a request has taken. */
interface Taken {
  readonly host: Host;
  readonly place: Permit;
  readonly slot: Permit | undefined;
}

class Place implements Admission {
  readonly #rules: Rules;
  readonly #taken: Taken;
  readonly #startedAt: number = now();
  readonly #incident: number;
  #isAnswered = false;

  constructor(rules: Rules, taken: Taken) {
    const { host } = taken;
    this.#rules = rules;
    this.#taken = taken;
    this.#incident = host.incident;
    host.startedAt = this.#startedAt;
    host.active++;
  }

  refused(retryAfter: number | undefined, because: string = "it refused"): number {
    if (retryAfter !== undefined) checkDuration("park a host", retryAfter, { what: "retryAfter" });
    this.#isAnswered = true;
    const { adaptive, cooldown, hosts } = this.#rules;
    const { host } = this.#taken;
    if (this.#incident === host.incident) {
      host.incident++;
      host.strikes++;
      if (adaptive) host.limit.overloaded(this.#startedAt, now(), because);
      host.adjust();
    }
    const wait = Math.max(retryAfter ?? 0, backoffCeiling(host.strikes, cooldown));
    if (now() + wait > host.openAt || host.because === "") {
      host.openAt = Math.max(host.openAt, now() + wait);
      host.because = retryAfter === undefined ? because : `${because} and asked for ${seconds(retryAfter)}`;
    }
    hosts.park(host);
    return host.openAt - now();
  }

  accepted(): void {
    const { host } = this.#taken;
    if (!this.#isAnswered && this.#rules.adaptive) host.limit.answered(this.#startedAt, now(), host.isFull);
    this.#isAnswered = true;
    if (this.#incident === host.incident) host.strikes = 0;
    host.adjust();
  }

  failed(because: string = "requests fail"): void {
    const { host } = this.#taken;
    if (!this.#isAnswered && this.#rules.adaptive) host.limit.failed(this.#startedAt, now(), because);
    this.#isAnswered = true;
    host.adjust();
  }

  release(): void {
    const { host, place, slot } = this.#taken;
    host.active--;
    place.release();
    slot?.release();
    this.#rules.hosts.leave(host);
  }
}

function checkPatience(host: Host, patience: number): void {
  const wait = host.readyAt - now();
  if (wait > patience) throw new HostParkedError(host.name, wait, patience);
}
