import { createTask, now, sleep } from "heddle";
import { currentScope } from "heddle/lowlevel";
import { VirtualClock, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";

describe("virtualTime", () => {
  it("runs main with a virtual clock of its own, and gives what main gives", async () => {
    const value = await virtualTime(async (clock) => {
      expect(clock).toBeInstanceOf(VirtualClock);
      expect(currentScope().runtime.clock).toBe(clock);
      await sleep(1e6);
      return now();
    });
    expect(value).toBe(1e6);
  });

  it("throws what main throws, and takes the options of run()", async () => {
    const reported: unknown[] = [];
    const options = { onError: (error: unknown) => void reported.push(error), name: "test" };
    const error = await errorOf(() =>
      virtualTime(async () => {
        createTask(() => Promise.reject(new Error("background")));
        await sleep(1);
        throw new Error("main");
      }, options),
    );
    expect([error.message, reported.length]).toEqual(["main", 1]);
  });

  it("does not listen to the signals of the process, unless asked to", async () => {
    const before = process.listenerCount("SIGINT");
    await virtualTime(() => expect(process.listenerCount("SIGINT")).toBe(before));
    if (before === 0) {
      await virtualTime(() => expect(process.listenerCount("SIGINT")).toBe(1), { handleSignals: true });
      expect(process.listenerCount("SIGINT")).toBe(0);
    }
  });

  it("refuses a promise in place of main", () =>
    expectRefused(
      () => virtualTime(Promise.resolve() as unknown as () => void),
      /^Cannot run under virtual time as a function is needed: received a promise; .*virtualTime\(async \(\) => work\(\)\)$/,
    ));
});
