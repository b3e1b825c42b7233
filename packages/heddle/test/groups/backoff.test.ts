import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BackoffOptions } from "../../src/groups/backoff.js";
import { backoff, checkBackoff } from "../../src/groups/backoff.js";
import { expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";

const delays = (count: number, options: BackoffOptions): number[] =>
  Array.from({ length: count }, (_, index) => backoff(index + 1, options));

describe("backoff", () => {
  it("doubles from 100 ms to half a minute", () => {
    expect(delays(11, { jitter: "none" })).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000,
    ]);
  });

  it("takes its base, its factor and its limit", () => {
    expect(delays(4, { jitter: "none", baseDelay: 10, factor: 3, maxDelay: 100 })).toEqual([10, 30, 90, 100]);
    expect(delays(3, { jitter: "none", baseDelay: 10, factor: 1 })).toEqual([10, 10, 10]);
  });

  it("stays a number when the power grows beyond all numbers", () => {
    expect(backoff(100_000, { jitter: "none" })).toBe(30_000);
    expect(backoff(100_000, { jitter: "none", baseDelay: 0 })).toBe(0);
  });

  it("spreads a wait over all of the time up to its limit", () => {
    expect(backoff(3, { random: () => 0 })).toBe(0);
    expect(backoff(3, { random: () => 0.5 })).toBe(200);
  });

  it("is never negative and never above its limit, for any options", () => {
    const options = fc.record(
      {
        baseDelay: fc.double({ min: 0, max: 1e6, noNaN: true }),
        maxDelay: fc.double({ min: 0, noNaN: true }),
        factor: fc.double({ min: 1, max: 10, noNaN: true }),
        jitter: fc.constantFrom("full" as const, "none" as const),
        random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((value) => () => value),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), options, (n, given) => {
        const delay = backoff(n, given);
        const limit = backoff(n, { ...given, jitter: "none" });
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(limit);
        expect(limit).toBeLessThanOrEqual(given.maxDelay ?? 30_000);
        expect(limit).toBeGreaterThanOrEqual(n === 1 ? 0 : backoff(n - 1, { ...given, jitter: "none" }));
      }),
      runs(300),
    );
  });

  it("refuses options that are out of range", async () => {
    const check = (options: object): void => checkBackoff("retry", options);
    await expectRefused(
      () => check({ baseDelay: -1 }),
      "Cannot retry as baseDelay must be a number, 0 or more: received -1",
    );
    await expectRefused(
      () => check({ baseDelay: Infinity }),
      /baseDelay must be a number, 0 or more: received Infinity/,
    );
    await expectRefused(
      () => check({ maxDelay: NaN }),
      /maxDelay must be a number, 0 or more, or Infinity: received NaN/,
    );
    await expectRefused(() => check({ factor: 0.5 }), /factor must be a number, 1 or more: received 0.5/);
    await expectRefused(() => check({ jitter: "half" }), /jitter must be "full" or "none": received "half"/);
    await expectRefused(() => check({ random: 0.5 }), /a function is needed: received 0.5/);
  });
});
