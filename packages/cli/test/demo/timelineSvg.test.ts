import { expect, test } from "vitest";
import { ratioSentence } from "../../src/demo/demoText.js";
import { reportHtml } from "../../src/demo/reportHtml.js";
import type { Answer, RequestSpan, RunTrace, TwoRuns } from "../../src/demo/runTrace.js";
import { timelineSvg } from "../../src/demo/timelineSvg.js";

function request(started: number, ended: number, answer: Answer = "ok", host = "a"): RequestSpan {
  return { started, ended, answer, host };
}

const alone: RunTrace = {
  concurrency: 1,
  started: 1000,
  ended: 5000,
  pages: 4,
  fetched: 4,
  bytes: 4000,
  requests: [request(1000, 2000), request(2000, 3000, "busy"), request(4000, 5000, "ok", "b")],
  pauses: [{ host: "a", started: 3000, ended: 4000 }],
};
const together: RunTrace = {
  ...alone,
  concurrency: 3,
  pages: 40,
  requests: [
    request(1000, 2000),
    request(1000, 1500),
    request(1200, 2000, "broken", "b"),
    request(2000, 3000, "stall"),
  ],
  ended: 2000,
};
const runs: TwoRuns = [alone, together];

test("the picture is a whole SVG with everything that its legend names", () => {
  const svg = timelineSvg(runs);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*<\/svg>\n$/s);
  for (const shape of ["ok", "busy", "broken", "stall", "pause"]) expect(svg).toContain(`<path class="${shape}"`);
  for (const label of ["page", "429", "500", "stall", "pause, as the site asked"])
    expect(svg).toContain(`>${label}</text>`);
  expect(svg).not.toContain(">reset</text>");
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test("the ratio is that of the times for a page, and stands in picture and page alike", () => {
  // 1,000 ms a page against 25.
  expect(ratioSentence(runs)).toBe("3 at once fetched 40 times as many pages a second: 25.0 ms a page, not 1000.0 ms");
  const svg = timelineSvg(runs);
  expect(svg).toContain(">40×</text>");
  const html = reportHtml(runs, { svg, sentence: ratioSentence(runs) });
  expect(html).toContain("<title>Heddle demo: 40 times as many pages a second</title>");
  expect(html).toContain(svg);
});

test("neither the picture nor the page loads anything", () => {
  const html = reportHtml(runs, { svg: timelineSvg(runs), sentence: "" }).replaceAll("http://www.w3.org/2000/svg", "");
  expect(html).not.toMatch(/https?:|src=|href=|url\(|@import|<script/);
});

test("the same trace gives the same picture", () => {
  expect(timelineSvg(runs)).toBe(timelineSvg(runs));
});

test("a run as long as the other leaves no room for the ratio", () => {
  expect(timelineSvg([alone, { ...together, ended: 5000 }])).not.toContain("×</text>");
});
