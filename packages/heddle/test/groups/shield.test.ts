import { cancelScope, now, shield, sleep, timeout } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";

describe("shield", () => {
  it("gives the value and throws the error of its body", () =>
    virtualTime(async () => {
      expect(await shield(() => sleep(5).then(() => "value"))).toBe("value");
      expect((await errorOf(() => shield(() => Promise.reject(new Error("x"))))).message).toBe("x");
    }));

  it("lets the body end in spite of a cancellation from outside, which is met at the first wait after it", () =>
    virtualTime(async () => {
      const seen: string[] = [];
      await cancelScope(
        async () => {
          seen.push(await shield(() => sleep(50).then(() => "ended")));
          seen.push((await errorOf(() => sleep(1))).name);
        },
        { timeout: 10 },
      );
      expect(seen).toEqual(["ended", "CancelledError"]);
    }));

  it("works in a finally of a scope that is cancelled already", () =>
    virtualTime(async () => {
      let cleanedUp = false;
      await cancelScope(
        async () => {
          try {
            await sleep(Infinity);
          } finally {
            await shield(() => sleep(20));
            cleanedUp = true;
          }
        },
        { timeout: 10 },
      );
      expect([cleanedUp, now()]).toEqual([true, 30]);
    }));

  it("throws when the body takes longer than it may", () =>
    virtualTime(async () => {
      const error = await errorOf(() => shield(() => sleep(Infinity), { timeout: 10 }));
      expect(error).toMatchObject({ name: "TimeoutError", message: "Timed out after 10 ms in a shield" });
    }));

  it("has timeouts inside that work", () =>
    virtualTime(async () => {
      await cancelScope(
        async () => {
          const error = await shield(() => errorOf(() => timeout(30, () => sleep(Infinity))));
          expect([error.name, now()]).toEqual(["TimeoutError", 30]);
        },
        { timeout: 10 },
      );
    }));

  it("refuses promises, strange timeouts and unknown options", async () => {
    await expectRefused(
      () => shield(Promise.resolve() as unknown as () => void),
      /^Cannot shield as a function is needed: received a promise; .*: shield\(\(\) => cleanUp\(\)\)$/,
    );
    await expectRefused(
      () => shield(() => 1, { timeout: Number.NaN }),
      "Cannot shield as the timeout must be a number of milliseconds: received NaN",
    );
    await expectRefused(
      () => shield(() => 1, { ms: 5 } as object),
      'Cannot shield as the options are timeout: received "ms"',
    );
    await expectRefused(
      () => shield(() => 1, 5 as unknown as object),
      "Cannot shield as the options must be an object: received 5",
    );
  });
});
