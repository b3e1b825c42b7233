import { inspect } from "node:util";
import fc from "fast-check";
import type { Task } from "heddle";
import { Condition, createTask, gather, isCancelled, Lock, moveOnAfter, sleep } from "heddle";
import { assertCheckpoints, leakCheck, settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";

/** `n` tasks that wait for the condition. Each notes in `ends` how its wait ended and whether it then held the lock. */
async function waiters(condition: Condition, n: number, ends: string[] = []): Promise<[Task<void>[], string[]]> {
  const tasks = Array.from({ length: n }, (_, i) =>
    createTask(async () => {
      using _guard = await condition.acquire();
      try {
        await condition.wait();
        ends.push(`${i} woken${condition.lock.held ? "" : " without the lock"}`);
      } catch (error) {
        ends.push(`${i} ${(error as Error).name}${condition.lock.held ? "" : " without the lock"}`);
        throw error;
      }
    }),
  );
  await settle();
  return [tasks, ends];
}

describe("Condition", () => {
  it("`wait()` gives the lock away while it waits, and has it again afterwards", () =>
    leakCheck(() =>
      virtualTime(async () => {
        const condition = new Condition();
        const [tasks, ends] = await waiters(condition, 1);
        expect(condition.stats()).toEqual({ locked: false, waiting: 1 });
        await condition.with(() => condition.notify());
        await gather(tasks);
        expect(ends).toEqual(["0 woken"]);
        expect(condition.lock.locked).toBe(false);
      }),
    ));

  it("lets those who were notified go on one after the other, when the lock is free", () =>
    virtualTime(async () => {
      const condition = new Condition();
      const [tasks, ends] = await waiters(condition, 3);
      const guard = await condition.acquire();
      condition.notifyAll();
      await settle();
      expect(ends).toEqual([]);
      guard.release();
      await gather(tasks);
      expect(ends).toEqual(["0 woken", "1 woken", "2 woken"]);
    }));

  it("`notify(n)` wakes the `n` who have waited longest, or as many as there are", () =>
    virtualTime(async () => {
      const condition = new Condition();
      const [, ends] = await waiters(condition, 4);
      await condition.with(() => condition.notify());
      await settle();
      expect(ends).toEqual(["0 woken"]);
      await condition.with(() => condition.notify(0));
      await condition.with(() => condition.notify(2));
      await settle();
      expect(ends).toEqual(["0 woken", "1 woken", "2 woken"]);
      await condition.with(() => condition.notify(100));
      await settle();
      expect(ends).toHaveLength(4);
    }));

  it("keeps no notification for those who come later", () =>
    virtualTime(async () => {
      const condition = new Condition();
      await condition.with(() => condition.notifyAll());
      const [[task], ends] = await waiters(condition, 1);
      expect(ends).toEqual([]);
      task?.cancel();
    }));

  it("shares a lock with another condition, and not its waiters", () =>
    virtualTime(async () => {
      const lock = new Lock();
      const full = new Condition(lock);
      const empty = new Condition(lock);
      const [[one], ends] = await waiters(full, 1);
      await empty.with(() => empty.notifyAll());
      await settle();
      expect(ends).toEqual([]);
      await lock.with(() => full.notifyAll());
      await one;
      expect(ends).toEqual(["0 woken"]);
    }));

  describe("`waitFor()`", () => {
    it("waits until what is asked for is true, and returns it", () =>
      virtualTime(async () => {
        const condition = new Condition();
        const basket: string[] = [];
        let asked = 0;
        const eater = createTask(() =>
          condition.with(() =>
            condition.waitFor(() => {
              asked++;
              return basket.shift();
            }),
          ),
        );
        await settle();
        await condition.with(() => condition.notify());
        await settle();
        basket.push("apple");
        await condition.with(() => condition.notify());
        expect(await eater).toBe("apple");
        expect(asked).toBe(3);
      }));

    it("does not wait when it is true already", () =>
      virtualTime(async () => {
        const condition = new Condition();
        expect(await condition.with(() => condition.waitFor(() => 7))).toBe(7);
      }));

    it("passes on what the predicate throws, the lock being held", () =>
      virtualTime(async () => {
        const condition = new Condition();
        using _guard = await condition.acquire();
        const error = new Error("no");
        const thrown = await errorOf(() =>
          condition.waitFor(() => {
            throw error;
          }),
        );
        expect(thrown).toBe(error);
        expect(condition.lock.held).toBe(true);
      }));
  });

  describe("when it is cancelled", () => {
    it("acquires the lock again before it throws, however long that takes", () =>
      leakCheck(() =>
        virtualTime(async () => {
          const condition = new Condition();
          const [[task], ends] = await waiters(condition, 1);
          const guard = await condition.acquire();
          task?.cancel("enough");
          await sleep(1000);
          expect(ends).toEqual([]);
          guard.release();
          const error = await errorOf(() => task);
          expect(isCancelled(error)).toBe(true);
          expect(error.reason).toBe("enough");
          expect(ends).toEqual(["0 CancelledError"]);
        }),
      ));

    it("holds the lock in the clean-up of a timeout around it", () =>
      virtualTime(async () => {
        const condition = new Condition();
        using _guard = await condition.acquire();
        await moveOnAfter(5, () => condition.wait());
        expect(condition.lock.held).toBe(true);
      }));

    it("is passed over by the next notification", () =>
      virtualTime(async () => {
        const condition = new Condition();
        const [[task], ends] = await waiters(condition, 2);
        task?.cancel();
        await settle();
        await condition.with(() => condition.notify());
        await settle();
        expect(ends).toEqual(["0 CancelledError", "1 woken"]);
      }));

    it("passes the notification on that it had got just before", () =>
      virtualTime(async () => {
        const condition = new Condition();
        const [tasks, ends] = await waiters(condition, 3);
        await condition.with(() => {
          condition.notify();
          tasks[0]?.cancel();
        });
        await settle();
        expect(ends).toEqual(["0 CancelledError", "1 woken"]);
        tasks[2]?.cancel();
      }));

    it("does not even give the lock away in a scope that is cancelled already", () =>
      virtualTime(async () => {
        const condition = new Condition();
        using _guard = await condition.acquire();
        const other = createTask(() => condition.lock.with(() => "was in"));
        await settle();
        await assertCheckpoints(() => condition.wait());
        await assertCheckpoints(() => condition.waitFor(() => true));
        expect(condition.lock.held).toBe(true);
        other.cancel();
      }));
  });

  it("throws when the lock breaks while it waits", () =>
    virtualTime(
      async () => {
        const condition = new Condition();
        const [, ends] = await waiters(condition, 1);
        await createTask(async () => {
          await condition.acquire();
          condition.notify();
        });
        await settle();
        expect(ends).toEqual(["0 LockBrokenError without the lock"]);
      },
      { onError: () => {} },
    ));

  it("refuses those who do not hold its lock", () =>
    virtualTime(
      async () => {
        const condition = new Condition();
        const message = "as the caller must hold its lock: received one that is free";
        expect((await errorOf(() => condition.wait())).message).toBe(`Cannot wait for a condition ${message}`);
        expect((await errorOf(() => condition.waitFor(() => true))).message).toBe(
          `Cannot wait for a condition ${message}`,
        );
        for (const notify of [() => condition.notify(), () => condition.notifyAll()]) {
          expect(errorAtOnce(notify)).toMatchObject({
            name: "InvalidStateError",
            message: `Cannot notify those who wait for a condition ${message}`,
          });
        }
        using _guard = await condition.acquire();
        const other = await createTask(() => errorOf(() => condition.wait()));
        expect(other.message).toMatch(/received one that is held by task "main"$/);
      },
      { name: "main" },
    ));

  it("refuses what is no lock, no number and no function", async () => {
    await expectRefused(
      () => new Condition({} as never),
      "Cannot make a condition as a Lock is needed: received an object",
    );
    const condition = new Condition();
    await expectRefused(() => condition.notify(-1), /^Cannot notify as their number must be a whole number, 0 or more/);
    await expectRefused(() => condition.waitFor(1 as never), /^Cannot wait for a condition as a function is needed/);
    await expectRefused(() => condition.with(1 as never), /^Cannot use a condition as a function is needed/);
  });

  it("says how it is in one line", () =>
    virtualTime(async () => {
      const condition = new Condition();
      const [[task]] = await waiters(condition, 1);
      expect(inspect(condition)).toBe("Condition { unlocked, waiting: 1 }");
      task?.cancel();
    }));

  it("loses no notification, whoever is cancelled at the same moment", () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(6),
        fc.array(
          fc.array(fc.oneof(fc.record({ notify: fc.nat(3) }), fc.record({ cancel: fc.nat(6) })), { maxLength: 4 }),
        ),
        (n, turns) =>
          virtualTime(async (clock) => {
            const condition = new Condition();
            const [tasks, ends] = await waiters(condition, n);
            const waiting = [...tasks.keys()];
            const model: string[] = [];
            for (const turn of turns) {
              const notified: number[] = [];
              const cancelled = new Set<number>();
              await condition.with(() => {
                for (const each of turn) {
                  if ("notify" in each) {
                    condition.notify(each.notify);
                    notified.push(...waiting.splice(0, each.notify));
                  } else if (tasks[each.cancel]?.done === false) {
                    tasks[each.cancel]?.cancel();
                    cancelled.add(each.cancel);
                    const place = waiting.indexOf(each.cancel);
                    if (place >= 0) waiting.splice(place, 1);
                  }
                }
              });
              await settle();
              for (const id of notified) {
                if (!cancelled.has(id)) continue;
                notified.push(...waiting.splice(0, 1));
              }
              for (const id of notified) if (!cancelled.has(id)) model.push(`${id} woken`);
              for (const id of cancelled) model.push(`${id} CancelledError`);
              expect([...ends].sort()).toEqual([...model].sort());
              expect(condition.stats()).toEqual({ locked: false, waiting: waiting.length });
            }
            for (const task of tasks) task.cancel();
            await settle();
            expect(condition.stats()).toEqual({ locked: false, waiting: 0 });
            expect(clock.pending).toBe(0);
          }),
      ),
      runs(100),
    ));
});
