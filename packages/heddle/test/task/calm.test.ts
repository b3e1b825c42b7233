import { cancelScope, checkpoint, createTask, Event, gather, Queue, run, Semaphore, shield } from "heddle";
import { VirtualClock, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { anyCancelled, onlyClock } from "../../src/task/calm.js";
import { errorOf } from "../support/errorOf.js";

describe("the short way through waits that need not wait", () => {
  it("is open while no scope is cancelled", () =>
    virtualTime(async () => {
      expect(anyCancelled()).toBe(false);
      await cancelScope(async () => {
        expect(anyCancelled()).toBe(false);
      });
    }));

  it("is closed from the cancellation of a scope until that is left", () =>
    virtualTime(async () => {
      await cancelScope(async (scope) => {
        scope.cancel();
        expect(anyCancelled()).toBe(true);
        scope.cancel();
        await shield(() => checkpoint());
        expect(anyCancelled()).toBe(true);
      });
      expect(anyCancelled()).toBe(false);
    }));

  it("is closed from a deadline that has passed until its scope is left", () =>
    virtualTime(async () => {
      await cancelScope(async (scope) => {
        scope.deadline = 0;
        expect(anyCancelled()).toBe(true);
      });
      expect(anyCancelled()).toBe(false);
    }));

  it("knows the clock while no run has one of its own, and for runs beside such a one does not", () =>
    run(async () => {
      const usual = onlyClock();
      expect(usual).not.toBe(null);
      const inside = new Event();
      const leave = new Event();
      const other = createTask(() =>
        run(
          async () => {
            inside.set();
            await leave.wait();
          },
          { clock: new VirtualClock(), handleSignals: false },
        ),
      );
      await inside.wait();
      expect(onlyClock()).toBe(null);
      await virtualTime(async () => expect(onlyClock()).toBe(null));
      expect(onlyClock()).toBe(null);
      leave.set();
      await other;
      expect(onlyClock()).toBe(usual);
    }));

  it("knows the clock again after a run that failed", () =>
    run(async () => {
      const usual = onlyClock();
      const error = await errorOf(() =>
        run(
          () => {
            throw new Error("no");
          },
          { clock: new VirtualClock() },
        ),
      );
      expect(error.message).toBe("no");
      expect(onlyClock()).toBe(usual);
    }));

  it("is not taken in a cancelled scope, whatever is done beside it", () =>
    run(async () => {
      const queue = new Queue<number>();
      const semaphore = new Semaphore(3);
      const event = new Event();
      event.set();
      queue.putNowait(1);
      const calls = [() => queue.get(), () => queue.put(2), () => semaphore.acquire(), () => event.wait(), checkpoint];
      const refused: string[] = [];
      await gather(
        async () => {
          await cancelScope(async (scope) => {
            scope.cancel();
            for (const call of calls) refused.push((await errorOf(call)).name);
          });
        },
        async () => {
          for (let i = 0; i < 3; i++) await checkpoint();
        },
      );
      expect(refused).toEqual(calls.map(() => "CancelledError"));
      expect([queue.size, semaphore.available]).toEqual([1, 3]);
    }));
});
