import { formatBytes } from "../progress/units.js";
import type { PagePlan, Trouble } from "./planPages.js";
import { SITES } from "./planPages.js";
import type { TwoRuns } from "./runTrace.js";
import { formatRatio, perPage, ratio } from "./runTrace.js";

/** What the sites and their pages are like, in lines that fit a terminal. */
export function sitesText(plans: readonly PagePlan[]): string {
  const sizes = plans.map(({ bytes }) => bytes).sort((a, b) => a - b);
  const median = formatBytes(sizes[Math.floor(sizes.length / 2)] ?? 0);
  const count = (trouble: Trouble): number => plans.filter((plan) => plan.trouble === trouble).length;
  return [
    `${SITES} sites on ports of this machine with ${plans.length} pages, half of them over ${median}.`,
    `A page takes 50 to 200 ms. ${count("redirect")} are redirects; at the first attempt ${count("broken")} answer 500,`,
    `${count("busy")} answer 429 (come back in 1 s), ${count("reset")} is reset and ${count("stall")} stalls.`,
  ].join("\n");
}

/** What was measured, in one sentence. */
export function ratioSentence(runs: TwoRuns): string {
  const [alone, together] = runs;
  return (
    `${together.concurrency} at once fetched ${formatRatio(ratio(runs))} times as many pages a second: ` +
    `${perPage(together).toFixed(1)} ms a page, not ${perPage(alone).toFixed(1)} ms`
  );
}
