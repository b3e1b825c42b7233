import { expect, test } from "vitest";
import { formatBytes, formatCount, formatDuration, formatRate } from "../../src/progress/units.js";

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [59_949, "59.9 s"],
  [59_951, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [3_599_600, "1 h 0 min"],
  [12_000_000, "3 h 20 min"],
])("%d ms are %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [999, "999 B"],
  [1000, "1.0 kB"],
  [999_950, "1.0 MB"],
  [24_100_000, "24.1 MB"],
  [1e12, "1000.0 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("rates have the digits that matter, and large counts have separators", () => {
  expect([0, 0.423, 0.999, 8.41, 99.96, 1620.4].map(formatRate)).toEqual([
    "0.00/s",
    "0.42/s",
    "1.0/s",
    "8.4/s",
    "100/s",
    "1,620/s",
  ]);
  expect(formatCount(1_234_567)).toBe("1,234,567");
});
