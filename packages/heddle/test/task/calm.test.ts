import { cancelScope, checkpoint, createTask, Event, gather, Queue, run, Semaphore, shield } from "heddle";
import { VirtualClock, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { calmClock } from "../../src/task/calm.js";
import { errorOf } from "../support/errorOf.js";

describe("the short way through waits that need not wait", () => {
  it("is open while no scope is cancelled and no run has a clock of its own", () =>
    run(async () => {
      expect(calmClock()).not.toBe(null);
      await cancelScope(async () => {
        expect(calmClock()).not.toBe(null);
      });
    }));

  it("is closed from the cancellation of a scope until that is left", () =>
    run(async () => {
      await cancelScope(async (scope) => {
        scope.cancel();
        expect(calmClock()).toBe(null);
        scope.cancel();
        await shield(() => checkpoint());
        expect(calmClock()).toBe(null);
      });
      expect(calmClock()).not.toBe(null);
    }));

  it("is closed from a deadline that has passed until its scope is left", () =>
    run(async () => {
      await cancelScope(async (scope) => {
        scope.deadline = 0;
        expect(calmClock()).toBe(null);
      });
      expect(calmClock()).not.toBe(null);
    }));

  it("is closed while a run has a clock of its own, for runs beside it as well", () =>
    run(async () => {
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
      expect(calmClock()).toBe(null);
      await virtualTime(async () => expect(calmClock()).toBe(null));
      expect(calmClock()).toBe(null);
      leave.set();
      await other;
      expect(calmClock()).not.toBe(null);
    }));

  it("opens again after a run that failed", () =>
    run(async () => {
      const error = await errorOf(() =>
        run(
          () => {
            throw new Error("no");
          },
          { clock: new VirtualClock() },
        ),
      );
      expect(error.message).toBe("no");
      expect(calmClock()).not.toBe(null);
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
