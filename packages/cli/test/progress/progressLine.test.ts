import fc from "fast-check";
import { expect, test } from "vitest";
import { progressLine } from "../../src/progress/progressLine.js";
import type { Progress } from "../../src/progress/tally.js";

const progress: Progress = {
  elapsed: 12_000,
  ok: 1201,
  failed: 3,
  failures: [["timeout", 3]],
  bytes: 1_000_000,
  running: 64,
  rate: 98.2,
  slowest: { url: "https://example.com/a/b", age: 4200 },
  parked: 0,
  total: undefined,
};

test("it says how many are done, failed and in flight, how fast, and what is slowest", () => {
  expect(progressLine(progress, 80)).toBe("1,204 done · 3 failed · 98.2/s · 64 in flight · slowest example.com 4.2 s");
  expect(progressLine({ ...progress, total: 2000, parked: 1 }, 120)).toBe(
    "1,204 of 2,000 done · 3 failed · 98.2/s · 64 in flight · slowest example.com 4.2 s · 1 host paused",
  );
});

test("where it is narrow the less important goes first", () => {
  expect(progressLine(progress, 60)).toBe("1,204 done · 3 failed · 98.2/s · 64 in flight");
  expect(progressLine(progress, 25)).toBe("1,204 done · 3 failed");
  expect(progressLine(progress, 4)).toBe("1,20");
});

test("it fits, however narrow and however long the host", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 200 }),
      fc.stringMatching(/^https?:\/\/[a-z]{1,60}\.com\/$/),
      fc.nat(),
      (width, url, count) => {
        const line = progressLine({ ...progress, ok: count, slowest: { url, age: count } }, width);
        expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});
