import fc from "fast-check";
import { cancelScope, gather, moveOnAfter, now, Semaphore, sleep, taskGroup } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import type { AdmitOptions } from "../../src/politeness/hostLimits.js";
import { HostLimits } from "../../src/politeness/hostLimits.js";

const SECOND = 1000;

/** Makes a request that takes so long, and returns the moment at which it left. */
async function request(limits: HostLimits, ms: number, options: AdmitOptions = {}): Promise<number> {
  const admission = await limits.admit("a", options);
  const at = now();
  try {
    await sleep(ms);
    admission.accepted();
  } finally {
    admission.release();
  }
  return at;
}

const times = (count: number, limits: HostLimits, ms: number, options: AdmitOptions = {}): Promise<number[]> =>
  gather(
    Array.from({ length: count }, () => () => request(limits, ms, options)),
    { limit: count },
  );

describe("HostLimits, spacing", () => {
  it("leaves the delay between the starts of requests", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 3, delay: 100 });
      expect(await times(5, limits, 250)).toEqual([0, 100, 200, 300, 400]);
    }));

  it("leaves it also where requests wait for a slot meanwhile", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 3, delay: 100 });
      const slots = new Semaphore(2);
      await taskGroup(async (group) => {
        const busy = [await slots.acquire(), await slots.acquire()];
        const starts = group.createTask(() => times(4, limits, 10, { slots }));
        await sleep(1000);
        for (const permit of busy) permit.release();
        expect(await starts).toEqual([1000, 1100, 1200, 1300]);
      });
      expect(slots.available).toBe(2);
    }));

  it("honours a crawl delay, with one request at a time, and ends it when robots.txt has none any more", () =>
    virtualTime(async () => {
      const limits = new HostLimits();
      expect(await times(3, limits, 10, { crawlDelay: 2 * SECOND })).toEqual([0, 2000, 4000]);
      expect(await times(2, limits, 5 * SECOND)).toEqual([6000, 11_000]);
      expect(await times(2, limits, 10, { crawlDelay: 0 })).toEqual([16_000, 16_000]);
    }));

  it("remembers the distance after nobody asks any more", () =>
    virtualTime(async () => {
      const limits = new HostLimits();
      await request(limits, 10, { crawlDelay: 2 * SECOND });
      for (let n = 0; n < 100; n++) (await limits.admit(`other-${n}`)).release();
      expect(await request(limits, 10, { crawlDelay: 2 * SECOND })).toBe(2000);
    }));

  it("wastes no turn for one who goes away", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ delay: SECOND });
      await request(limits, 0);
      const others = gather([1, 2, 3].map(() => () => moveOnAfter(500, () => request(limits, 0))));
      const last = request(limits, 0);
      await others;
      expect(await last).toBe(1000);
    }));

  it("throws at once when the crawl delay is longer than the patience", () =>
    virtualTime(async () => {
      const limits = new HostLimits();
      const options = { crawlDelay: 600 * SECOND, patience: 60 * SECOND };
      expect(await request(limits, 10, options)).toBe(0);
      await expect(request(limits, 10, options)).rejects.toMatchObject({ code: "HOST_PARKED" });
      await expect(request(limits, 10, { crawlDelay: -1 })).rejects.toThrow("Cannot ask a host as crawlDelay must be");
    }));
});

describe("HostLimits, adaptive", () => {
  it("gives a host that becomes slow fewer requests at a time, and more again when it recovers", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 6 });
      const latency = (): number => (now() < 2 * SECOND || now() > 60 * SECOND ? 100 : 3 * SECOND);
      await taskGroup(async (group) => {
        for (let n = 0; n < 1000; n++) {
          group.createTask(async () => {
            const admission = await limits.admit("a");
            await sleep(latency());
            admission.accepted();
            admission.release();
          });
        }
        await sleep(2 * SECOND);
        expect(limits.explain("a")).toMatchObject({ state: "full", active: 6, limit: 6 });
        await sleep(40 * SECOND);
        expect(limits.explain("a")).toMatchObject({ active: 1, limit: 1, perHost: 6, strikes: 0, spacing: 0 });
        expect(limits.explain("a").text).toMatch(
          /it gets 1 instead of 6 at a time, as answers take \d+ ms, usually \d+ ms/,
        );
        await sleep(25 * SECOND);
        expect(limits.explain("a")).toMatchObject({ active: 6, limit: 6 });
      });
      expect(limits.explain("a").state).toBe("unknown");
    }));

  it("makes pauses for a host that fails again and again", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 2 });
      const starts: number[] = [];
      for (let n = 0; n < 12; n++) {
        const admission = await limits.admit("a");
        starts.push(now());
        await sleep(10);
        admission.failed("requests time out");
        admission.release();
      }
      const distances = starts.slice(1).map((start, n) => start - (starts[n] ?? 0));
      expect(distances).toEqual([10, 10, 10, 10, 10, 10, 10, 200, 400, 800, 1600]);
      expect(limits.explain("a").text).toContain("it gets 0.06 instead of 2 at a time, as requests time out");
    }));

  it("leaves them alone where it is told to", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 6, adaptive: false });
      const keep = await limits.admit("a");
      await times(20, limits, 10);
      await times(60, limits, 5 * SECOND);
      for (let n = 0; n < 5; n++) {
        const admission = await limits.admit("a");
        admission.failed();
        admission.release();
      }
      expect(limits.explain("a").limit).toBe(6);
      keep.release();
    }));
});

describe("HostLimits.explain()", () => {
  it("says that nothing is known", () => {
    const { state, text, limit, spacing } = new HostLimits({ perHost: 3, delay: 50 }).explain("a.example");
    expect({ state, limit, spacing }).toEqual({ state: "unknown", limit: 3, spacing: 50 });
    expect(text).toBe("a.example may be asked: nothing is under way, and nothing is known of it");
  });

  it("says of a host that is parked why, for how long, and what happens then", () =>
    virtualTime(async () => {
      const limits = new HostLimits();
      const [one, two] = [await limits.admit("a"), await limits.admit("a")];
      one.refused(90 * SECOND, "it answered 429");
      one.release();
      await taskGroup(async (group) => {
        for (let n = 0; n < 3; n++) group.createTask(() => request(limits, 10));
        await sleep(500);
        expect(limits.explain("a")).toEqual({
          host: "a",
          state: "parked",
          text:
            "a is left alone for 89.5 s, as it answered 429 and asked for 90 s; 1 request from before is under way; " +
            "after that one request goes ahead; 3 pages wait",
          active: 1,
          waiting: 3,
          limit: 1,
          perHost: 6,
          spacing: 0,
          crawlDelay: 0,
          wait: 89_500,
          parkedFor: 89_500,
          because: "it answered 429 and asked for 90 s",
          strikes: 1,
          lastChange: { from: 6, to: 3, because: "it answered 429" },
        });
        two.release();
        await sleep(89_505);
        expect(limits.explain("a")).toMatchObject({ state: "probing", active: 1, waiting: 2 });
        expect(limits.explain("a").text).toContain("one request has gone ahead to see whether it still does");
      });
    }));

  it("says that as many are under way as may be, or that the distance is to be kept, or that nothing hinders", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 2 });
      const [one, two] = [await limits.admit("a"), await limits.admit("a")];
      expect(limits.explain("a").text).toBe("a has 2 requests under way, as many as it gets at a time");
      one.release();
      expect(limits.explain("a").text).toBe("a may be asked: 1 request under way, 2 at a time");
      two.release();
      await request(limits, 100, { crawlDelay: 3 * SECOND });
      expect(limits.explain("a").text).toBe(
        "a gets its next request in 2.9 s, 3 s after the last one; its robots.txt asks for 3 s between requests",
      );
    }));
});

describe("HostLimits, whatever happens", () => {
  const page = fc.record({
    host: fc.constantFrom("a", "b"),
    start: fc.integer({ min: 0, max: 1500 }),
    work: fc.integer({ min: 0, max: 300 }),
    end: fc.constantFrom("accepted", "accepted", "accepted", "refused", "failed", "broken"),
    wish: fc.option(fc.integer({ min: 0, max: 800 }), { nil: undefined }),
    crawlDelay: fc.option(fc.constantFrom(0, 70), { nil: undefined }),
    giveUpAfter: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined }),
  });

  interface Model {
    active: number;
    /** The latest moment that a refusal has asked to wait until, and when it was heard. */
    until: number;
    heardAt: number;
    startedAt: number;
    crawlDelay: number;
    /** Refusals that were news, since the host was last let in. */
    strikes: number;
    incident: number;
    /** Requests that left after the park was over and before the host has let one in. */
    probes: number;
    isShut: boolean;
  }

  it("asks nobody too early, too often or with too many, counts each incident once, and forgets everything", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(page, { maxLength: 40 }),
        fc.record({
          perHost: fc.integer({ min: 1, max: 4 }),
          delay: fc.constantFrom(0, 0, 40),
          adaptive: fc.boolean(),
          slots: fc.integer({ min: 1, max: 5 }),
        }),
        (pages, { perHost, delay, adaptive, slots: slotCount }) =>
          virtualTime(async (clock) => {
            const limits = new HostLimits({ perHost, delay, adaptive, cooldown: 50, maxCooldown: 5000 });
            const slots = new Semaphore(slotCount);
            const models = new Map<string, Model>();
            const modelOf = (host: string): Model => {
              const known = models.get(host);
              if (known !== undefined) return known;
              const count = { active: 0, crawlDelay: 0, strikes: 0, incident: 0, probes: 0, isShut: false };
              const model = { ...count, until: 0, heardAt: -1, startedAt: -Infinity };
              models.set(host, model);
              return model;
            };
            await gather(
              pages.map(({ host, start, work, end, wish, crawlDelay, giveUpAfter = Infinity }) => async () => {
                await sleep(start);
                await moveOnAfter(giveUpAfter, async () => {
                  const model = modelOf(host);
                  if (crawlDelay !== undefined) model.crawlDelay = crawlDelay;
                  const admission = await limits.admit(host, { slots, crawlDelay });
                  const at = now();
                  try {
                    expect(++model.active).toBeLessThanOrEqual(perHost);
                    // One that was let in at the very moment of a refusal is under way.
                    if (at !== model.heardAt) expect(at).toBeGreaterThanOrEqual(model.until);
                    expect(at - model.startedAt).toBeGreaterThanOrEqual(delay);
                    if (model.isShut && at !== model.heardAt) expect(++model.probes).toBe(1);
                    model.startedAt = at;
                    const { incident } = model;
                    const isProbe = model.isShut && at !== model.heardAt;
                    const explained = limits.explain(host);
                    expect(explained).toMatchObject({ host, perHost });
                    expect(explained.active).toBeGreaterThanOrEqual(model.active);
                    expect(explained.limit).toBeLessThanOrEqual(perHost);
                    try {
                      await sleep(work);
                      if (end === "failed") admission.failed();
                      if (end === "accepted") {
                        admission.accepted();
                        if (incident === model.incident) {
                          model.strikes = 0;
                          model.isShut = false;
                        }
                      }
                      if (end === "refused") {
                        const wait = admission.refused(wish);
                        if (incident === model.incident) {
                          model.incident++;
                          model.strikes++;
                        }
                        model.isShut = true;
                        model.heardAt = now();
                        model.until = Math.max(model.until, now() + Math.max(wish ?? 0, 50));
                        expect(now() + wait).toBeGreaterThanOrEqual(model.until);
                        expect(wait).toBeLessThanOrEqual(5000);
                        expect(limits.explain(host)).toMatchObject({ state: "parked", strikes: model.strikes });
                      }
                    } finally {
                      if (isProbe) model.probes--;
                    }
                  } finally {
                    model.active--;
                    admission.release();
                  }
                });
              }),
              { limit: 40 },
            );
            expect(slots.available).toBe(slotCount);
            await sleep(20_000);
            for (let n = 0; n < 5; n++) (await limits.admit("another")).release();
            await sleep(1000);
            for (let n = 0; n < 5; n++) (await limits.admit("another")).release();
            expect(limits.stats().parked).toBe(0);
            expect(limits.stats().hosts).toBeLessThanOrEqual(delay > 0 ? 1 : 0);
            expect(clock.pending).toBe(0);
          }),
      ),
      { numRuns: 300 },
    ));

  it("throws a cancellation while it waits for the distance, and takes nothing", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 1, delay: SECOND });
      const slots = new Semaphore(1);
      await request(limits, 0, { slots });
      await cancelScope(async (scope) => {
        scope.deadline = now() + 10;
        await limits.admit("a", { slots });
      });
      expect(limits.explain("a")).toMatchObject({ active: 0, waiting: 0 });
      expect(await request(limits, 0, { slots })).toBe(1000);
      expect(slots.available).toBe(1);
    }));
});
