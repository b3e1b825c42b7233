import { expect, test } from "vitest";
import { summary } from "../../src/progress/summary.js";
import type { Progress } from "../../src/progress/tally.js";

const progress: Progress = {
  elapsed: 12_300,
  ok: 2000,
  failed: 0,
  failures: [],
  bytes: 24_100_000,
  running: 0,
  rate: 0,
  slowest: undefined,
  parked: 0,
  total: undefined,
};

test("it says how many pages were had, how fast, and what has failed", () => {
  expect(summary(progress)).toBe("2,000 pages fetched in 12.3 s (163/s, 24.1 MB)");
  const failures = [
    ["timeout", 3],
    ["dns", 1],
  ] as const;
  expect(summary({ ...progress, ok: 1996, failed: 4, failures })).toBe(
    "1,996 of 2,000 pages fetched in 12.3 s (163/s, 24.1 MB), 4 failed: 3 timeout, 1 dns",
  );
});

test("rare kinds of failure are summed up where there are many", () => {
  const failures = [
    ["timeout", 9],
    ["dns", 5],
    ["reset", 3],
    ["tls", 2],
    ["refused", 1],
  ] as const;
  expect(summary({ ...progress, ok: 0, failed: 20, failures })).toMatch(
    /20 failed: 9 timeout, 5 dns, 3 reset, 3 other$/,
  );
});

test("after an interruption it says by what, and what was given up", () => {
  const interrupted = { by: "SIGINT", givenUp: 1 };
  expect(summary({ ...progress, ok: 1, elapsed: 1000 }, interrupted)).toBe(
    "Interrupted by SIGINT: 1 page fetched in 1.0 s (1.0/s, 24.1 MB), 1 request given up",
  );
});
