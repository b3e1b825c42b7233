import { formatBytes } from "../progress/units.js";
import type { PagePlan, Trouble } from "./planPages.js";
import type { TwoRuns } from "./runTrace.js";
import { formatRatio, perPage, ratio } from "./runTrace.js";

/** What the pages are like, in one sentence. */
export function pagesSentence(plans: readonly PagePlan[]): string {
  const sizes = plans.map(({ bytes }) => bytes).sort((a, b) => a - b);
  const median = formatBytes(sizes[Math.floor(sizes.length / 2)] ?? 0);
  const count = (trouble: Trouble): number => plans.filter((plan) => plan.trouble === trouble).length;
  return (
    `${plans.length} pages, half of them larger than ${median}, each answered in 50 to 200 ms; ` +
    `${count("redirect")} redirects, and at the first attempt ${count("broken")} times 500, ${count("busy")} times 429, ` +
    `${count("reset")} reset and ${count("stall")} stall`
  );
}

/** What was measured, in one sentence, with how the ratio comes about. */
export function ratioSentence(runs: TwoRuns): string {
  const [alone, together] = runs;
  const [slow, fast] = [perPage(alone), perPage(together)].map((ms) => `${ms.toFixed(1)} ms`);
  return (
    `${together.concurrency} at once took ${fast} a page and one at a time ${slow}: ` +
    `${formatRatio(ratio(runs))} times as many pages a second`
  );
}
