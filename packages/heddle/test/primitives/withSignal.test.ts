import { getEventListeners } from "node:events";
import { cancelScope, now, shield, sleep, timeout, withSignal } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";

/** What a call of the platform does: ends after some time, or soon after the abort, with the error that it makes. */
function platformCall(signal: AbortSignal, makeError: (signal: AbortSignal) => unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(makeError(signal)));
    void shield(() => sleep(100)).then(() => resolve("done"));
  });
}

const abortError = (): Error => new DOMException("This operation was aborted", "AbortError");

describe("withSignal", () => {
  it("hands the scope's signal over and gives what the call gives", () =>
    virtualTime(() =>
      cancelScope(async (scope) => {
        expect(await withSignal(async (signal) => (signal === scope.signal ? "the scope's" : "another"))).toBe(
          "the scope's",
        );
        expect(await withSignal((() => "at once") as () => string)).toBe("at once");
      }),
    ));

  it("throws what the call throws", () =>
    virtualTime(async () => {
      const failure = new Error("x");
      expect(await errorOf(() => withSignal(() => Promise.reject(failure)))).toBe(failure);
      const foreignAbort = abortError();
      expect(await errorOf(() => withSignal(() => Promise.reject(foreignAbort)))).toBe(foreignAbort);
    }));

  for (const [what, makeError] of [
    ["our reason", (signal: AbortSignal) => signal.reason],
    ["an AbortError of its own", abortError],
    ["an error named AbortError", () => Object.assign(new Error("aborted"), { name: "AbortError" })],
  ] as const) {
    it(`makes the cancellation of ${what} that the call throws for it`, () =>
      virtualTime(async () => {
        const error = await errorOf(() => timeout(10, () => withSignal((signal) => platformCall(signal, makeError))));
        expect(error.name).toBe("TimeoutError");
        expect(now()).toBe(10);
      }));
  }

  it("lets another error of the call out, cancelled or not", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        cancelScope(() => withSignal((signal) => platformCall(signal, () => new Error("reset"))), { timeout: 10 }),
      );
      expect(error.message).toBe("reset");
    }));

  it("waits for a call that does not stop, and returns its value", () =>
    virtualTime(async () => {
      const value = await cancelScope(() => withSignal(() => shield(() => sleep(50).then(() => "stubborn"))), {
        timeout: 10,
      });
      expect([value, now()]).toEqual(["stubborn", 50]);
    }));

  it("does not make the call in a scope that is cancelled already", () =>
    virtualTime(() =>
      cancelScope(async (scope) => {
        scope.cancel();
        let called = false;
        const error = await errorOf(() =>
          withSignal(async () => {
            called = true;
          }),
        );
        expect([error.name, called]).toEqual(["CancelledError", false]);
      }),
    ));

  it("adds no listener of its own to the signal", () =>
    virtualTime(() =>
      cancelScope(async (scope) => {
        await withSignal(async (signal) => expect(getEventListeners(signal, "abort")).toEqual([]));
        expect(getEventListeners(scope.signal, "abort")).toEqual([]);
      }),
    ));

  it("refuses a promise in place of the function", async () => {
    await expectRefused(
      () => withSignal(Promise.resolve() as unknown as () => Promise<void>),
      "Cannot hand a signal over as a function is needed: received a promise; it has already started, hand over the " +
        "function: withSignal((signal) => fetch(url, { signal }))",
    );
  });
});
