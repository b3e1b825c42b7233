import { expect, test } from "vitest";
import { PageText } from "../../src/demo/pageHtml.js";
import type { PagePlan, Trouble } from "../../src/demo/planPages.js";
import { BLOCK, planPages, SITES } from "../../src/demo/planPages.js";

function count(plans: readonly PagePlan[], trouble: Trouble): number {
  return plans.filter((plan) => plan.trouble === trouble).length;
}

test("the same seed gives the same pages, and another seed other ones", () => {
  expect(planPages({ pages: 100, seed: 1 })).toEqual(planPages({ pages: 100, seed: 1 }));
  expect(planPages({ pages: 100, seed: 1 })).not.toEqual(planPages({ pages: 100, seed: 2 }));
  const [plan] = planPages({ pages: 1, seed: 1 }) as [PagePlan];
  expect(new PageText(1).html(plan)).toBe(new PageText(1).html(plan));
  expect(new PageText(1).html(plan)).not.toBe(new PageText(2).html(plan));
});

test("every block has the same troubles, the reset and the stall aside, which are in the second half", () => {
  const plans = planPages({ pages: 500, seed: 3 });
  for (let start = 0; start < 500; start += BLOCK) {
    const block = plans.slice(start, start + BLOCK);
    expect(["busy", "redirect", "broken"].map((trouble) => count(block, trouble as Trouble))).toEqual([1, 3, 2]);
  }
  const half = plans.slice(250);
  expect([count(plans, "reset"), count(plans, "stall"), count(half, "reset"), count(half, "stall")]).toEqual([
    1, 1, 1, 1,
  ]);
});

test("each site is too busy once", () => {
  const busy = planPages({ pages: SITES * BLOCK, seed: 4 }).filter(({ trouble }) => trouble === "busy");
  expect(busy.map(({ site }) => site)).toEqual(Array.from({ length: SITES }, (_, site) => site));
});

test("sizes and latencies are those of real pages", () => {
  const plans = planPages({ pages: 2000, seed: 5 });
  const sizes = plans.map(({ bytes }) => bytes).sort((a, b) => a - b);
  expect(sizes[1000]).toBeGreaterThan(50_000);
  expect(sizes[1000]).toBeLessThan(70_000);
  expect(sizes.at(-1)).toBeLessThanOrEqual(600_000);
  for (const { latency } of plans) expect(latency >= 50 && latency <= 200).toBe(true);
});

test("a page is as large as planned, or a little larger", () => {
  const text = new PageText(6);
  for (const plan of planPages({ pages: 50, seed: 6 })) {
    const { length } = Buffer.from(text.html(plan));
    expect(length).toBeGreaterThanOrEqual(plan.bytes);
    expect(length).toBeLessThan(plan.bytes + 2000);
  }
});
