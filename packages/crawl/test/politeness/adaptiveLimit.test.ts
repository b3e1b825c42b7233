import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AdaptiveLimit } from "../../src/politeness/adaptiveLimit.js";

let seed = 1;
/** The minimal standard generator: the same numbers each time. */
function random7(): number {
  seed = (seed * 16_807) % 2_147_483_647;
  return seed / 2_147_483_647;
}

/** A host that bears `capacity` requests at a time and takes longer the more there are above that. */
function load(
  limit: AdaptiveLimit,
  rounds: number,
  latencyAt: (concurrency: number, round: number) => number,
): number[] {
  const history: number[] = [];
  let moment = 0;
  for (let round = 0; round < rounds; round++) {
    const { concurrency } = limit;
    const latencies = Array.from({ length: concurrency }, () => latencyAt(concurrency, round)).sort((a, b) => a - b);
    for (const latency of latencies) limit.answered(moment, moment + latency, true);
    moment += Math.max(latencies.at(-1) ?? 0, limit.pause) + 1;
    history.push(limit.concurrency);
  }
  return history;
}

describe("AdaptiveLimit", () => {
  it("stays at its most while answers are as quick as usual", () => {
    const limit = new AdaptiveLimit(6);
    expect(new Set(load(limit, 200, () => 80))).toEqual(new Set([6]));
    expect(limit.latency).toEqual({ recent: 80, usual: 80 });
    expect(limit.lastChange).toBeUndefined();
    expect(limit.isReduced).toBe(false);
  });

  it("does not mind answers of different lengths", () => {
    const limit = new AdaptiveLimit(6);
    const history = load(limit, 500, (_, round) => [30, 60, 90, 200, 20][round % 5] ?? 0);
    expect(Math.min(...history)).toBe(6);
    const random = [...load(new AdaptiveLimit(6), 3000, () => (random7() < 0.5 ? 20 : 800))];
    expect(random.filter((each) => each < 6).length).toBeLessThan(300);
  });

  it("does not mind a few pages that take for ever, or fail after a long time", () => {
    const limit = new AdaptiveLimit(32);
    const concurrencies: number[] = [];
    for (let n = 0; n < 20_000; n++) {
      const moment = 10_000_000 + n;
      const kind = random7();
      if (kind < 0.03) limit.answered(moment - 20_000, moment, true);
      else if (kind < 0.1) limit.failed(moment - 15_000, moment, "requests fail");
      else limit.answered(moment - 10 - 40 * random7(), moment, true);
      concurrencies.push(limit.concurrency);
    }
    expect(concurrencies.filter((each) => each < 32).length).toBeLessThan(1000);
    expect(Math.min(...concurrencies)).toBeGreaterThanOrEqual(16);
  });

  it("does not mind that one millisecond becomes twenty", () => {
    const limit = new AdaptiveLimit(6);
    expect(Math.min(...load(limit, 100, (_, round) => (round < 20 ? 1 : 20)))).toBe(6);
  });

  it("shrinks when answers become slow, to one at a time at the least, and says why", () => {
    const limit = new AdaptiveLimit(16);
    const history = load(limit, 15, (_, round) => (round < 3 ? 50 : 2000));
    expect(history).toEqual([16, 16, 16, 12, 9, 6, 5, 3, 2, 2, 1, 1, 1, 1, 1]);
    expect(limit.pause).toBe(0);
    expect(limit.lastChange?.because).toMatch(/^answers take \d+ ms, usually \d+ ms$/);
  });

  it("grows again when they stay slow however few there are: then it was not the number", () => {
    const limit = new AdaptiveLimit(6);
    const history = load(limit, 60, (_, round) => (round < 3 ? 50 : 2000));
    expect(Math.min(...history)).toBe(1);
    expect(history.at(-1)).toBe(6);
  });

  it("finds about as many as a host bears whose answers get slower with each above that", () => {
    const limit = new AdaptiveLimit(64);
    const queueing = (concurrency: number): number => 100 * Math.max(1, concurrency / 8);
    limit.overloaded(0, 0, "a start with few");
    for (let n = 0; n < 5; n++) limit.overloaded(n + 1, n + 1, "a start with few");
    expect(limit.concurrency).toBe(1);
    const history = load(limit, 400, queueing).slice(100);
    expect(Math.min(...history)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...history)).toBeLessThanOrEqual(36);
  });

  it("grows by one per round of answers after a failure, and only while it is fully used", () => {
    const limit = new AdaptiveLimit(8);
    limit.overloaded(0, 0, "it answered 429");
    expect(limit.concurrency).toBe(4);
    expect(limit.lastChange).toEqual({ from: 8, to: 4, because: "it answered 429" });
    for (let n = 0; n < 20; n++) limit.answered(1, 2, false);
    expect(limit.concurrency).toBe(4);
    expect(load(limit, 6, () => 10)).toEqual([5, 6, 7, 8, 8, 8]);
  });

  it("makes pauses where less than one at a time is still too much, and ends them soon when it is not", () => {
    const limit = new AdaptiveLimit(2);
    limit.answered(0, 200, true);
    const pauses: number[] = [];
    for (let n = 1; n <= 8; n++) {
      limit.overloaded(n * 1000, n * 1000, "a request timed out");
      pauses.push(limit.pause);
    }
    expect(pauses).toEqual([0, 400, 800, 1600, 3200, 3200, 3200, 3200]);
    expect(limit.concurrency).toBe(1);
    for (let n = 0; n < 4; n++) limit.answered(9000, 9200, true);
    expect(limit.pause).toBe(0);
  });

  it("does not mind that some pages fail, but that most do", () => {
    const limit = new AdaptiveLimit(8);
    for (let n = 0; n < 200; n++) {
      if (n % 5 === 0) limit.failed(n, n, "requests fail");
      else limit.answered(n, n, true);
    }
    expect(limit.isReduced).toBe(false);
    const reduced = Array.from({ length: 8 }, (_, n) => limit.failed(1000 + n, 1000 + n, "requests fail"));
    expect(reduced).toEqual([false, false, false, false, true, true, true, true]);
    expect(limit.value).toBe(0.5);
  });

  it("takes refusals of what was under way together for one", () => {
    const limit = new AdaptiveLimit(8);
    expect(limit.overloaded(0, 10, "it failed")).toBe(true);
    for (let n = 0; n < 7; n++) expect(limit.overloaded(5, 10 + n, "it failed")).toBe(false);
    expect(limit.concurrency).toBe(4);
    expect(limit.overloaded(10, 20, "it failed")).toBe(true);
    expect(limit.concurrency).toBe(2);
  });

  it("stays within its bounds and shrinks at most once per incident, whatever happens", () => {
    const step = fc.record({
      what: fc.constantFrom("answered", "overloaded", "failed"),
      age: fc.integer({ min: 0, max: 500 }),
      latency: fc.integer({ min: 0, max: 100_000 }),
      isFull: fc.boolean(),
      pause: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.array(step, { maxLength: 200 }), (most, steps) => {
        const limit = new AdaptiveLimit(most);
        let moment = 0;
        let shrunkAt = -Infinity;
        for (const { what, age, latency, isFull, pause } of steps) {
          moment += pause;
          const before = limit.value;
          const startedAt = what === "answered" ? moment - latency : moment - age;
          if (what === "answered") limit.answered(startedAt, moment, isFull);
          else if (what === "failed") limit.failed(startedAt, moment, "requests fail");
          else limit.overloaded(startedAt, moment, "it failed");
          expect(limit.value).toBeGreaterThanOrEqual(1 / 16);
          expect(limit.value).toBeLessThanOrEqual(most);
          expect(limit.concurrency).toBeGreaterThanOrEqual(1);
          expect(limit.pause > 0).toBe(limit.value < 1);
          expect(limit.pause).toBeLessThanOrEqual(60_000);
          if (limit.value < before) {
            expect(startedAt).toBeGreaterThanOrEqual(shrunkAt);
            shrunkAt = moment;
          }
        }
      }),
    );
  });
});
