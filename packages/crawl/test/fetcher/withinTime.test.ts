import { cancelScope, now, sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { withinTime } from "../../src/fetcher/withinTime.js";

const limits = { timeout: 1000, stallTimeout: 100 };

describe("withinTime()", () => {
  it("lets through what is quick", () =>
    virtualTime(async (clock) => {
      await withinTime(limits, () => sleep(99));
      expect(clock.pending).toBe(0);
    }));

  it("ends what stalls, from the start or in the middle", () =>
    virtualTime(async () => {
      await expect(withinTime(limits, () => sleep(101))).rejects.toMatchObject({ outcome: "stalled" });
      expect(now()).toBe(100);
      const middle = withinTime(limits, async (alive) => {
        await sleep(50);
        alive();
        await sleep(200);
      });
      await expect(middle).rejects.toMatchObject({ outcome: "stalled", message: "Nothing came for 0.1 s" });
      expect(now()).toBe(250);
    }));

  it("ends what is alive but takes too long in all", () =>
    virtualTime(async () => {
      const drip = withinTime(limits, async (alive) => {
        for (;;) {
          await sleep(99);
          alive();
        }
      });
      await expect(drip).rejects.toMatchObject({ outcome: "timeout" });
      expect(now()).toBe(1000);
    }));

  it("lets a part be less patient, never more", () =>
    virtualTime(async () => {
      const short = withinTime(limits, async (alive) => {
        alive(10);
        await sleep(50);
      });
      await expect(short).rejects.toMatchObject({ outcome: "stalled" });
      expect(now()).toBe(10);
      const long = withinTime(limits, async (alive) => {
        alive(5000);
        await sleep(5000);
      });
      await expect(long).rejects.toMatchObject({ outcome: "stalled" });
      expect(now()).toBe(110);
    }));

  it("throws what its function throws", () =>
    virtualTime(async () => {
      await expect(withinTime(limits, () => Promise.reject(new RangeError("far")))).rejects.toThrow(RangeError);
    }));

  it("takes a function that gives up by itself for one that has ended", () =>
    virtualTime(async () => {
      await withinTime(limits, () => sleep(200).catch(() => {}));
      expect(now()).toBe(100);
    }));

  it("lets a cancellation from outside travel on", () =>
    virtualTime(async () => {
      let after = false;
      await cancelScope(
        async () => {
          await withinTime(limits, () => sleep(90));
          after = true;
        },
        { timeout: 50 },
      );
      expect(after).toBe(false);
      expect(now()).toBe(50);
    }));

  it("takes no sign of life any more when it is over", () =>
    virtualTime(async (clock) => {
      let late = (): void => {};
      await withinTime(limits, async (alive) => {
        late = alive;
      });
      late();
      expect(clock.pending).toBe(0);
    }));
});
