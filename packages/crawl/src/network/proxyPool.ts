import { now } from "heddle";
import { checkCount, checkDuration, checkOptions, invalid } from "../ground/check.js";
import type { ProxyRoute } from "../ground/proxyRoute.js";
import { proxyRoute } from "../ground/proxyRoute.js";
import type { ProxyTrouble, Standing } from "./proxyHealth.js";
import { ProxyHealth } from "./proxyHealth.js";
import { Recent } from "./recent.js";

export interface ProxySpec {
  /** As in `proxyRoute()`. */
  readonly url: string | URL;
  /** Cheaper ones have lower numbers. Default 0. */
  readonly tier?: number;
}

export type ProxyRotation = "request" | "host" | "session";

/** What came of a request through a proxy. "proxyFailed" is what a `ProxyError` says. */
export type ProxyOutcome = "ok" | "blocked" | "proxyFailed";

export interface ProxyPoolOptions {
  /** At least one. */
  proxies: readonly (string | URL | ProxySpec)[];
  /**
   * When the proxy changes: with each request; not for a host, as long as its proxy does well there; or not for a
   * session, and then not before its proxy fails. Default "request".
   */
  rotation?: ProxyRotation;
  /** How long a proxy rests after its first failure, in milliseconds; twice as long after each further one. Default 10 000. */
  cooldown?: number;
  /** The longest rest, in milliseconds. Default 600 000. */
  maxCooldown?: number;
  /**
   * How many proxies of a tier are used, whatever is known of them: one wrong rule about what a failure is must not end
   * all work. Default 1; 0 lets `pick()` return none.
   */
  floor?: number;
  /** How many hosts and sessions are remembered. Default 10 000. */
  memory?: number;
  /** A number from 0 to 1, exclusive. Default `Math.random`. */
  random?: () => number;
}

export interface PickOptions {
  /** The host that is to be asked, as in `url.host`. */
  readonly host: string;
  /** With the rotation "session": whose proxy it is. Without one, each request has its own. */
  readonly session?: string;
  /** Default 0. */
  readonly tier?: number;
}

export interface ProxyStats {
  /** Without credentials. */
  readonly proxy: string;
  readonly tier: number;
  readonly state: "ready" | "resting";
  /** Until it comes back for all hosts, in milliseconds; 0 if it is ready. */
  readonly restsFor: number;
  readonly picked: number;
  readonly ok: number;
  readonly blocked: number;
  readonly failed: number;
  /** Hosts for which alone it rests. */
  readonly restingFor: readonly string[];
  /** Hosts with which it has failed or was blocked since it last served them; with all others it does well. */
  readonly troubles: readonly ProxyTrouble[];
}

interface Member {
  readonly route: ProxyRoute;
  readonly tier: number;
  readonly health: ProxyHealth;
  picked: number;
}

const OPTIONS = ["proxies", "rotation", "cooldown", "maxCooldown", "floor", "memory", "random"];
const ROTATIONS: readonly string[] = ["request", "host", "session"];
const OUTCOMES: readonly string[] = ["ok", "blocked", "proxyFailed"];

/**
 * Chooses the proxy for each request, and learns which ones do well where.
 *
 *     const pool = new ProxyPool({ proxies: ["http://user:password@one.test:3128", "socks5://two.test"] });
 *     const proxy = pool.pick({ host: url.host });
 *     pool.report(proxy, url.host, "ok");
 *
 * A host that blocks a proxy says nothing about it elsewhere: it then rests for that host. A proxy that fails rests for
 * that host, too, as the host may be down; when it fails for a second host before it has served one, it rests for all.
 * After its rest it is used again, and the first success makes all as it was.
 */
export class ProxyPool {
  readonly rotation: ProxyRotation;
  readonly #members: readonly Member[];
  readonly #byHref: ReadonlyMap<string, Member>;
  readonly #floor: number;
  readonly #random: () => number;
  /** Of a host or a session: its proxy, by tier. */
  readonly #sticky: Recent<string, { member?: Member }>;
  /** Where the last turn ended, by tier. */
  readonly #turns: Map<number, number> = new Map();

  /** @throws InvalidArgumentError for an option that makes no sense, and for two proxies that are the same */
  constructor(options: ProxyPoolOptions) {
    const doing = "make a pool of proxies";
    checkOptions(doing, options, OPTIONS);
    const { proxies, rotation = "request", cooldown = 10_000, maxCooldown = 600_000 } = options;
    const { floor = 1, memory = 10_000, random = Math.random } = options;
    if (!Array.isArray(proxies) || proxies.length === 0) {
      throw invalid(doing, "proxies must be an array of at least one", proxies);
    }
    if (!ROTATIONS.includes(rotation)) throw invalid(doing, "rotation is request, host or session", rotation);
    checkDuration(doing, cooldown, { what: "cooldown", least: 1, finite: true });
    checkDuration(doing, maxCooldown, { what: "maxCooldown", least: cooldown, finite: true });
    checkCount(doing, floor, { what: "floor", least: 0 });
    checkCount(doing, memory, { what: "memory", least: 1 });
    if (typeof random !== "function") throw invalid(doing, "random must be a function", random);
    this.rotation = rotation;
    this.#floor = floor;
    this.#random = random;
    this.#members = proxies.map((each: string | URL | ProxySpec) => {
      const isSpec = typeof each === "object" && each !== null && !(each instanceof URL);
      if (isSpec) checkOptions(doing, each, ["url", "tier"]);
      const { url, tier = 0 } = isSpec ? (each as ProxySpec) : { url: each as string | URL };
      checkCount(doing, tier, { what: "tier", least: 0 });
      const health = new ProxyHealth({ cooldown, maxCooldown, memory });
      return { route: proxyRoute(url, { trusted: true }), tier, health, picked: 0 };
    });
    this.#byHref = new Map(this.#members.map((member) => [member.route.url.href, member]));
    if (this.#byHref.size < this.#members.length) throw invalid(doing, "each proxy may be there once", "a proxy twice");
    this.#sticky = new Recent(memory, () => {});
  }

  /** All of them. */
  get routes(): readonly ProxyRoute[] {
    return this.#members.map(({ route }) => route);
  }

  /** The tiers that there are, cheapest first. */
  get tiers(): readonly number[] {
    return [...new Set(this.#members.map(({ tier }) => tier))].sort((a, b) => a - b);
  }

  /**
   * The proxy for a request. Undefined where the tier has none, or, with a floor of 0, none that does not rest.
   *
   * @throws InvalidArgumentError for options that make no sense
   */
  pick(options: PickOptions): ProxyRoute | undefined {
    const doing = "pick a proxy";
    checkOptions(doing, options, ["host", "session", "tier"]);
    const { host, session, tier = 0 } = options;
    if (typeof host !== "string" || host === "") throw invalid(doing, "host must be a string", host);
    if (session !== undefined && typeof session !== "string") throw invalid(doing, "session must be a string", session);
    checkCount(doing, tier, { what: "tier", least: 0 });
    const member = this.#pickMember(host, session, tier);
    if (member === undefined) return undefined;
    member.picked++;
    return member.route;
  }

  /**
   * Tells what came of a request. What is reported of a proxy that is none of the pool's is nobody's business here, and
   * so is a failure of the site's: report that as "ok", as the proxy has done its work.
   *
   * @throws InvalidArgumentError for what is no outcome
   */
  report(route: ProxyRoute, host: string, outcome: ProxyOutcome): void {
    if (!OUTCOMES.includes(outcome)) {
      throw invalid("report on a proxy", "the outcome is ok, blocked or proxyFailed", outcome);
    }
    this.#byHref.get(route.url.href)?.health.report(host, outcome);
  }

  /** For people. */
  stats(): readonly ProxyStats[] {
    const at = now();
    return this.#members.map(({ route, tier, health, picked }) => {
      const restsFor = Math.max(0, health.restsUntil - at);
      const { ok, blocked, failed } = health;
      const state = restsFor > 0 ? "resting" : "ready";
      return {
        proxy: route.label,
        tier,
        state,
        restsFor,
        picked,
        ok,
        blocked,
        failed,
        restingFor: health.restingFor(),
        troubles: health.troubles(),
      };
    });
  }

  #pickMember(host: string, session: string | undefined, tier: number): Member | undefined {
    const candidates = this.#candidates(host, tier);
    const key = this.rotation === "host" ? `${tier} ${host}` : session === undefined ? undefined : `${tier} ${session}`;
    if (this.rotation === "request" || key === undefined) return this.#inTurn(candidates, tier);
    const sticky = this.#sticky.get(key, () => ({}));
    if (sticky.member === undefined || !candidates.includes(sticky.member)) {
      const member = this.#inTurn(candidates, tier);
      if (member === undefined) return undefined;
      sticky.member = member;
    }
    return sticky.member;
  }

  /** Those that are ready; where these are fewer than the floor, with those whose rest ends first. */
  #candidates(host: string, tier: number): readonly Member[] {
    const all = this.#members.filter((member) => member.tier === tier);
    const standings = new Map<Member, Standing>(all.map((member) => [member, member.health.standing(host)]));
    const ready = all.filter((member) => standings.get(member)?.isReady);
    if (ready.length >= this.#floor) return ready;
    const resting = all.filter((member) => !standings.get(member)?.isReady);
    resting.sort((a, b) => (standings.get(a) as Standing).until - (standings.get(b) as Standing).until);
    return [...ready, ...resting.slice(0, this.#floor - ready.length)];
  }

  /** Each has its turn; the first one is left to chance, so that many processes do not begin with the same. */
  #inTurn(candidates: readonly Member[], tier: number): Member | undefined {
    if (candidates.length === 0) return undefined;
    const last = this.#turns.get(tier) ?? Math.floor(this.#random() * this.#members.length) - 1;
    for (let step = 1; step <= this.#members.length; step++) {
      const at = (last + step + this.#members.length) % this.#members.length;
      const member = this.#members[at] as Member;
      if (!candidates.includes(member)) continue;
      this.#turns.set(tier, at);
      return member;
    }
    return undefined;
  }
}
