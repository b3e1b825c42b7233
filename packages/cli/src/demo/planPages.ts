import type { Random } from "./random.js";
import { normal, randomFrom, wholeNumber } from "./random.js";

/**
 * What a page does before it answers as it should.
 *
 *     redirect   301 to another path, every time
 *     busy       429 with `Retry-After: 1`, the first time
 *     broken     500, the first time
 *     reset      the connection is reset in the middle of the body, the first time
 *     stall      headers and half a body, then nothing for ever, the first time
 */
export type Trouble = "none" | "redirect" | "busy" | "broken" | "reset" | "stall";

export interface PagePlan {
  readonly id: number;
  /** Which of the sites it is on, from 0. */
  readonly site: number;
  readonly trouble: Trouble;
  /** How long the site thinks before it answers, in milliseconds. */
  readonly latency: number;
  readonly bytes: number;
}

/** How many sites the pages are on. Neighbours in the list are on different ones. */
export const SITES = 10;
/** Each full block of pages has the same share of troubles: the first one is a fair sample of all. */
export const BLOCK = 50;
const TROUBLES_OF_A_BLOCK: readonly Trouble[] = ["busy", "redirect", "redirect", "redirect", "broken", "broken"];

const MEDIAN_BYTES = 60_000;
const SPREAD = 0.7;
const FEWEST_BYTES = 4_000;
const MOST_BYTES = 600_000;

/** Plans the pages. The reset and the stall, one of each, are in the second half. */
export function planPages(options: { pages: number; seed: number }): PagePlan[] {
  const random = randomFrom(options.seed);
  const troubles = planTroubles(options.pages, random);
  return troubles.map((trouble, id) => ({
    id,
    site: id % SITES,
    trouble,
    latency: wholeNumber(random, 50, 200),
    bytes: sizeOf(random),
  }));
}

function planTroubles(pages: number, random: Random): Trouble[] {
  const troubles: Trouble[] = new Array<Trouble>(pages).fill("none");
  for (let block = 0; block * BLOCK < pages; block++) {
    const range = { from: block * BLOCK, to: Math.min(pages, (block + 1) * BLOCK) };
    const share = Math.round((TROUBLES_OF_A_BLOCK.length * (range.to - range.from)) / BLOCK);
    for (const trouble of TROUBLES_OF_A_BLOCK.slice(0, share)) {
      // The sites take turns in being too busy.
      place(troubles, trouble, random, trouble === "busy" ? { ...range, site: block % SITES } : range);
    }
  }
  const half = Math.ceil(pages / 2);
  place(troubles, "reset", random, { from: half, to: pages });
  place(troubles, "stall", random, { from: half, to: pages });
  return troubles;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly site?: number;
}

/** Gives a trouble to a page that has none, in a range of pages. */
function place(troubles: Trouble[], trouble: Trouble, random: Random, range: Range): void {
  const free: number[] = [];
  for (let id = range.from; id < range.to; id++) {
    if (troubles[id] === "none" && (range.site ?? id % SITES) === id % SITES) free.push(id);
  }
  const id = free[Math.floor(random() * free.length)];
  if (id !== undefined) troubles[id] = trouble;
}

/** Sizes of web pages are distributed log-normally: most are middling, and a few are huge. */
function sizeOf(random: Random): number {
  const bytes = Math.round(MEDIAN_BYTES * Math.exp(SPREAD * normal(random)));
  return Math.min(MOST_BYTES, Math.max(FEWEST_BYTES, bytes));
}
