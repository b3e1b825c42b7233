import { expect, test } from "vitest";
import { RateMeter } from "../../src/progress/rateMeter.js";

test("the rate is that of the last seconds, not of the whole time", () => {
  const meter = new RateMeter(0);
  for (let at = 100; at <= 10_000; at += 100) meter.perSecond(at, at / 10);
  expect(meter.perSecond(10_000, 1000)).toBeCloseTo(100);
  for (let at = 10_100; at <= 20_000; at += 100) meter.perSecond(at, 1000);
  expect(meter.perSecond(20_000, 1000)).toBe(0);
});

test("there is no rate before any time has passed", () => {
  expect(new RateMeter(5).perSecond(5, 3)).toBe(0);
});
