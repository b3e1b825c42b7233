import { cancelScope, moveOnAfter, now, sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";

describe("moveOnAfter", () => {
  it("gives the value, or undefined when the time was over first", () =>
    virtualTime(async () => {
      expect(await moveOnAfter(10, () => sleep(5).then(() => "value"))).toBe("value");
      expect(await moveOnAfter(10, () => sleep(50).then(() => "value"))).toBe(undefined);
      expect(now()).toBe(15);
    }));

  it("tells a value of undefined from a time that was over by its scope", () =>
    virtualTime(async () => {
      const outcome = async (ms: number): Promise<boolean> => {
        let expired = (): boolean => false;
        await moveOnAfter(10, async (scope) => {
          expired = () => scope.expired;
          await sleep(ms);
        });
        return expired();
      };
      expect([await outcome(5), await outcome(50)]).toEqual([false, true]);
    }));

  it("lets errors and cancellations from outside out", () =>
    virtualTime(async () => {
      expect((await errorOf(() => moveOnAfter(10, () => Promise.reject(new Error("x"))))).message).toBe("x");
      let after = false;
      await cancelScope(
        async () => {
          await moveOnAfter(100, () => sleep(Infinity));
          after = true;
        },
        { timeout: 10 },
      );
      expect(after).toBe(false);
    }));

  it("refuses what is no duration, and what is no function", async () => {
    await expectRefused(
      () => moveOnAfter(undefined as unknown as number, () => 1),
      "Cannot move on after a time as the duration must be a number of milliseconds: received undefined",
    );
    await expectRefused(
      () => moveOnAfter(5, Promise.resolve() as unknown as () => void),
      /: moveOnAfter\(1000, \(\) => work\(\)\)$/,
    );
  });
});
