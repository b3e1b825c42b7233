import { inspect } from "node:util";
import fc from "fast-check";
import { cancelScope, createTask, gather, Lock, LockBrokenError, moveOnAfter, sleep, taskGroup } from "heddle";
import { currentScope } from "heddle/lowlevel";
import { leakCheck, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { LockWalk } from "../../src/testing/conformance/lockWalk.js";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { lockTurns } from "../support/walks.js";

// That it is a lock at all is in ../testing/conformance/lockLikeCases.test.ts.

const lockOf = (lock: Lock) => ({
  acquire: () => lock.acquire(),
  tryAcquire: () => lock.tryAcquire(),
  waiting: () => lock.stats().waiting,
});

describe("Lock", () => {
  it("does as a model does, whatever happens in whatever order", () =>
    fc.assert(
      fc.asyncProperty(lockTurns, (turns) =>
        virtualTime(async (clock) => {
          await new LockWalk(lockOf(new Lock())).run(turns);
          expect(clock.pending).toBe(0);
        }),
      ),
      runs(60),
    ));

  it("`with()` holds it while the function runs, and returns or throws what that does", () =>
    virtualTime(async () => {
      const lock = new Lock();
      expect(await lock.with(() => [lock.locked, lock.held])).toEqual([true, true]);
      const error = new Error("no");
      expect(
        await errorOf(() =>
          lock.with(async () => {
            throw error;
          }),
        ),
      ).toBe(error);
      expect(lock.locked).toBe(false);
    }));

  it("`with()` does not call the function when it is cancelled while it waits", () =>
    virtualTime(async () => {
      const lock = new Lock();
      using _guard = await lock.acquire();
      let called = false;
      await createTask(() =>
        moveOnAfter(1, () =>
          lock.with(() => {
            called = true;
          }),
        ),
      );
      expect(called).toBe(false);
    }));

  it("refuses what is no function", () =>
    virtualTime(() =>
      expectRefused(() => new Lock().with(5 as never), "Cannot use a lock as a function is needed: received 5"),
    ));

  describe("has an owner", () => {
    it("the task that acquired it, wherever in it that was", () =>
      virtualTime(async () => {
        const lock = new Lock();
        const owner = createTask(
          async () => {
            await cancelScope(() => lock.acquire());
            expect(lock.held).toBe(true);
            expect(lock.owner?.name).toBe("holder");
            await sleep(1);
            lock.release();
            expect(lock.owner).toBe(undefined);
          },
          { name: "holder" },
        );
        await settle();
        expect(lock.owner).toBe(owner);
        expect(lock.held).toBe(false);
        await owner;
      }));

    it("the first in line, from the moment of the release on", () =>
      virtualTime(async () => {
        const lock = new Lock();
        const guard = await lock.acquire();
        const next = createTask(() => lock.with(() => {}));
        await settle();
        guard.release();
        expect(lock.owner).toBe(next);
        await next;
      }));

    it("who alone may release it", () =>
      virtualTime(
        async () => {
          const lock = new Lock();
          const guard = await lock.acquire();
          const other = createTask(
            () => {
              const message = 'Cannot release a lock as task "main" holds it: received a release by task "thief"';
              expect(errorAtOnce(() => lock.release())).toMatchObject({ name: "InvalidStateError", message });
              expect(errorAtOnce(() => guard.release())).toMatchObject({ name: "InvalidStateError", message });
            },
            { name: "thief" },
          );
          await other;
          expect(lock.held).toBe(true);
          guard.release();
          expect(lock.locked).toBe(false);
        },
        { name: "main" },
      ));

    it("or none, and then nobody may release it", () =>
      virtualTime(
        () => {
          expect(errorAtOnce(() => new Lock().release()).message).toBe(
            'Cannot release a lock as nobody holds it: received a release by task "main"',
          );
        },
        { name: "main" },
      ));

    it("who gets an error in place of waiting for itself", () =>
      virtualTime(
        async () => {
          const lock = new Lock();
          using _guard = await lock.acquire();
          const error = await errorOf(() => lock.acquire());
          expect(error).toMatchObject({ name: "InvalidStateError", code: "HEDDLE_INVALID_STATE" });
          expect(error.message).toMatch(/^Cannot acquire a lock as task "main" holds it already/);
          expect(lock.tryAcquire()).toBe(undefined);
          expect(lock.held).toBe(true);
        },
        { name: "main" },
      ));
  });

  describe("breaks when its owner ends", () => {
    /** A lock that the task "dead" has taken to its grave. */
    async function brokenLock(end: () => unknown, reported: unknown[] = []): Promise<Lock> {
      const lock = new Lock();
      await virtualTime(
        async () => {
          const task = createTask(
            async () => {
              await lock.acquire();
              await end();
            },
            { name: "dead" },
          );
          await settle();
          task.cancel();
          await settle();
        },
        { onError: (error) => reported.push(error) },
      );
      return lock;
    }

    it.each([
      ["by returning", () => {}],
      [
        "by throwing",
        () => {
          throw new Error("x");
        },
      ],
      ["by being cancelled", () => sleep(Infinity)],
    ])("%s without a release", async (_, end) => {
      const lock = await brokenLock(end);
      expect(lock.state).toBe("broken");
      expect(lock.owner?.name).toBe("dead");
    });

    it("so that all who wait get an error that names it", () =>
      virtualTime(
        async () => {
          const lock = new Lock();
          const dead = createTask(() => lock.acquire(), { name: "dead" });
          const waiting = [1, 2].map(() => createTask(() => lock.acquire()));
          await dead;
          for (const task of waiting) {
            const error = await errorOf(() => task);
            expect(error).toBeInstanceOf(LockBrokenError);
            expect(error).toMatchObject({
              name: "LockBrokenError",
              code: "HEDDLE_LOCK_BROKEN",
              owner: "dead",
              message: 'Cannot acquire a lock as task "dead" ended while it held it',
            });
          }
          expect(lock.stats()).toEqual({ state: "broken", owner: "dead", waiting: 0 });
        },
        { onError: () => {} },
      ));

    it("so that all who come later get one too", async () => {
      const lock = await brokenLock(() => {});
      await virtualTime(async () => {
        expect((await errorOf(() => lock.acquire())).name).toBe("LockBrokenError");
        expect(errorAtOnce(() => lock.tryAcquire()).name).toBe("LockBrokenError");
        expect(errorAtOnce(() => lock.release()).message).toBe(
          'Cannot release a lock as task "dead" ended while it held it',
        );
        expect(await errorOf(() => lock.with(() => 1))).toMatchObject({ owner: "dead" });
      });
    });

    it("and the run's `onError` hears of it once", async () => {
      const reported: unknown[] = [];
      await brokenLock(() => {}, reported);
      expect(reported).toEqual([expect.objectContaining({ name: "LockBrokenError", owner: "dead" })]);
    });

    it("also when it was handed over to a task that had given up", () =>
      virtualTime(
        async () => {
          const lock = new Lock();
          const guard = await lock.acquire();
          const impatient = createTask(() => Promise.race([lock.acquire(), sleep(1)]));
          await settle();
          guard.release();
          await impatient;
          await settle();
          expect(lock.state).toBe("broken");
        },
        { onError: () => {} },
      ));

    it("but not when it was released in a `finally`, by `using` or by `with()`", () =>
      leakCheck(() =>
        virtualTime(async () => {
          const lock = new Lock();
          await taskGroup(async (group) => {
            group.createTask(async () => {
              await lock.acquire();
              try {
                await sleep(10);
              } finally {
                lock.release();
              }
            });
            group.createTask(async () => {
              using _guard = await lock.acquire();
              await sleep(10);
            });
            group.createTask(() => lock.with(() => sleep(10)));
            await sleep(15);
            group.cancel();
          });
          expect(lock.state).toBe("free");
        }),
      ));

    it("and the guard of the dead one's floating work does nothing", () =>
      virtualTime(
        async () => {
          const lock = new Lock();
          let floating: Promise<void> = Promise.resolve();
          await createTask(() => {
            floating = (async () => {
              using _guard = await lock.acquire();
              await Promise.resolve();
              await sleep(5);
            })();
          });
          await floating;
          expect(lock.state).toBe("broken");
        },
        { onError: () => {} },
      ));
  });

  describe("outside of tasks", () => {
    it("belongs to nobody: such code waits for each other, and any of it may release", async () => {
      const lock = new Lock();
      const order: string[] = [];
      const part = async (name: string): Promise<void> => {
        using _guard = await lock.acquire();
        order.push(`${name} in`);
        await Promise.resolve();
        order.push(`${name} out`);
      };
      expect(currentScope().task).toBe(null);
      await Promise.all([part("a"), part("b")]);
      expect(order).toEqual(["a in", "a out", "b in", "b out"]);
      await lock.acquire();
      expect(lock.held).toBe(true);
      expect(inspect(lock)).toBe("Lock { held by code outside of tasks, waiting: 0 }");
      lock.release();
    });

    it("is not theirs to release when a task holds it", async () => {
      const lock = new Lock();
      const task = createTask(
        async () => {
          using _guard = await lock.acquire();
          await started;
        },
        { name: "holder" },
      );
      let start = (): void => {};
      const started = new Promise<void>((resolve) => {
        start = resolve;
      });
      while (!lock.locked) await Promise.resolve();
      expect(errorAtOnce(() => lock.release()).message).toBe(
        'Cannot release a lock as task "holder" holds it: received a release by code outside of tasks',
      );
      start();
      await task;
    });
  });

  it("says how it is in one line", () =>
    virtualTime(async () => {
      const lock = new Lock();
      expect(inspect(lock)).toBe("Lock { free, waiting: 0 }");
      const one = createTask(() => lock.with(() => sleep(1)), { name: "one" });
      const two = createTask(() => lock.with(() => sleep(1)), { name: "two" });
      await settle();
      expect(inspect(lock)).toBe('Lock { held by task "one", waiting: 1 }');
      expect(lock.stats()).toEqual({ state: "held", owner: "one", waiting: 1 });
      await gather(one, two);
    }));

  it("is named by the leak check when it is left taken", async () => {
    const lock = new Lock();
    const error = await errorOf(() => leakCheck(() => lock.acquire()));
    expect(error).toMatchObject({ name: "LeakError", leaks: ["a lock"] });
    lock.release();
  });

  it("is no leak when it breaks, as that was reported", () =>
    leakCheck(() =>
      virtualTime(
        async () => {
          await new Lock().acquire();
        },
        { onError: () => {} },
      ),
    ));
});
