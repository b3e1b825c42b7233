import { now, run, sleep } from "heddle";
import { VirtualClock, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";

describe("now", () => {
  it("is the moment on the run's clock", () =>
    virtualTime(async () => {
      expect(now()).toBe(0);
      await sleep(5);
      expect(now()).toBe(5);
      await run(() => expect(now()).toBe(1000), { clock: new VirtualClock({ start: 1000 }) });
    }));

  it("never runs backwards on the system's clock", () => {
    let last = now();
    for (let i = 0; i < 1000; i++) {
      const next = now();
      expect(next).toBeGreaterThanOrEqual(last);
      last = next;
    }
  });
});
