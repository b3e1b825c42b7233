import type { CancelScope } from "heddle";
import { cancelScope, createTask, now, sleep } from "heddle";
import { currentScope } from "heddle/lowlevel";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";

describe("cancelScope", () => {
  it("gives what the body gives, waiting or not", () =>
    virtualTime(async () => {
      expect(await cancelScope(() => 1)).toBe(1);
      expect(await cancelScope(async () => sleep(5).then(() => 2))).toBe(2);
    }));

  it("throws what the body throws, at once or later", () =>
    virtualTime(async () => {
      const failure = new Error("x");
      const atOnce = (): never => {
        throw failure;
      };
      expect(await errorOf(() => cancelScope(atOnce))).toBe(failure);
      expect(await errorOf(() => cancelScope(() => sleep(5).then(atOnce)))).toBe(failure);
    }));

  it("cancels itself after its timeout or at its deadline, whichever is earlier", () =>
    virtualTime(async () => {
      await cancelScope(() => sleep(Infinity), { timeout: 10 });
      expect(now()).toBe(10);
      await cancelScope(() => sleep(Infinity), { deadline: 25 });
      expect(now()).toBe(25);
      await cancelScope(() => sleep(Infinity), { timeout: 50, deadline: 30 });
      expect(now()).toBe(30);
      await cancelScope(() => sleep(Infinity), { timeout: 5, deadline: 1000 });
      expect(now()).toBe(35);
    }));

  it("has no limit with an infinite timeout or deadline", () =>
    virtualTime(async (clock) => {
      await cancelScope(
        async (scope) => {
          expect([scope.deadline, clock.pending]).toEqual([Infinity, 0]);
          await sleep(1e9);
        },
        { timeout: Infinity, deadline: Infinity },
      );
    }));

  it("starts its body with a timeout of no time, and stops it at its first wait", () =>
    virtualTime(async () => {
      for (const timeout of [0, -5]) {
        let started = false;
        await cancelScope(
          async () => {
            started = true;
            await sleep(0);
            throw new Error("not stopped");
          },
          { timeout },
        );
        expect(started).toBe(true);
      }
    }));

  it("is named for reports", () =>
    virtualTime(() => cancelScope(() => expect(currentScope().name).toBe("upload"), { name: "upload" })));
});

describe("the handle", () => {
  it("tells before, while and after what has become of the scope", () =>
    virtualTime(async () => {
      let handle: CancelScope | undefined;
      const facts = (): unknown[] => {
        const { cancelled, expired, cancelCaught, reason } = handle as CancelScope;
        return [cancelled, expired, cancelCaught, reason];
      };
      await cancelScope(async (scope) => {
        handle = scope;
        expect(facts()).toEqual([false, false, false, undefined]);
        expect([scope.cancel("why"), scope.cancel("again")]).toEqual([true, false]);
        expect(facts()).toEqual([true, false, false, "why"]);
        await sleep(1);
      });
      expect(facts()).toEqual([true, false, true, "why"]);
      await cancelScope(
        async (scope) => {
          handle = scope;
          await sleep(10);
        },
        { timeout: 5 },
      );
      expect(facts()).toEqual([true, true, true, "deadline passed"]);
    }));

  it("does not count the cancellation of an enclosing scope as its own", () =>
    virtualTime(async () => {
      await cancelScope(async (outer) => {
        await cancelScope((inner) => {
          outer.cancel();
          expect([inner.cancelled, inner.reason, inner.signal.aborted]).toEqual([false, undefined, true]);
        });
      });
    }));

  it("cannot cancel a scope that was left", () =>
    virtualTime(async () => {
      let handle: CancelScope | undefined;
      await cancelScope((scope) => {
        handle = scope;
      });
      expect([handle?.cancel(), handle?.cancelled]).toEqual([false, false]);
    }));

  it("can be used by other tasks", () =>
    virtualTime(async () => {
      await cancelScope(async (scope) => {
        createTask(async () => {
          await sleep(5);
          scope.cancel();
        });
        await sleep(Infinity);
      });
      expect(now()).toBe(5);
    }));

  it("refuses a deadline that is no moment, and a shield that is no flag", () =>
    virtualTime(() =>
      cancelScope((scope) => {
        for (const moment of [Number.NaN, "5", undefined, new Date()]) {
          const error = errorAtOnce(() => {
            scope.deadline = moment as number;
          });
          expect(error.message).toMatch(/^Cannot move a deadline as the moment must be a number of milliseconds: /);
        }
        const error = errorAtOnce(() => {
          scope.shield = 1 as unknown as boolean;
        });
        expect(error.message).toBe("Cannot change a shield as it must be true or false: received 1");
        expect([scope.deadline, scope.shield]).toEqual([Infinity, false]);
      }),
    ));
});

describe("what cancelScope refuses", () => {
  it("refuses a promise in place of the body", () =>
    expectRefused(
      () => cancelScope(Promise.resolve() as unknown as () => void),
      /^Cannot open a cancel scope as a function is needed: received a promise; .*: cancelScope\(\(scope\) => work\(\)\)$/,
    ));

  it("refuses options of the wrong type, and unknown ones, and opens no scope then", () =>
    virtualTime(async (clock) => {
      const doing = "Cannot open a cancel scope as";
      const open = (options: unknown) => () => cancelScope(() => sleep(1), options as object);
      await expectRefused(
        open({ timeout: "5" }),
        `${doing} the timeout must be a number of milliseconds: received "5" (a string)`,
      );
      await expectRefused(
        open({ timeout: Number.NaN }),
        `${doing} the timeout must be a number of milliseconds: received NaN`,
      );
      await expectRefused(
        open({ deadline: null }),
        `${doing} the deadline must be a number of milliseconds: received null`,
      );
      await expectRefused(open({ shield: "yes" }), `${doing} shield must be true or false: received "yes" (a string)`);
      await expectRefused(open({ signal: {} }), `${doing} signal must be an AbortSignal: received an object`);
      await expectRefused(open({ name: 5 }), `${doing} the name must be a string: received 5`);
      await expectRefused(
        open({ timeot: 5 }),
        `${doing} the options are timeout, deadline, shield, signal, name: received "timeot"`,
      );
      await expectRefused(open(1000), `${doing} the options must be an object: received 1000`);
      expect([[...currentScope().children], clock.pending]).toEqual([[], 0]);
    }));

  it("takes options that are left undefined", () =>
    virtualTime(async () => {
      const options = { timeout: undefined, signal: undefined, name: undefined } as object;
      expect(await cancelScope(() => 1, options)).toBe(1);
      expect((await errorOf(() => cancelScope(() => 1, null as unknown as object))).message).toMatch(/received null$/);
    }));
});
