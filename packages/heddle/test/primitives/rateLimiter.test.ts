import { inspect } from "node:util";
import fc from "fast-check";
import { createTask, moveOnAfter, now, RateLimiter, run, sleep } from "heddle";
import { assertCheckpoints, leakCheck, settle, VirtualClock, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { timeline } from "../support/timeline.js";

/** The moments at which `n` calls one after the other are let through. */
async function moments(limiter: RateLimiter, n: number, cost = 1): Promise<number[]> {
  const at: number[] = [];
  for (let i = 0; i < n; i++) {
    await limiter.acquire(cost);
    at.push(now());
  }
  return at;
}

describe("RateLimiter", () => {
  it("spaces calls evenly, the first being let through at once", () =>
    virtualTime(async () => {
      expect(await moments(new RateLimiter(4), 5)).toEqual([0, 250, 500, 750, 1000]);
    }));

  it("takes the rate for any interval", () =>
    virtualTime(async () => {
      expect(await moments(new RateLimiter(3, { per: 90 }), 4)).toEqual([0, 30, 60, 90]);
    }));

  it("lets a burst through at once, and the rest at the rate", () =>
    virtualTime(async () => {
      expect(await moments(new RateLimiter(10, { burst: 3 }), 6)).toEqual([0, 0, 0, 100, 200, 300]);
    }));

  it("saves up for a burst while it is not used, but no more than that", () =>
    virtualTime(async () => {
      const limiter = new RateLimiter(10, { burst: 3 });
      await moments(limiter, 3);
      await sleep(150);
      expect(limiter.available).toBe(1.5);
      await sleep(100_000);
      expect(limiter.available).toBe(3);
      const start = now();
      expect((await moments(limiter, 4)).map((at) => at - start)).toEqual([0, 0, 0, 100]);
    }));

  it("does not drift, however odd the rate", () =>
    virtualTime(async () => {
      const at = await moments(new RateLimiter(3, { burst: 2 }), 3002);
      expect(at.at(-1)).toBe(1_000_000);
    }));

  it("takes more for calls that cost more", () =>
    virtualTime(async () => {
      const limiter = new RateLimiter(10, { burst: 5 });
      expect(await moments(limiter, 4, 2.5)).toEqual([0, 0, 250, 500]);
    }));

  it("serves those who wait in the order in which they came, the cheap behind the dear", () =>
    virtualTime(async () => {
      const limiter = new RateLimiter(10, { burst: 4 });
      await limiter.acquire(4);
      const log = timeline();
      createTask(() => limiter.acquire(3).then(() => log("dear")));
      createTask(() => limiter.acquire(1).then(() => log("cheap")));
      await settle();
      expect(limiter.tryAcquire(0.1)).toBe(false);
      await sleep(200);
      expect(limiter.tryAcquire(1)).toBe(false);
      await sleep(500);
      expect(log.lines).toEqual(["300 dear", "400 cheap"]);
    }));

  it("lets those behind it through when one who is cancelled was all that kept them", () =>
    virtualTime(async () => {
      const limiter = new RateLimiter(10, { burst: 4 });
      await limiter.acquire(4);
      const log = timeline();
      const dear = createTask(() => limiter.acquire(4));
      createTask(() => limiter.acquire(1).then(() => log("cheap")));
      createTask(() => limiter.acquire(1).then(() => log("second")));
      await sleep(150);
      dear.cancel();
      await sleep(500);
      expect(log.lines).toEqual(["150 cheap", "200 second"]);
    }));

  it("spends nothing for one who is cancelled", () =>
    virtualTime(async (clock) => {
      const limiter = new RateLimiter(1);
      await limiter.acquire();
      expect(await moveOnAfter(10, () => limiter.acquire())).toBe(undefined);
      expect([clock.pending, limiter.stats().waiting]).toEqual([0, 0]);
      await limiter.acquire();
      expect(now()).toBe(1000);
    }));

  it("throws in a cancelled scope, and spends nothing", () =>
    virtualTime(async () => {
      const limiter = new RateLimiter(1);
      await assertCheckpoints(() => limiter.acquire());
      expect(limiter.tryAcquire()).toBe(true);
    }));

  it("has no timer set while nobody waits, and one however many do", () =>
    leakCheck(() =>
      virtualTime(async (clock) => {
        const limiter = new RateLimiter(1);
        await limiter.acquire();
        expect(clock.pending).toBe(0);
        const tasks = Array.from({ length: 5 }, () => createTask(() => limiter.acquire()));
        await settle();
        expect(clock.pending).toBe(1);
        for (const task of tasks) task.cancel();
        expect(clock.pending).toBe(0);
      }),
    ));

  it("`with()` calls the function when the tokens are there", () =>
    virtualTime(async () => {
      const limiter = new RateLimiter(1, { burst: 2 });
      expect(await limiter.with(() => now(), 2)).toBe(0);
      expect(await limiter.with(() => now())).toBe(1000);
      const error = new Error("no");
      expect(
        await errorOf(() =>
          limiter.with(async () => {
            throw error;
          }),
        ),
      ).toBe(error);
    }));

  it("starts full in the next run, whatever the clocks show", async () => {
    const limiter = new RateLimiter(1);
    for (let i = 0; i < 2; i++) {
      await virtualTime(async () => expect(await moments(limiter, 2)).toEqual([0, 1000]));
    }
  });

  it("refuses to be waited for on two clocks at a time", () =>
    virtualTime(async () => {
      const limiter = new RateLimiter(1);
      await limiter.acquire();
      const task = createTask(() => limiter.acquire());
      await settle();
      const error = await run(() => errorOf(() => limiter.acquire()), { clock: new VirtualClock() });
      expect(error).toMatchObject({
        name: "InvalidStateError",
        message: "Cannot acquire from a rate limiter as tasks of a run with another clock wait for it",
      });
      await task;
    }));

  it("refuses what is no rate, interval, burst or cost", async () => {
    await expectRefused(
      () => new RateLimiter(0),
      "Cannot make a rate limiter as the rate must be a number above 0: received 0",
    );
    await expectRefused(() => new RateLimiter(Infinity), /the rate must be a number above 0: received Infinity/);
    await expectRefused(() => new RateLimiter(1, { per: Number.NaN }), /per must be a number above 0: received NaN/);
    await expectRefused(() => new RateLimiter(1, { burst: 0.5 }), /burst must be 1 or more: received 0.5/);
    await expectRefused(() => new RateLimiter(1, { rate: 5 } as never), /the options are per, burst: received "rate"/);
    const limiter = new RateLimiter(1, { burst: 2 });
    await expectRefused(
      () => limiter.acquire(0),
      /^Cannot acquire from a rate limiter as the cost must be a number above 0/,
    );
    await expectRefused(
      () => limiter.tryAcquire(3),
      "Cannot acquire from a rate limiter as there is never more than its burst of 2: received 3",
    );
    await expectRefused(() => limiter.with(1 as never), /^Cannot use a rate limiter as a function is needed/);
  });

  it("says how it is in one line", () =>
    virtualTime(async () => {
      const limiter = new RateLimiter(5, { burst: 2 });
      expect(limiter.available).toBe(2);
      await limiter.acquire();
      expect(limiter.stats()).toEqual({ available: 1, waiting: 0, rate: 5, per: 1000, burst: 2 });
      expect(inspect(limiter)).toBe("RateLimiter { 5 per 1000 ms, available: 1 of 2, waiting: 0 }");
    }));

  const setting = fc.record({
    rate: fc.integer({ min: 1, max: 20 }),
    per: fc.integer({ min: 1, max: 1000 }),
    burst: fc.integer({ min: 1, max: 10 }),
  });
  const call = fc.record({ at: fc.nat(500), cost: fc.integer({ min: 1, max: 10 }), patience: fc.option(fc.nat(300)) });

  it("lets everybody through at the very moment at which a bucket would, first come, first served", () =>
    fc.assert(
      fc.asyncProperty(setting, fc.array(call, { maxLength: 15 }), ({ rate, per, burst }, calls) =>
        virtualTime(async (clock) => {
          const limiter = new RateLimiter(rate, { per, burst });
          const byArrival = calls
            .map(({ at, cost }) => ({ at, cost: Math.min(cost, burst) }))
            .sort((a, b) => a.at - b.at);
          const seen: number[] = [];
          const tasks = byArrival.map(({ at, cost }) =>
            createTask(async () => {
              await sleep(at);
              await limiter.acquire(cost);
              seen.push(now());
            }),
          );
          for (const task of tasks) await task;
          let tokens = burst;
          let last = 0;
          for (const [i, { at, cost }] of byArrival.entries()) {
            const start = Math.max(at, last);
            tokens = Math.min(burst, tokens + ((start - last) * rate) / per);
            const moment = Math.max(start, start + ((cost - tokens) * per) / rate);
            tokens = Math.min(burst, tokens + ((moment - start) * rate) / per) - cost;
            last = moment;
            expect(seen[i]).toBeCloseTo(moment, 6);
          }
          expect(clock.pending).toBe(0);
        }),
      ),
      runs(100),
    ));

  it("never lets more through than the burst and what has come since, in any stretch of time, whoever gives up", () =>
    fc.assert(
      fc.asyncProperty(setting, fc.array(call, { maxLength: 20 }), ({ rate, per, burst }, calls) =>
        virtualTime(async (clock) => {
          const limiter = new RateLimiter(rate, { per, burst });
          const spent: { at: number; cost: number }[] = [];
          const tasks = calls.map(({ at, cost, patience }) =>
            createTask(async () => {
              await sleep(at);
              const price = Math.min(cost, burst);
              await moveOnAfter(patience ?? Infinity, async () => {
                await limiter.acquire(price);
                spent.push({ at: now(), cost: price });
              });
            }),
          );
          for (const task of tasks) await task;
          for (const [i, first] of spent.entries()) {
            let sum = 0;
            for (const { at, cost } of spent.slice(i)) {
              sum += cost;
              expect(sum).toBeLessThanOrEqual(burst + ((at - first.at) * rate) / per + 1e-9);
            }
          }
          expect([clock.pending, limiter.stats().waiting]).toEqual([0, 0]);
        }),
      ),
      runs(100),
    ));
});
