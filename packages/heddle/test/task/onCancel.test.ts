import type { Task } from "heddle";
import { cancelScope, createTask, shield, sleep, timeout } from "heddle";
import { currentScope, onCancel } from "heddle/lowlevel";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";

describe("onCancel", () => {
  it("calls back once, at once, with the cancellation, when the scope becomes cancelled", () =>
    virtualTime(async () => {
      const reasons: unknown[] = [];
      await cancelScope((scope) => {
        onCancel((error) => reasons.push(error.reason));
        expect(reasons).toEqual([]);
        scope.cancel("first");
        scope.cancel("second");
        expect(reasons).toEqual(["first"]);
      });
    }));

  it("calls back at once in a scope that is cancelled already", () =>
    virtualTime(async () => {
      let called = 0;
      await cancelScope((scope) => {
        scope.cancel();
        onCancel(() => called++);
      });
      expect(called).toBe(1);
    }));

  it("hears of the cancellation of an enclosing scope, but not behind a shield", () =>
    virtualTime(async () => {
      const heard: string[] = [];
      await cancelScope(async (outer) => {
        await cancelScope(async () => {
          onCancel(() => heard.push("inner"));
          await shield(async () => {
            onCancel(() => heard.push("shielded"));
            outer.cancel();
          });
        });
        // The shield was left, so what was watched in it is watched here now.
        expect(heard).toEqual(["inner", "shielded"]);
      });
    }));

  it("is not called after it was disposed of", () =>
    virtualTime(async () => {
      let called = 0;
      await cancelScope((scope) => {
        {
          using _watch = onCancel(() => called++);
        }
        scope.cancel();
      });
      expect(called).toBe(0);
    }));

  it("is not called after another callback of the same cancellation has disposed of it", () =>
    virtualTime(async () => {
      const called: string[] = [];
      await cancelScope((scope) => {
        onCancel(() => {
          called.push("first");
          second[Symbol.dispose]();
        });
        const second = onCancel(() => called.push("second"));
        scope.cancel();
      });
      expect(called).toEqual(["first"]);
    }));

  it("is called when the whole tree is cancelled already", () =>
    virtualTime(async () => {
      const seen: boolean[] = [];
      await cancelScope(async (outer) => {
        let inner = currentScope();
        onCancel(() => seen.push(inner.effective !== null));
        await cancelScope(() => {
          inner = currentScope();
          outer.cancel();
        });
      });
      expect(seen).toEqual([true]);
    }));

  it("hands what a callback throws to onError, and calls the others", async () => {
    const reported: [unknown, Task<unknown> | undefined][] = [];
    const called: string[] = [];
    await virtualTime(
      () =>
        cancelScope((scope) => {
          onCancel(() => {
            throw new Error("x");
          });
          onCancel(() => called.push("second"));
          scope.cancel();
        }),
      { onError: (error, task) => void reported.push([error, task]) },
    );
    expect(called).toEqual(["second"]);
    expect(reported.map(([error, task]) => [(error as Error).message, task])).toEqual([["x", undefined]]);
  });

  it("runs in the context of whoever cancels", () =>
    virtualTime(async () => {
      let seen: unknown;
      await cancelScope(async (scope) => {
        onCancel(() => {
          seen = currentScope().task;
        });
        const canceller = createTask(() => void scope.cancel());
        await errorOf(() => sleep(1));
        expect(seen).toBe(canceller);
      });
    }));

  it("counts as having been told of a deadline", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        timeout(10, async () => {
          onCancel(() => {});
          await shield(() => sleep(20));
          return "as if nothing had happened";
        }),
      );
      expect(error.name).toBe("TimeoutError");
    }));

  it("may cancel other scopes and open new ones", () =>
    virtualTime(async () => {
      await cancelScope(async (outer) => {
        await cancelScope((inner) => {
          onCancel(() => {
            outer.cancel("by the callback");
            onCancel(() => {});
          });
          inner.cancel();
          expect(outer.cancelled).toBe(true);
        });
      });
    }));

  it("refuses what is no function", () =>
    expectRefused(
      () => onCancel(5 as unknown as () => void),
      "Cannot watch for a cancellation as a function is needed: received 5",
    ));
});
