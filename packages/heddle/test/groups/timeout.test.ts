import { cancelScope, isCancelled, now, run, shield, sleep, TimeoutError, taskGroup, timeout, timeoutAt } from "heddle";
import { VirtualClock, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";

describe("timeout", () => {
  it("gives the body's value when that comes in time, and leaves no timer", () =>
    virtualTime(async (clock) => {
      expect(await timeout(10, () => sleep(9).then(() => "value"))).toBe("value");
      expect(await timeout(10, () => "at once")).toBe("at once");
      expect(clock.pending).toBe(0);
    }));

  it("throws when the time is over, and says how long it was", () =>
    virtualTime(async () => {
      const error = await errorOf(() => timeout(10, () => sleep(Infinity)));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(error).toMatchObject({ code: "HEDDLE_TIMEOUT", message: "Timed out after 10 ms" });
      expect(now()).toBe(10);
    }));

  it("waits for the clean-up of the body, which may take longer", () =>
    virtualTime(async () => {
      await errorOf(() => timeout(10, () => sleep(Infinity).finally(() => shield(() => sleep(30)))));
      expect(now()).toBe(40);
    }));

  it("lets the error of the clean-up out in place of its own", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        timeout(10, async () => {
          try {
            await sleep(Infinity);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
            throw new Error("clean-up");
          }
        }),
      );
      expect(error.message).toBe("clean-up");
    }));

  it("is already over at the first wait for zero or less", () =>
    virtualTime(async () => {
      for (const ms of [0, -1, -Infinity]) {
        expect(await errorOf(() => timeout(ms, () => sleep(0)))).toBeInstanceOf(TimeoutError);
        expect(await timeout(ms, async () => "no wait")).toBe("no wait");
      }
      expect(now()).toBe(0);
    }));

  it("sets no limit for Infinity", () =>
    virtualTime(async () => {
      expect(await timeout(Infinity, () => sleep(1e6).then(() => "value"))).toBe("value");
    }));

  it("lets the error of the body out as it is", () =>
    virtualTime(async () => {
      const failure = new Error("x");
      expect(await errorOf(() => timeout(10, () => Promise.reject(failure)))).toBe(failure);
    }));

  it("is the outer one's error when both have passed, and the inner one's when only that has", () =>
    virtualTime(async () => {
      const message = (outer: number, inner: number) =>
        errorOf(() => timeout(outer, () => timeout(inner, () => sleep(Infinity)))).then((error) => error.message);
      expect(await message(20, 10)).toBe("Timed out after 10 ms");
      expect(await message(10, 20)).toBe("Timed out after 10 ms");
      const both = await errorOf(() =>
        timeout(20, () => timeout(10, () => sleep(Infinity).finally(() => shield(() => sleep(30))))),
      );
      expect(both.message).toBe("Timed out after 20 ms");
    }));

  it("can be caught, and the work goes on", () =>
    virtualTime(async () => {
      const value = await timeout(100, async () => {
        await timeout(10, () => sleep(Infinity)).catch(() => {});
        await sleep(10);
        return "went on";
      });
      expect([value, now()]).toEqual(["went on", 20]);
    }));

  it("throws CancelledError and not TimeoutError when it is cancelled from outside", () =>
    virtualTime(async () => {
      let met: unknown;
      await cancelScope(
        async () => {
          await timeout(100, () => sleep(Infinity)).catch((error) => {
            met = error;
            throw error;
          });
        },
        { timeout: 10 },
      );
      expect(isCancelled(met)).toBe(true);
    }));

  it("throws CancelledError when the body cancels its own scope", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        timeout(100, async (scope) => {
          scope.cancel("on purpose");
          await sleep(1);
        }),
      );
      expect(error).toMatchObject({ name: "CancelledError", reason: "on purpose" });
    }));

  it("works around a group, and inside its children", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        timeout(10, () => taskGroup((group) => void group.createTask(() => timeout(1000, () => sleep(500))))),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(now()).toBe(10);
    }));

  it("costs no timer that stays, a hundred thousand times", () =>
    virtualTime(async (clock) => {
      for (let i = 0; i < 1000; i++) await timeout(1000 + i, () => sleep(0));
      expect([clock.pending, now()]).toEqual([0, 0]);
    }));

  it("refuses what is no duration, and what is no function", async () => {
    await expectRefused(
      () => timeout("5" as unknown as number, () => 1),
      'Cannot set a timeout as the duration must be a number of milliseconds: received "5" (a string)',
    );
    await expectRefused(() => timeout(Number.NaN, () => 1), /received NaN$/);
    await expectRefused(
      () => timeout(5, sleep(1) as unknown as () => void),
      /received a promise; .*: timeout\(1000, \(\) => work\(\)\)$/,
    );
    await expectRefused(
      () => timeout((() => 1) as unknown as number, 5 as unknown as () => void),
      /the duration comes first: received a function; write timeout\(1000, \(\) => work\(\)\)$/,
    );
  });
});

describe("timeoutAt", () => {
  it("is over at a moment of the run's clock", () =>
    virtualTime(async () => {
      await sleep(5);
      const error = await errorOf(() => timeoutAt(12, () => sleep(Infinity)));
      expect(error.message).toBe("Timed out at 12 ms on the run's clock");
      expect(now()).toBe(12);
      expect(await timeoutAt(20, () => "value")).toBe("value");
    }));

  it("is over at the first wait for a moment in the past", async () => {
    await run(
      async () => {
        expect(await errorOf(() => timeoutAt(99, () => sleep(1)))).toBeInstanceOf(TimeoutError);
      },
      { clock: new VirtualClock({ start: 100 }) },
    );
  });

  it("refuses what is no moment", () =>
    expectRefused(
      () => timeoutAt(Number.NaN, () => 1),
      "Cannot set a timeout as the deadline must be a number of milliseconds: received NaN",
    ));
});
