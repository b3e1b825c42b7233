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

  /** @param rungs the cheapest first */
  constructor(rungs: readonly Rung[]) {
    this.rungs = rungs;
  }

  /** Where a page begins: at `lowest`, or where the host's last pages were had, if the page may cost that much. */
  startOf(host: string, lowest: Rung, maxCost: number): Rung {
    const learned = this.#learned.get(host);
    if (learned === undefined) return lowest;
    if (learned.until <= now()) {
      this.#learned.delete(host);
      return lowest;
    }
    return learned.rung.cost > lowest.cost && learned.rung.cost <= maxCost ? learned.rung : lowest;
  }

  /** The cheapest rung above that may help; undefined if there is none, or none that the budget is enough for. */
  above(rung: Rung, options: AboveOptions): Rung | undefined {
    const { verdict, budget, chromium } = options;
    if (!CLIMBABLE.has(verdict)) return undefined;
    return this.rungs.find((each) => {
      if (each.cost <= rung.cost || each.cost > budget) return false;
      if (each.vehicle === "chromium" && !chromium) return false;
      // An empty shell is filled by its scripts and by nothing else; a solver is for a CAPTCHA.
      if (verdict === "emptyShell") return each.vehicle === "chromium" && rung.vehicle !== "chromium" && !each.solves;
      return !each.solves || verdict === "captcha";
    });
  }

  /** A page of the host was had by this rung, or was not. */
  learn(host: string, rung: Rung, verdict: Verdict): void {
    const [lowest] = this.rungs;
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

  /** The rung that the host is known to need, and for how many milliseconds that is still believed. */
  learned(host: string): { rung: Rung; for: number } | undefined {
    const known = this.#learned.get(host);
    if (known === undefined || known.until <= now()) return undefined;
    return { rung: known.rung, for: known.until - now() };
  }
}
