import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoff } from "../../src/index.js";

describe("backoff()", () => {
  it("doubles the longest wait with each failure, up to the cap", () => {
    const random = (): number => 1;
    const waits = [1, 2, 3, 4, 5].map((failures) => backoff(failures, { base: 100, cap: 1000, random }));
    expect(waits).toEqual([100, 200, 400, 800, 1000]);
  });

  it("waits a random part of it, from nothing on", () => {
    expect(backoff(3, { base: 100, random: () => 0 })).toBe(0);
    expect(backoff(3, { base: 100, random: () => 0.5 })).toBe(200);
  });

  it("adds to what the server asks for, and lets the cap not shorten that", () => {
    expect(backoff(1, { base: 100, cap: 1000, random: () => 0.5, retryAfter: 60_000 })).toBe(60_050);
  });

  it("stays between what the server asks for and that plus the cap, after any number of failures", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.record({
          base: fc.integer({ min: 0, max: 10_000 }),
          cap: fc.integer({ min: 0, max: 100_000 }),
          random: fc.func(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
          retryAfter: fc.option(fc.integer({ min: 0, max: 10_000_000 }), { nil: undefined }),
        }),
        (failures, options) => {
          const wait = backoff(failures, options);
          const least = options.retryAfter ?? 0;
          expect(wait).toBeGreaterThanOrEqual(least);
          expect(wait).toBeLessThanOrEqual(least + options.cap);
        },
      ),
    );
  });
});
