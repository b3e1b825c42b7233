import { cancelScope, checkpoint, gather, now } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

describe("checkpoint", () => {
  it("lets other tasks run, and takes no time", () =>
    virtualTime(async () => {
      const log = timeline();
      const count = (name: string) => async (): Promise<void> => {
        for (let i = 0; i < 2; i++) {
          log(`${name}${i}`);
          await checkpoint();
        }
      };
      await gather(count("a"), count("b"));
      expect(log.lines).toEqual(["0 a0", "0 b0", "0 a1", "0 b1"]);
    }));

  it("throws in a cancelled scope", () =>
    virtualTime(() =>
      cancelScope(async (scope) => {
        await checkpoint();
        scope.cancel("enough");
        expect(await errorOf(() => checkpoint())).toMatchObject({ name: "CancelledError", reason: "enough" });
      }),
    ));

  it("lets timers and I/O in now and then, so that a loop of it does not starve the process", async () => {
    let timer = false;
    setTimeout(() => {
      timer = true;
    }, 1);
    const start = now();
    while (!timer) {
      await checkpoint();
      if (now() - start > 2000) throw new Error("starved");
    }
  });

  it("throws after it has let I/O in, if that has brought a cancellation", async () => {
    await cancelScope(async (scope) => {
      setTimeout(() => scope.cancel(), 1);
      const start = now();
      for (;;) {
        await checkpoint();
        if (now() - start > 2000) throw new Error("not cancelled");
      }
    });
  });

  it("lets the time of a virtual clock stand still, however long the loop is", () =>
    virtualTime(async () => {
      for (let i = 0; i < 5000; i++) await checkpoint();
      expect(now()).toBe(0);
    }));
});
