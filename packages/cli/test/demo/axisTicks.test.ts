import fc from "fast-check";
import { expect, test } from "vitest";
import { axisTicks, tickLabel } from "../../src/demo/axisTicks.js";

test("marks are round, even, and at most a dozen and the zero", () => {
  expect(axisTicks(9100)).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000]);
  expect(axisTicks(2400)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000, 2200, 2400]);
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), (end) => {
      const ticks = axisTicks(end);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(13);
      expect(ticks.at(-1)).toBeLessThanOrEqual(end);
    }),
  );
});

test("labels have the digits that they need", () => {
  expect([0, 250, 500, 2000, 12_500].map(tickLabel)).toEqual(["0", "0.25 s", "0.5 s", "2 s", "12.5 s"]);
});
