import fc from "fast-check";
import { cancelScope, gather, moveOnAfter, now, Semaphore, sleep, taskGroup } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import type { Admission, HostLimitsOptions } from "../../src/index.js";
import { HostLimits } from "../../src/index.js";

const SECOND = 1000;

/** Takes a place, keeps it for so long, and gives it back. Returns when it was had. */
async function stay(
  limits: HostLimits,
  host: string,
  ms: number,
  end?: (admission: Admission) => void,
): Promise<number> {
  const admission = await limits.admit(host);
  const at = now();
  await sleep(ms);
  end?.(admission);
  admission.release();
  return at;
}

describe("HostLimits", () => {
  it("lets so many at a time to a host, in order of arrival, and hosts do not mind each other", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 2 });
      const times = await gather(
        ["a", "a", "a", "a", "a", "b"].map((host) => () => stay(limits, host, 100)),
        { limit: 10 },
      );
      expect(times).toEqual([0, 0, 100, 100, 200, 0]);
    }));

  it("forgets a host when nobody asks or waits for it", () =>
    virtualTime(async () => {
      const limits = new HostLimits();
      for (let host = 0; host < 10_000; host++) (await limits.admit(String(host))).release();
      expect(limits.stats()).toEqual({ hosts: 0, parked: 0 });
    }));

  it("takes no place and no slot when cancelled, and forgets the host", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 1 });
      const slots = new Semaphore(1);
      const first = await limits.admit("a", { slots });
      await moveOnAfter(10, () => limits.admit("a", { slots }));
      await moveOnAfter(10, () => limits.admit("b", { slots }));
      first.release();
      expect(limits.stats().hosts).toBe(0);
      expect(slots.available).toBe(1);
    }));

  it("holds no slot while it waits for a host", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 1 });
      const slots = new Semaphore(2);
      await taskGroup(async (group) => {
        const busy = await limits.admit("a", { slots });
        for (let n = 0; n < 5; n++) group.createTask(async () => (await limits.admit("a", { slots })).release());
        await sleep(1);
        expect(slots.available).toBe(1);
        (await limits.admit("b", { slots })).release();
        expect(now()).toBe(1);
        busy.release();
      });
    }));

  describe("when a host refuses", () => {
    it("asks it not before the time that it says, however many wait", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ perHost: 3 });
        await stay(limits, "a", 0, (admission) => admission.refused(60 * SECOND));
        expect(limits.stats()).toEqual({ hosts: 1, parked: 1 });
        expect(limits.parkedFor("a")).toBe(60 * SECOND);
        const times = await gather(
          Array.from({ length: 5 }, () => () => stay(limits, "a", 0)),
          { limit: 5 },
        );
        expect(Math.min(...times)).toBe(60 * SECOND);
        expect(limits.parkedFor("a")).toBe(0);
      }));

    it.each([
      [true, [1100, 1100, 1200], "fewer at a time than before"],
      [false, [1100, 1100, 1100], "as many as before where limits do not adapt"],
    ])("sends one ahead after that, and the others only when it was let in (adaptive: %j)", (adaptive, times) =>
      virtualTime(async () => {
        const limits = new HostLimits({ perHost: 3, adaptive });
        await stay(limits, "a", 0, (admission) => admission.refused(SECOND));
        const first = stay(limits, "a", 100, (admission) => admission.accepted());
        const others = [1, 2, 3].map(() => stay(limits, "a", 100));
        expect(await first).toBe(SECOND);
        expect(await gather(others, { limit: 3 })).toEqual(times);
      }),
    );

    it("sends one ahead even if several had a place already and waited for a slot", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ perHost: 3 });
        const slots = new Semaphore(1);
        const asked: number[] = [];
        await taskGroup(async (group) => {
          const first = await limits.admit("a", { slots });
          for (let n = 0; n < 4; n++) {
            group.createTask(async () => {
              const admission = await limits.admit("a", { slots });
              asked.push(now());
              await sleep(100);
              admission.release();
            });
          }
          await sleep(10);
          first.refused(SECOND);
          first.release();
          await sleep(10);
          expect(slots.available).toBe(1);
        });
        expect(asked).toEqual([1010, 1110, 1210, 1310]);
      }));

    it("takes refusals of what was under way for one incident, and never shortens the time", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ perHost: 5, cooldown: SECOND });
        const five = await gather(
          Array.from({ length: 5 }, () => () => limits.admit("a")),
          { limit: 5 },
        );
        const waits = [undefined, 10 * SECOND, 3 * SECOND, undefined, 0].map((wish, n) => five[n]?.refused(wish));
        for (const admission of five) admission.release();
        expect(waits).toEqual([SECOND, 10 * SECOND, 10 * SECOND, 10 * SECOND, 10 * SECOND]);

        await stay(limits, "a", 0, (admission) => expect(admission.refused(undefined)).toBe(2 * SECOND));
      }));

    it("waits twice as long each time in a row, up to the longest, and starts anew when it was let in", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ cooldown: SECOND, maxCooldown: 5 * SECOND });
        const waits: number[] = [];
        const refuse = (admission: Admission): void => void waits.push(admission.refused(undefined));
        for (let n = 0; n < 4; n++) await stay(limits, "a", 0, refuse);
        await stay(limits, "a", 0, (admission) => admission.accepted());
        await stay(limits, "a", 0, refuse);
        expect(waits).toEqual([SECOND, 2 * SECOND, 4 * SECOND, 5 * SECOND, SECOND]);
      }));

    it("does not take a Retry-After of nothing for a licence to ask again at once", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ cooldown: SECOND });
        await stay(limits, "a", 0, (admission) => expect(admission.refused(0)).toBe(SECOND));
      }));

    it("does not take the answer to an older request for a sign that it is open again", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ perHost: 2 });
        const [early, late] = await gather([() => limits.admit("a"), () => limits.admit("a")], { limit: 2 });
        late?.refused(SECOND);
        early?.accepted();
        expect(limits.parkedFor("a")).toBe(SECOND);
        early?.release();
        late?.release();
        await stay(limits, "a", 0, (admission) => expect(admission.refused(undefined)).toBe(2000));
      }));

    it("throws at once when that is longer than the patience, also for those who wait already", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ perHost: 1 });
        const first = await limits.admit("a");
        const waiting = limits.admit("a", { patience: 5 * SECOND }).catch((error: unknown) => error);
        await sleep(10);
        first.refused(60 * SECOND);
        first.release();
        expect(await waiting).toMatchObject({ outcome: "host-parked", retryAfter: 60 * SECOND });
        await expect(limits.admit("a", { patience: 5 * SECOND })).rejects.toMatchObject({ code: "HOST_PARKED" });
        expect(now()).toBe(10);
      }));

    it("counts the hosts that are parked, however often their time is moved out", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ perHost: 2, cooldown: SECOND });
        const [one, two] = await gather([() => limits.admit("a"), () => limits.admit("a")], { limit: 2 });
        one?.refused(2 * SECOND);
        await stay(limits, "b", 0, (admission) => admission.refused(3 * SECOND));
        two?.refused(5 * SECOND);
        const counts: number[] = [];
        for (let second = 0; second < 6; second++) {
          counts.push(limits.stats().parked);
          await sleep(SECOND);
        }
        expect(counts).toEqual([2, 2, 2, 1, 1, 0]);
        one?.refused(SECOND);
        expect(limits.stats().parked).toBe(1);
        one?.release();
        two?.release();
      }));

    it("remembers it for a while after nobody asks any more, then not", () =>
      virtualTime(async () => {
        const limits = new HostLimits({ cooldown: SECOND, maxCooldown: 10 * SECOND });
        for (let host = 0; host < 100; host++) {
          await stay(limits, String(host), 0, (admission) => admission.refused(undefined));
        }
        expect(limits.stats().hosts).toBe(100);
        await sleep(12 * SECOND);
        for (let n = 0; n < 100; n++) await stay(limits, "another", 0);
        expect(limits.stats()).toEqual({ hosts: 0, parked: 0 });
      }));
  });

  it("holds its limits and forgets everything, whatever pages do", async () => {
    const page = fc.record({
      host: fc.constantFrom("a", "b", "c"),
      start: fc.integer({ min: 0, max: 300 }),
      work: fc.integer({ min: 0, max: 100 }),
      end: fc.constantFrom("accepted", "refused", "refused at once", "broken"),
      wish: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
      giveUpAfter: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(page, { maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        (pages, perHost, concurrency) =>
          virtualTime(async (clock) => {
            const limits = new HostLimits({ perHost, cooldown: 50, maxCooldown: 200 });
            const slots = new Semaphore(concurrency);
            const active = new Map<string, number>();
            const parked = new Map<string, { at: number; until: number }>();
            await gather(
              pages.map(({ host, start, work, end, wish, giveUpAfter = Infinity }) => async () => {
                await sleep(start);
                await moveOnAfter(giveUpAfter, async () => {
                  const admission = await limits.admit(host, { slots });
                  const count = (active.get(host) ?? 0) + 1;
                  active.set(host, count);
                  expect(count).toBeLessThanOrEqual(perHost);
                  expect([...active.values()].reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(concurrency);
                  // One that was let in at the very moment of the refusal is under way.
                  const { at, until } = parked.get(host) ?? { at: 0, until: 0 };
                  expect(now() === at || now() >= until).toBe(true);
                  const refuse = (): void => {
                    const wait = admission.refused(wish);
                    expect(wait).toBeGreaterThanOrEqual(wish ?? 0);
                    parked.set(host, { at: now(), until: now() + wait });
                    expect(limits.stats().parked).toBe(
                      [...parked.values()].filter(({ until }) => until > now()).length,
                    );
                  };
                  try {
                    if (end === "refused at once") refuse();
                    await sleep(work);
                    if (end === "accepted") admission.accepted();
                    if (end === "refused") refuse();
                  } finally {
                    active.set(host, (active.get(host) ?? 0) - 1);
                    admission.release();
                  }
                });
              }),
              { limit: 30 },
            );
            expect(slots.available).toBe(concurrency);
            await sleep(10_000);
            for (let n = 0; n < 5; n++) (await limits.admit("another")).release();
            expect(limits.stats()).toEqual({ hosts: 0, parked: 0 });
            expect(clock.pending).toBe(0);
          }),
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    [{ perHost: 0 }, "Cannot make limits for hosts as perHost must be a whole number, 1 or more: received 0"],
    [{ perHost: Infinity }, "received Infinity"],
    [{ cooldown: NaN }, "cooldown must be a number of milliseconds, 0 or more and not Infinity: received NaN"],
    [{ maxCooldown: -1 }, "received -1"],
    [{ delay: Infinity }, "delay must be a number of milliseconds, 0 or more and not Infinity: received Infinity"],
    [{ adaptive: 1 }, "adaptive must be true or false: received 1"],
    [{ maxIdle: -1 }, "maxIdle must be a whole number, 0 or more: received -1"],
    [
      { perhost: 1 },
      'Cannot make limits for hosts as the options are perHost, delay, adaptive, cooldown, maxCooldown, maxIdle: received "perhost"',
    ],
  ])("refuses %j", (options, message) => {
    expect(() => new HostLimits(options as HostLimitsOptions)).toThrow(message);
  });

  it("refuses to ask what is no host, and to park it for what is no time", async () => {
    const limits = new HostLimits();
    await expect(limits.admit("")).rejects.toThrow('Cannot ask a host as its name must be a string: received ""');
    await expect(limits.admit("a", { patience: NaN })).rejects.toThrow("patience must be a number of milliseconds");
    await expect(limits.admit("a", { delay: 1 } as never)).rejects.toThrow('received "delay"');
    const admission = await limits.admit("a");
    expect(() => admission.refused(NaN)).toThrow("Cannot park a host as retryAfter must be a number of milliseconds");
    admission.release();
    expect(limits.stats()).toEqual({ hosts: 0, parked: 0 });
  });

  it("keeps parked hosts in mind, and of the other idle ones only so many", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ maxIdle: 10, maxCooldown: 60 * SECOND, delay: 1 });
      for (let host = 0; host < 50; host++) {
        await stay(limits, `parked-${host}`, 0, (admission) => admission.refused(3600 * SECOND));
      }
      for (let host = 0; host < 500; host++) await stay(limits, `slow-${host}`, 0, (admission) => admission.accepted());
      expect(limits.stats()).toEqual({ hosts: 550, parked: 50 });
      for (let n = 0; n < 500; n++) await stay(limits, "another", 0);
      expect(limits.stats()).toEqual({ hosts: 60, parked: 50 });
      await sleep(61 * SECOND);
      for (let n = 0; n < 50; n++) await stay(limits, "another", 0);
      expect(limits.stats()).toEqual({ hosts: 51, parked: 50 });
    }));

  it("gives the place back when its scope is cancelled while the host is parked", () =>
    virtualTime(async () => {
      const limits = new HostLimits({ perHost: 1 });
      await stay(limits, "a", 0, (admission) => admission.refused(SECOND));
      await cancelScope(async (scope) => {
        scope.deadline = now() + 10;
        await limits.admit("a");
      });
      expect(await stay(limits, "a", 0)).toBe(SECOND);
    }));
});
