import { cancellable, cancelScope, createTask, now, sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";

function foreign<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe("cancellable", () => {
  it("gives what the promise gives, settled before or after", () =>
    virtualTime(async () => {
      expect(await cancellable(Promise.resolve(1))).toBe(1);
      const { promise, resolve } = foreign<number>();
      const wait = cancellable(promise);
      resolve(2);
      expect(await wait).toBe(2);
    }));

  it("throws what the promise rejects with", () =>
    virtualTime(async () => {
      const failure = new Error("x");
      expect(await errorOf(() => cancellable(Promise.reject(failure)))).toBe(failure);
      const { promise, reject } = foreign<number>();
      const wait = errorOf(() => cancellable(promise));
      reject(failure);
      expect(await wait).toBe(failure);
    }));

  it("stops waiting when it is cancelled, while the promise goes on", () =>
    virtualTime(async () => {
      const { promise, resolve } = foreign<string>();
      await cancelScope(() => cancellable(promise), { timeout: 10 });
      expect(now()).toBe(10);
      resolve("late");
      expect(await promise).toBe("late");
    }));

  it("may be asked by many for the same promise, and some of them may give up", () =>
    virtualTime(async () => {
      const { promise, resolve } = foreign<string>();
      const patient = [createTask(() => cancellable(promise)), createTask(() => cancellable(promise))];
      await cancelScope(() => cancellable(promise), { timeout: 10 });
      resolve("late");
      expect([await patient[0], await patient[1], await cancellable(promise)]).toEqual(["late", "late", "late"]);
    }));

  it("drops an error that comes after it was cancelled", () =>
    virtualTime(async () => {
      const { promise, reject } = foreign<void>();
      await cancelScope(() => cancellable(promise), { timeout: 10 });
      reject(new Error("nobody hears this"));
      await sleep(1);
    }));

  it("does not wait in a cancelled scope, not even for a promise that is settled, and drops its error", () =>
    virtualTime(() =>
      cancelScope(async (scope) => {
        scope.cancel();
        expect((await errorOf(() => cancellable(Promise.resolve(1)))).name).toBe("CancelledError");
        expect((await errorOf(() => cancellable(Promise.reject(new Error("x"))))).name).toBe("CancelledError");
      }),
    ));

  it("takes thenables of any make, those that call back at once too", () =>
    virtualTime(async () => {
      const atOnce = { then: (resolve: (value: number) => void) => resolve(1) } as PromiseLike<number>;
      const failing = {
        then: (_: unknown, reject: (error: unknown) => void) => reject(new Error("x")),
      } as PromiseLike<number>;
      const throwing = {
        then: () => {
          throw new Error("y");
        },
      } as unknown as PromiseLike<number>;
      expect(await cancellable(atOnce)).toBe(1);
      expect((await errorOf(() => cancellable(failing))).message).toBe("x");
      expect((await errorOf(() => cancellable(throwing))).message).toBe("y");
    }));

  it("waits for a task as await does", () =>
    virtualTime(async () => {
      expect(await cancellable(createTask(() => sleep(5).then(() => "done")))).toBe("done");
    }));

  it("does not make a promise wait that nothing was handed for", async () => {
    const message = "Cannot make a wait cancellable as a promise is needed: received";
    await expectRefused(() => cancellable((() => {}) as unknown as Promise<void>), `${message} a function`);
    await expectRefused(() => cancellable(5 as unknown as Promise<void>), `${message} 5`);
    await expectRefused(() => cancellable(undefined as unknown as Promise<void>), `${message} undefined`);
  });
});
