import { cancelScope, createTask, gather, now, sleep, timeout } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

describe("sleep", () => {
  it("waits as long as was asked, fractions of milliseconds included", () =>
    virtualTime(async () => {
      await sleep(10);
      expect(now()).toBe(10);
      await sleep(0.25);
      expect(now()).toBe(10.25);
    }));

  it("wakes sleepers by their moment, and those of one moment in the order in which they came", () =>
    virtualTime(async () => {
      const log = timeline();
      await gather(
        () => sleep(20).then(() => log("a")),
        () => sleep(10).then(() => log("b")),
        () => sleep(20).then(() => log("c")),
      );
      expect(log.lines).toEqual(["10 b", "20 a", "20 c"]);
    }));

  it("takes no time for zero or less, but looks for a cancellation", () =>
    virtualTime(async () => {
      for (const ms of [0, -0, -5, -Infinity]) await sleep(ms);
      expect(now()).toBe(0);
      await cancelScope(async (scope) => {
        scope.cancel();
        expect((await errorOf(() => sleep(-5))).name).toBe("CancelledError");
      });
    }));

  it("lets other tasks run between two sleeps of no time", () =>
    virtualTime(async () => {
      const log = timeline();
      const count = (name: string) => async (): Promise<void> => {
        for (let i = 0; i < 2; i++) {
          log(`${name}${i}`);
          await sleep(0);
        }
      };
      await gather(count("a"), count("b"));
      expect(log.lines).toEqual(["0 a0", "0 b0", "0 a1", "0 b1"]);
    }));

  it("takes delays that no native timer can wait for", () =>
    virtualTime(async () => {
      await sleep(2 ** 31);
      await sleep(2 ** 40);
      expect(now()).toBe(2 ** 31 + 2 ** 40);
    }));

  it("waits for ever for Infinity, until it is cancelled", () =>
    virtualTime(async (clock) => {
      await errorOf(() => timeout(1e9, () => sleep(Infinity)));
      expect([now(), clock.pending]).toEqual([1e9, 0]);
    }));

  it("throws at once when it is cancelled, and its timer is gone", () =>
    virtualTime(async (clock) => {
      const task = createTask(() => sleep(1000));
      await sleep(10);
      expect(clock.pending).toBe(1);
      task.cancel();
      expect(clock.pending).toBe(0);
      await errorOf(() => task);
      expect(now()).toBe(10);
    }));

  it("throws without a timer in a scope that is cancelled already", () =>
    virtualTime((clock) =>
      cancelScope(async (scope) => {
        scope.cancel();
        const wait = errorOf(() => sleep(1000));
        expect(clock.pending).toBe(0);
        expect((await wait).name).toBe("CancelledError");
      }),
    ));

  it("refuses what is no number of milliseconds, in a scope that is cancelled too", () =>
    virtualTime(async () => {
      const needed = "Cannot sleep as the duration must be a number of milliseconds: received";
      await expectRefused(() => sleep(Number.NaN), `${needed} NaN`);
      await expectRefused(() => sleep("5" as unknown as number), `${needed} "5" (a string)`);
      await expectRefused(() => sleep(undefined as unknown as number), `${needed} undefined`);
      await expectRefused(() => sleep(null as unknown as number), `${needed} null`);
      await expectRefused(() => sleep(5n as unknown as number), `${needed} 5n (a bigint)`);
      await cancelScope(async (scope) => {
        scope.cancel();
        await expectRefused(() => sleep(Number.NaN), `${needed} NaN`);
      });
    }));

  it("works where no run is around", async () => {
    const start = now();
    await sleep(1);
    expect(now() - start).toBeGreaterThanOrEqual(1);
  });
});
