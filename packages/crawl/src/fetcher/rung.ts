/** How requests travel: honestly, with the identity of a browser, or in a browser. */
export type Vehicle = "plain" | "identity" | "chromium";

/** One way to ask for a page. The more it takes, the later it is tried. */
export interface Rung {
  readonly vehicle: Vehicle;
  /** Which of the proxies: 0 for the ordinary ones, or for none. */
  readonly tier: number;
  /** Whether a CAPTCHA is handed to the user's `solve`. */
  readonly solves: boolean;
  readonly cost: number;
}

/**
 * What a rung costs, in units of one plain request. The figures are about what each takes in machine time and in what people
 * pay for proxies and solvers; what counts is their order, and that `maxCost` can be read off them.
 *
 *     plain 1 · identity 2 · each proxy tier above the first 10 more · Chromium 10 · solver 25 more
 */
export const COSTS = { plain: 1, identity: 2, chromium: 10, tier: 10, solver: 25 } as const;

export function makeRung(vehicle: Vehicle, tier: number = 0, solves: boolean = false): Rung {
  const cost = COSTS[vehicle] + tier * COSTS.tier + (solves ? COSTS.solver : 0);
  return { vehicle, tier, solves, cost };
}

export interface LadderParts {
  /** The vehicles that are to be had. */
  readonly identity: boolean;
  readonly chromium: boolean;
  /** The tiers of proxies that there are, the cheapest first; none without proxies. */
  readonly tiers: readonly number[];
  readonly solver: boolean;
}

/** The rungs of a fetcher, the cheapest first. */
export function ladderOf(parts: LadderParts): readonly Rung[] {
  const vehicles: Vehicle[] = ["plain"];
  if (parts.identity) vehicles.push("identity");
  if (parts.chromium) vehicles.push("chromium");
  const tiers = parts.tiers.length === 0 ? [0] : parts.tiers;
  const rungs = vehicles.flatMap((vehicle) => tiers.map((tier) => makeRung(vehicle, tier)));
  // Without a browser a token is sent with the form in which the CAPTCHA stands, by whoever looks most like one.
  const solving: Vehicle[] = [parts.identity ? "identity" : "plain", ...(parts.chromium ? ["chromium" as const] : [])];
  if (parts.solver) rungs.push(...solving.flatMap((vehicle) => tiers.map((tier) => makeRung(vehicle, tier, true))));
  return rungs.sort((a, b) => a.cost - b.cost);
}

/** For the ledger: "plain", "chromium, proxy tier 1, solver". */
export function nameOf(rung: Rung): string {
  return `${rung.vehicle}${rung.tier > 0 ? `, proxy tier ${rung.tier}` : ""}${rung.solves ? ", solver" : ""}`;
}
