import { inspect } from "node:util";
import fc from "fast-check";
import { CapacityLimiter, createTask, gather, moveOnAfter, sleep } from "heddle";
import { leakCheck, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { LockWalk } from "../../src/testing/conformance/lockWalk.js";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { lockTurns } from "../support/walks.js";

// That one with one place is a lock is in ../testing/conformance/lockLikeCases.test.ts.

describe("CapacityLimiter", () => {
  it("lets so many tasks in at a time, first come, first served", () =>
    leakCheck(() =>
      virtualTime(async () => {
        const limiter = new CapacityLimiter(2);
        const order: string[] = [];
        const visit = (name: string, ms: number) => () =>
          limiter.with(async () => {
            order.push(`${name} in`);
            await sleep(ms);
            order.push(`${name} out`);
          });
        await gather(visit("a", 3), visit("b", 2), visit("c", 2), visit("d", 1));
        expect(order).toEqual(["a in", "b in", "b out", "c in", "a out", "d in", "c out", "d out"]);
      }),
    ));

  it("refuses a second place to a task that has one", () =>
    virtualTime(
      async () => {
        const limiter = new CapacityLimiter(2);
        const place = await limiter.acquire();
        expect(await errorOf(() => limiter.acquire())).toMatchObject({
          name: "InvalidStateError",
          message: 'Cannot acquire from a capacity limiter as task "main" has a place already',
        });
        expect(errorAtOnce(() => limiter.tryAcquire()).name).toBe("InvalidStateError");
        place.release();
        place.release();
        using _again = await limiter.acquire();
        expect(limiter.stats().available).toBe(1);
      },
      { name: "main" },
    ));

  it("refuses a second place to a task that waits for one", () =>
    virtualTime(async () => {
      const limiter = new CapacityLimiter(1);
      using _place = await limiter.acquire();
      const task = createTask(() => Promise.all([limiter.acquire(), limiter.acquire()]), { name: "greedy" });
      expect((await errorOf(() => task)).message).toBe(
        'Cannot acquire from a capacity limiter as task "greedy" waits for a place already',
      );
    }));

  it("forgets a task that stopped waiting", () =>
    virtualTime(async () => {
      const limiter = new CapacityLimiter(1);
      const place = await limiter.acquire();
      await createTask(async () => {
        await moveOnAfter(1, () => limiter.acquire());
        expect(limiter.stats().waiting).toBe(0);
        place.release();
        (await limiter.acquire()).release();
      });
      expect(limiter.stats().available).toBe(1);
    }));

  it("says who is in", () =>
    virtualTime(async () => {
      const limiter = new CapacityLimiter(2);
      const task = (name: string) => createTask(() => limiter.with(() => sleep(1)), { name });
      const tasks = ["a", "b", "c"].map(task);
      await settle();
      expect(limiter.stats()).toEqual({ total: 2, available: 0, waiting: 1, borrowers: ["a", "b"] });
      expect(inspect(limiter)).toBe("CapacityLimiter { available: 0 of 2 (a, b), waiting: 1 }");
      await gather(tasks);
      expect(inspect(limiter)).toBe("CapacityLimiter { available: 2 of 2, waiting: 0 }");
    }));

  it("can be closed and opened while it is used", () =>
    virtualTime(async () => {
      const limiter = new CapacityLimiter(1);
      const place = await limiter.acquire();
      limiter.resize(0);
      expect(limiter.stats()).toMatchObject({ total: 0, available: -1 });
      const task = createTask(() => limiter.acquire(), { name: "next" });
      place.release();
      await settle();
      expect(limiter.stats()).toMatchObject({ available: 0, waiting: 1 });
      limiter.resize(1);
      await task;
      expect(limiter.stats().borrowers).toEqual(["next"]);
    }));

  it("takes code outside of tasks as it comes", async () => {
    const limiter = new CapacityLimiter(2);
    using _one = await limiter.acquire();
    using _two = await limiter.acquire();
    expect(limiter.tryAcquire()).toBe(undefined);
    expect(limiter.stats()).toEqual({ total: 2, available: 0, waiting: 0, borrowers: [] });
  });

  it("refuses what is no number of places and no function", async () => {
    await expectRefused(
      () => new CapacityLimiter(-1),
      /^Cannot make a capacity limiter as its total must be a whole number/,
    );
    await expectRefused(() => new CapacityLimiter(1).with(1 as never), /^Cannot use a capacity limiter as a function/);
  });

  it("with one place does as a lock's model does, whatever happens in whatever order", () =>
    fc.assert(
      fc.asyncProperty(lockTurns, (turns) =>
        virtualTime(async (clock) => {
          const limiter = new CapacityLimiter(1);
          await new LockWalk({
            acquire: () => limiter.acquire(),
            tryAcquire: () => limiter.tryAcquire(),
            waiting: () => limiter.stats().waiting,
          }).run(turns);
          expect(limiter.stats()).toEqual({ total: 1, available: 1, waiting: 0, borrowers: [] });
          expect(clock.pending).toBe(0);
        }),
      ),
      runs(60),
    ));
});
