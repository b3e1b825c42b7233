import { now } from "heddle";
import type { Verdict } from "../verdict/verdict.js";
import type { Rung } from "./rung.js";

/** How long it is remembered which rung a host needs, in milliseconds. Then its pages begin at the bottom again. */
const MEMORY = 3_600_000;

/** So many hosts are remembered: those that were learned last. */
const MOST_HOSTS = 10_000;

/** Verdicts that another rung may change. */
const CLIMBABLE: ReadonlySet<string> = new Set(["blocked", "captcha", "emptyShell"]);

interface Learned {
  readonly rung: Rung;
  readonly until: number;
}

export interface AboveOptions {
  readonly verdict: Verdict;
  /** What may still be spent. */
  readonly budget: number;
  /** Whether Chromium may be tried. */
  readonly chromium: boolean;
}

/** The rungs of a fetcher, and which of them each host is known to need. */
export class Ladder {
  readonly rungs: readonly Rung[];
  readonly #learned: Map<string, Learned> = new Map();

  readonly #hasChromium: boolean;

  /** @param rungs the cheapest first */
  constructor(rungs: readonly Rung[]) {
    this.rungs = rungs;
    this.#hasChromium = rungs.some(({ vehicle }) => vehicle === "chromium");
  }

  /** Where a page begins: at `lowest`, or where the host's last pages were had, if the page may go there. */
  startOf(host: string, lowest: Rung, { budget, chromium }: Pick<AboveOptions, "budget" | "chromium">): Rung {
    const learned = this.#learned.get(host);
    if (learned === undefined) return lowest;
    if (learned.until <= now()) {
      this.#learned.delete(host);
      return lowest;
    }
    const { rung } = learned;
    if (rung.cost <= lowest.cost || rung.cost > budget || (rung.vehicle === "chromium" && !chromium)) return lowest;
    return rung;
  }

  /** The cheapest rung above that may help; undefined if there is none, or none that the budget is enough for. */
  above(rung: Rung, options: AboveOptions): Rung | undefined {
    const { verdict, budget, chromium } = options;
    if (!CLIMBABLE.has(verdict)) return undefined;
    return this.rungs.find((each) => {
      if (each.cost <= rung.cost || each.cost > budget) return false;
      if (each.vehicle === "chromium" && !chromium) return false;
      // A solver is paid for each of its tokens: where there is Chromium, which can do the most with one, it is asked there.
      if (each.solves && each.vehicle !== "chromium" && chromium && this.#hasChromium) return false;
      // An empty shell is filled by its scripts and by nothing else; a solver is for a CAPTCHA.
      if (verdict === "emptyShell") return each.vehicle === "chromium" && rung.vehicle !== "chromium" && !each.solves;
      return !each.solves || verdict === "captcha";
    });
  }

  /** A page of the host was had by this rung, or was not. */
  learn(host: string, by: Rung, verdict: Verdict): void {
    const [lowest] = this.rungs;
    // A solver has nothing to do before somebody has met a CAPTCHA.
    const rung = by.solves ? this.#withoutSolver(by) : by;
    if (verdict !== "ok" || lowest === undefined || rung.cost <= lowest.cost) return;
    const known = this.#learned.get(host);
    // It ends when it was to end, however often it proves true: so the way down is tried now and then.
    if (known !== undefined && known.rung === rung && known.until > now()) return;
    this.#learned.delete(host);
    this.#learned.set(host, { rung, until: now() + MEMORY });
    if (this.#learned.size <= MOST_HOSTS) return;
    const [oldest] = this.#learned.keys();
    if (oldest !== undefined) this.#learned.delete(oldest);
  }

  #withoutSolver({ vehicle, tier }: Rung): Rung {
    return this.rungs.find((each) => each.vehicle === vehicle && each.tier === tier && !each.solves) as Rung;
  }

  /** The rung that the host is known to need, and for how many milliseconds that is still believed. */
  learned(host: string): { rung: Rung; for: number } | undefined {
    const known = this.#learned.get(host);
    if (known === undefined || known.until <= now()) return undefined;
    return { rung: known.rung, for: known.until - now() };
  }
}
