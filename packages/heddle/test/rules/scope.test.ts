import { getEventListeners } from "node:events";
import type { CancelScope } from "heddle";
import {
  CancelledError,
  cancelScope,
  checkpoint,
  createTask,
  currentTask,
  isCancelled,
  moveOnAfter,
  now,
  Queue,
  run,
  Semaphore,
  shield,
  sleep,
  TimeoutError,
  taskGroup,
  timeout,
  withSignal,
} from "heddle";
import { currentScope, onCancel } from "heddle/lowlevel";
import { settle, VirtualClock, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { Link } from "../../src/ground/link.js";
import { errorOf } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

describe("S1: scopes form a tree, and a task owns one", () => {
  it("has a scope around code that nothing surrounds", () => {
    expect(currentScope().parent).toBe(null);
    expect(currentTask()).toBe(undefined);
  });

  it("puts a scope that is opened inside another one below it", () =>
    virtualTime(async () => {
      const outside = currentScope();
      await cancelScope(async () => {
        const outer = currentScope();
        expect(outer.parent).toBe(outside);
        await cancelScope(() => expect(currentScope().parent).toBe(outer), { name: "inner" });
      });
      expect(currentScope()).toBe(outside);
    }));

  it("gives every task a scope of its own below its owner's", () =>
    virtualTime(async () => {
      const main = currentScope();
      await taskGroup(async (group) => {
        const groupScope = currentScope();
        const task = group.createTask(() => {
          expect(currentScope().parent).toBe(groupScope);
          expect(currentScope()).not.toBe(main);
        });
        await task;
      });
    }));

  it("lets go of the children that have been left", () =>
    virtualTime(async () => {
      for (let i = 0; i < 100; i++) await cancelScope(() => sleep(1));
      expect([...currentScope().children]).toEqual([]);
    }));

  it("has room for very deep trees, and cancels them without recursion", () =>
    virtualTime(async () => {
      const nest = (depth: number): Promise<unknown> =>
        cancelScope(async () => {
          await Promise.resolve();
          await (depth === 0 ? sleep(Infinity) : nest(depth - 1));
        });
      const done = cancelScope(async (scope) => {
        const inside = nest(2000);
        await settle();
        scope.cancel();
        await inside;
      });
      await done;
    }));
});

describe("S2: a scope is cancelled when it or an ancestor is, up to the first shield", () => {
  it("reaches everything that waits below, however deep", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          await taskGroup(async (group) => {
            group.createTask(async () => {
              try {
                await cancelScope(() => timeout(1000, () => sleep(500)));
              } finally {
                log("grandchild stops");
              }
            });
            await sleep(Infinity).finally(() => log("body stops"));
          });
        },
        { timeout: 10 },
      );
      expect(log.lines.sort()).toEqual(["10 body stops", "10 grandchild stops"]);
    }));

  it("does not reach what a shield covers, nor scopes below the shield", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          await shield(async () => {
            await sleep(50);
            await cancelScope(() => sleep(50));
            await taskGroup(async (group) => void group.createTask(() => sleep(50)));
          });
          log("shield left");
          await sleep(1);
          log("never");
        },
        { timeout: 10 },
      );
      expect(log.lines).toEqual(["150 shield left"]);
    }));

  it("does not reach siblings or ancestors", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(async (group) => {
        group.createTask(() => sleep(20).then(() => log("sibling ends")));
        await cancelScope(async (scope) => {
          scope.cancel();
          await sleep(10);
        });
        await sleep(5);
        log("after the scope");
      });
      expect(log.lines).toEqual(["5 after the scope", "20 sibling ends"]);
    }));

  it("holds for a scope that is opened when it is too late", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        cancelScope(async (scope) => {
          scope.cancel();
          try {
            await cancelScope(() => sleep(1));
          } catch (met) {
            expect(isCancelled(met)).toBe(true);
            throw new Error("met it");
          }
        }),
      );
      expect(error.message).toBe("met it");
    }));
});

describe("S3: waiting in a cancelled scope throws, again and again", () => {
  it("rejects a waiter that is parked when the cancellation comes", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      await cancelScope(
        async () => {
          const error = await errorOf(() => queue.get());
          expect(error).toBeInstanceOf(CancelledError);
          expect(now()).toBe(10);
        },
        { timeout: 10 },
      );
      expect(queue.stats().getting).toBe(0);
    }));

  it("throws at every wait of every kind until the scope is left, and not after it", () =>
    virtualTime(async (clock) => {
      const queue = new Queue<number>(1);
      const semaphore = new Semaphore(5);
      await cancelScope(async (scope) => {
        scope.cancel("enough");
        const waits = {
          sleep: () => sleep(10),
          "sleep for no time": () => sleep(0),
          checkpoint: () => checkpoint(),
          "put with room": () => queue.put(1),
          get: () => queue.get(),
          "join with nothing to do": () => queue.join(),
          "acquire with permits": () => semaphore.acquire(),
          withSignal: () => withSignal(() => Promise.resolve()),
        };
        for (const [name, wait] of [...Object.entries(waits), ...Object.entries(waits)]) {
          const error = await errorOf(wait);
          expect(`${name}: ${error.name} ${String(error.reason)}`).toBe(`${name}: CancelledError enough`);
        }
      });
      expect([queue.size, semaphore.available, clock.pending]).toEqual([0, 5, 0]);
      await sleep(1);
    }));

  it("throws one and the same error in all that one cancel() stops", () =>
    virtualTime(async () => {
      const errors: unknown[] = [];
      await cancelScope(
        async () => {
          const waits = [sleep(50), sleep(60)].map((wait) => wait.catch((error) => errors.push(error)));
          await Promise.all(waits);
          await sleep(1).catch((error) => errors.push(error));
        },
        { timeout: 10 },
      );
      expect(errors).toHaveLength(3);
      expect(new Set(errors).size).toBe(1);
    }));

  it("is not over because the cancellation was caught", () =>
    virtualTime(async () => {
      let rounds = 0;
      await cancelScope(
        async () => {
          while (rounds < 5) {
            try {
              await sleep(10);
            } catch {
              rounds++;
            }
          }
        },
        { timeout: 25 },
      );
      expect([rounds, now()]).toEqual([5, 25]);
    }));

  it("lets work go on that does not wait", () =>
    virtualTime(async () => {
      const value = await cancelScope(async (scope) => {
        scope.cancel();
        await Promise.resolve();
        return "done";
      });
      expect(value).toBe("done");
    }));
});

describe("S4: what was handed over before the cancellation is not lost", () => {
  it("returns an item that was put before the getter is cancelled in the same tick", () =>
    virtualTime(async () => {
      const queue = new Queue<string>();
      await taskGroup(async (group) => {
        const getter = group.createTask(async () => {
          const item = await queue.get();
          const error = await errorOf(() => sleep(1));
          return `${item}, then ${error.name}`;
        });
        await sleep(1);
        queue.putNowait("item");
        getter.cancel();
        expect(await getter).toBe("item, then CancelledError");
      });
      expect(queue.stats()).toMatchObject({ size: 0, getting: 0 });
    }));

  it("leaves an item to others that is put after the getter was cancelled in the same tick", () =>
    virtualTime(async () => {
      const queue = new Queue<string>();
      await taskGroup(async (group) => {
        const first = group.createTask(() => queue.get());
        const second = group.createTask(() => queue.get());
        await sleep(1);
        first.cancel();
        queue.putNowait("item");
        expect(await second).toBe("item");
        expect(first.state).toBe("cancelled");
      });
    }));

  it("returns a permit that was released before the waiter is cancelled in the same tick", () =>
    virtualTime(async () => {
      const semaphore = new Semaphore(0);
      await taskGroup(async (group) => {
        const waiter = group.createTask(async () => {
          using _permit = await semaphore.acquire();
          await sleep(1);
        });
        await sleep(1);
        semaphore.release();
        waiter.cancel();
      });
      expect(semaphore.stats()).toMatchObject({ available: 1, waiting: 0 });
    }));

  it("gives the result of a task that has ended before the awaiter is cancelled in the same tick", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      const value = await cancelScope(async (scope) => {
        const task = createTask(() => queue.get());
        const wait = (async () => await task)();
        await sleep(1);
        queue.putNowait(7);
        await settle();
        scope.cancel();
        return wait;
      });
      expect(value).toBe(7);
    }));

  it("does not time out work whose last wait had ended just in time", () =>
    virtualTime(async (clock) => {
      const queue = new Queue<number>();
      // A timer that was set first: at the moment 10 it fires before the deadline does.
      const put = Object.assign(new Link(), { fire: () => queue.putNowait(1) });
      clock.schedule(put, 10);
      expect(await timeout(10, () => queue.get())).toBe(1);
      expect(now()).toBe(10);
    }));

  it("times out work that was told in the same moment, but before", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      const late = taskGroup(async (group) => {
        const getter = group.createTask(() => timeout(10, () => queue.get()));
        group.createTask(async () => {
          await sleep(10);
          queue.putNowait(1);
        });
        await errorOf(() => getter);
      });
      const error = await errorOf(() => late);
      expect(error.errors?.[0]).toBeInstanceOf(TimeoutError);
      expect(queue.size).toBe(1);
    }));

  it("keeps the wake-up of one who stands in a list with others that are cancelled", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      const got: string[] = [];
      await taskGroup(async (group) => {
        const getters = ["a", "b", "c"].map((name) =>
          group.createTask(async () => {
            got.push(`${name}${await queue.get()}`);
          }),
        );
        await sleep(1);
        queue.putNowait(1);
        for (const getter of getters.slice(0, 2)) getter.cancel();
        queue.putNowait(2);
      });
      expect(got).toEqual(["a1", "c2"]);
    }));
});

describe("S5: the outermost cancelled scope absorbs, and no other", () => {
  const flags = ({ cancelled, cancelCaught }: CancelScope): string =>
    `${cancelled ? "cancelled" : "not cancelled"}, ${cancelCaught ? "caught" : "not caught"}`;

  it("ends a cancelled scope without an error and without a value", () =>
    virtualTime(async () => {
      let handle: CancelScope | undefined;
      const value = await cancelScope(async (scope) => {
        handle = scope;
        scope.cancel();
        await sleep(1);
        return "never";
      });
      expect(value).toBe(undefined);
      expect(flags(handle as CancelScope)).toBe("cancelled, caught");
    }));

  it("lets the cancellation of an outer scope pass through an inner one", () =>
    virtualTime(async () => {
      const handles: CancelScope[] = [];
      await cancelScope(async (outer) => {
        handles.push(outer);
        await cancelScope(async (inner) => {
          handles.push(inner);
          outer.cancel();
          await sleep(1);
        });
        throw new Error("the inner scope must not absorb it");
      });
      expect(handles.map(flags)).toEqual(["cancelled, caught", "not cancelled, not caught"]);
    }));

  for (const order of ["the inner one first", "the outer one first"]) {
    it(`is absorbed by the outer of two cancelled scopes, ${order}`, () =>
      virtualTime(async () => {
        const handles: CancelScope[] = [];
        await cancelScope(async (outer) => {
          handles.push(outer);
          await cancelScope(async (inner) => {
            handles.push(inner);
            for (const scope of order.includes("inner one") ? [inner, outer] : [outer, inner]) scope.cancel();
            await sleep(1);
          });
          throw new Error("the inner scope must not absorb it");
        });
        expect(handles.map(flags)).toEqual(["cancelled, caught", "cancelled, not caught"]);
      }));
  }

  it("lets an outer cancellation take over from an inner one that is on its way", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(async (outer) => {
        await cancelScope(async (inner) => {
          inner.cancel();
          try {
            await sleep(1);
          } finally {
            outer.cancel();
          }
        });
        log("never");
      });
      expect(log.lines).toEqual([]);
    }));

  it("is absorbed by the inner one when a shield between them hides the outer", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(async (outer) => {
        await shield(async () => {
          await cancelScope(async (inner) => {
            outer.cancel();
            inner.cancel();
            await sleep(1);
          });
          log("inner absorbed");
          await sleep(1);
          log("shield waits");
        });
        await sleep(1);
        log("never");
      });
      expect(log.lines).toEqual(["0 inner absorbed", "1 shield waits"]);
    }));

  it("stops at the inner scope when a shield comes up between the two after both were cancelled", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(async (outer) => {
        await cancelScope(async (middle) => {
          await cancelScope(async (inner) => {
            outer.cancel("outer");
            inner.cancel("inner");
            middle.shield = true;
            const error = await errorOf(() => sleep(1));
            log(`inner met ${String(error.reason)}`);
            throw error;
          });
          await sleep(1);
          log("middle waits");
        });
        await sleep(1);
        log("never");
      });
      expect(log.lines).toEqual(["0 inner met inner", "1 middle waits"]);
    }));

  it("goes on its way to the outer scope when a shield comes up behind it", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(async (outer) => {
        await cancelScope(async (middle) => {
          outer.cancel();
          try {
            await sleep(1);
          } finally {
            middle.shield = true;
          }
        });
        log("never");
      });
      log("outer absorbed");
      expect(log.lines).toEqual(["0 outer absorbed"]);
    }));

  it("never absorbs an ordinary error, cancelled or not", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        cancelScope(async (scope) => {
          scope.cancel();
          throw new Error("ordinary");
        }),
      );
      expect(error.message).toBe("ordinary");
    }));

  it("knows its cancellation in what Promise.any() makes of it, unless there is an ordinary error too", () =>
    virtualTime(async () => {
      expect((await errorOf(() => timeout(10, () => Promise.any([sleep(20), sleep(30)])))).name).toBe("TimeoutError");
      const fails = Promise.reject(new Error("x"));
      const error = await errorOf(() => timeout(10, () => Promise.any([fails, sleep(30)])));
      expect(error).toBeInstanceOf(AggregateError);
      const nothing: Promise<void>[] = [];
      expect(await errorOf(() => timeout(10, () => Promise.any(nothing)))).toBeInstanceOf(AggregateError);
    }));

  it("does not take a cancellation for its own that was made by hand or is of something else", () =>
    virtualTime(async () => {
      const byHand = new CancelledError("by hand");
      expect(await errorOf(() => cancelScope(() => Promise.reject(byHand)))).toBe(byHand);
      const task = createTask(() => sleep(Infinity));
      await task.cancelAndWait("not yours");
      const error = await errorOf(() => cancelScope(async () => await task));
      expect(error.reason).toBe("not yours");
    }));

  it("reads as not caught when nothing waited after the cancellation", () =>
    virtualTime(async () => {
      let handle: CancelScope | undefined;
      const value = await cancelScope((scope) => {
        handle = scope;
        scope.cancel();
        return 5;
      });
      expect(value).toBe(5);
      expect(flags(handle as CancelScope)).toBe("cancelled, not caught");
    }));
});

describe("S6: deadline and shield can be changed while the scope is open", () => {
  it("puts a deadline off that had nearly come", () =>
    virtualTime(async () => {
      await timeout(10, async (scope) => {
        expect(scope.deadline).toBe(10);
        await sleep(9);
        scope.deadline = now() + 100;
        await sleep(50);
      });
      expect(now()).toBe(59);
    }));

  it("brings a deadline forward, for those who wait already", () =>
    virtualTime(async () => {
      await moveOnAfter(1000, async (scope) => {
        createTask(async () => {
          await sleep(5);
          scope.deadline = 20;
        });
        await sleep(Infinity);
      });
      expect(now()).toBe(20);
    }));

  it("is cancelled at once by a deadline in the past", () =>
    virtualTime(async () => {
      await sleep(10);
      await cancelScope(async (scope) => {
        scope.deadline = 5;
        expect([scope.cancelled, scope.expired]).toEqual([true, true]);
        await sleep(1);
      });
      expect(now()).toBe(10);
    }));

  it("takes a deadline away with Infinity", () =>
    virtualTime(async (clock) => {
      await timeout(10, async (scope) => {
        scope.deadline = Infinity;
        expect(clock.pending).toBe(0);
        await sleep(50);
      });
    }));

  it("leaves no timer behind, however often the deadline moved", () =>
    virtualTime(async (clock) => {
      await cancelScope(async (scope) => {
        for (const moment of [50, 10, 90, 20, 20]) scope.deadline = moment;
        expect(clock.pending).toBe(1);
      });
      expect(clock.pending).toBe(0);
    }));

  it("refuses to move the deadline of a scope that was left", () =>
    virtualTime(async () => {
      let left: CancelScope | undefined;
      await cancelScope((scope) => {
        left = scope;
      });
      const error = await errorOf(() => {
        (left as CancelScope).deadline = 5;
      });
      expect(error).toMatchObject({ name: "InvalidStateError", code: "HEDDLE_INVALID_STATE" });
      expect(error.message).toMatch(/^Cannot move the deadline of a scope as it was left: received 5$/);
    }));

  it("keeps the first cause when the deadline comes after a cancel()", () =>
    virtualTime(async () => {
      await cancelScope(
        async (scope) => {
          scope.cancel("first");
          await shield(() => sleep(50));
          expect([scope.reason, scope.expired]).toEqual(["first", false]);
        },
        { timeout: 10 },
      );
    }));

  it("obeys its own deadline behind its own shield", () =>
    virtualTime(async () => {
      const error = await errorOf(() => shield(() => sleep(Infinity), { timeout: 10 }));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(now()).toBe(10);
    }));

  it("obeys its own cancel() behind its own shield", () =>
    virtualTime(async () => {
      const value = await cancelScope(
        async (scope) => {
          scope.cancel();
          await sleep(10);
          return "never";
        },
        { shield: true },
      );
      expect(value).toBe(undefined);
    }));

  it("lets a hidden cancellation in when the shield comes down, to those who wait already", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          await cancelScope(
            async (inner) => {
              createTask(async () => {
                await sleep(30);
                inner.shield = false;
              });
              await sleep(100).finally(() => log("woken"));
            },
            { shield: true },
          );
          log("never");
        },
        { timeout: 10 },
      );
      expect(log.lines).toEqual(["30 woken"]);
    }));

  it("hides a cancellation again when the shield goes up", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(async (outer) => {
        await cancelScope(async (inner) => {
          outer.cancel();
          await errorOf(() => sleep(1));
          inner.shield = true;
          await sleep(1);
          log("waited");
          inner.shield = false;
          await errorOf(() => sleep(1));
          log("met again");
        });
      });
      expect(log.lines).toEqual(["1 waited", "1 met again"]);
    }));
});

describe("S7: signals", () => {
  it("makes a signal only when asked, once, and aborts it with the CancelledError", () =>
    virtualTime(async () => {
      await cancelScope(async (scope) => {
        expect(currentScope().hasSignal).toBe(false);
        const { signal } = scope;
        expect(scope.signal).toBe(signal);
        expect(signal.aborted).toBe(false);
        scope.cancel("why");
        expect(signal.aborted).toBe(true);
        expect(signal.reason).toBeInstanceOf(CancelledError);
        expect(signal.reason.reason).toBe("why");
        expect(await errorOf(() => sleep(1))).toBe(signal.reason);
      });
    }));

  it("gives an aborted signal in a scope that is cancelled already", () =>
    virtualTime(() =>
      cancelScope((scope) => {
        scope.cancel();
        expect(scope.signal.aborted).toBe(true);
      }),
    ));

  it("aborts the signals of all scopes below, but not behind a shield", () =>
    virtualTime(async () => {
      await cancelScope(async (outer) => {
        await cancelScope(async (inner) => {
          await cancelScope(
            async (shielded) => {
              const signals = [outer.signal, inner.signal, shielded.signal];
              outer.cancel();
              expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
              shielded.shield = false;
              expect(shielded.signal.aborted).toBe(true);
            },
            { shield: true },
          );
        });
      });
    }));

  it("tells listeners when the whole tree is cancelled already, so that none sees half of it", () =>
    virtualTime(async () => {
      const seen: unknown[] = [];
      await cancelScope(async (outer) => {
        outer.signal.addEventListener("abort", () => seen.push(inside.effective));
        let inside = currentScope();
        await cancelScope(async () => {
          inside = currentScope();
          outer.cancel();
        });
      });
      expect(seen).toHaveLength(1);
      expect(seen[0]).toBeInstanceOf(CancelledError);
    }));

  it("is cancelled by a foreign signal, with that signal's reason", () =>
    virtualTime(async () => {
      const controller = new AbortController();
      let reason: unknown;
      await cancelScope(
        async (scope) => {
          createTask(async () => {
            await sleep(5);
            controller.abort("enough");
          });
          await errorOf(() => sleep(Infinity));
          reason = scope.reason;
        },
        { signal: controller.signal },
      );
      expect([reason, now()]).toEqual(["enough", 5]);
    }));

  it("starts the body with a signal that has fired, and stops it at its first wait", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          log("starts");
          await sleep(1);
          log("never");
        },
        { signal: AbortSignal.abort() },
      );
      expect(log.lines).toEqual(["0 starts"]);
    }));

  it("puts one listener on a foreign signal for any number of scopes, and takes it off with the last", () =>
    virtualTime(async () => {
      const { signal } = new AbortController();
      const count = (): number => getEventListeners(signal, "abort").length;
      await taskGroup((group) => {
        for (let i = 0; i < 50; i++) group.createTask(() => cancelScope(() => sleep(1 + i), { signal }));
        group.createTask(async () => {
          await sleep(25.5);
          expect(count()).toBe(1);
        });
      });
      expect(count()).toBe(0);
    }));

  it("takes the listener off after an error, a cancellation and an abort too", () =>
    virtualTime(async () => {
      const controller = new AbortController();
      const { signal } = controller;
      await errorOf(() => cancelScope(() => Promise.reject(new Error("x")), { signal }));
      await cancelScope(() => sleep(10), { signal, timeout: 1 });
      await cancelScope(
        async () => {
          controller.abort();
          await sleep(1);
        },
        { signal },
      );
      expect(getEventListeners(signal, "abort")).toEqual([]);
    }));

  it("does not believe an abort event at a signal that is not aborted", () =>
    virtualTime(async () => {
      const { signal } = new AbortController();
      await cancelScope(
        async (scope) => {
          signal.dispatchEvent(new Event("abort"));
          expect(scope.cancelled).toBe(false);
          await sleep(1);
        },
        { signal },
      );
    }));

  it("cancels a run, and leaves no listener there either", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const error = await errorOf(() =>
      run(
        async () => {
          controller.abort("stop");
          await sleep(1);
        },
        { signal, clock: new VirtualClock() },
      ),
    );
    expect(error).toMatchObject({ name: "CancelledError", reason: "stop" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("does not warn of a leak when many listen to one scope's signal", () =>
    virtualTime(async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      process.on("warning", onWarning);
      await cancelScope(async ({ signal }) => {
        for (let i = 0; i < 30; i++) signal.addEventListener("abort", () => {});
        await settle();
      });
      process.off("warning", onWarning);
      expect(warnings).toEqual([]);
    }));
});

describe("S8: work that outlives its scope belongs to the nearest ancestor that is open", () => {
  it("goes on waiting when the scope that it was started in is left", () =>
    virtualTime(async () => {
      let floating: Promise<string> | undefined;
      await cancelScope(() => {
        floating = sleep(10).then(() => "done");
      });
      expect(await floating).toBe("done");
    }));

  it("meets the cancellation of the ancestor, in the wait that it was in when its scope was left", () =>
    virtualTime(async () => {
      let met: unknown;
      await cancelScope(
        async () => {
          await cancelScope(() => {
            void sleep(Infinity).catch((error) => {
              met = error;
            });
          });
          await sleep(Infinity);
        },
        { timeout: 10 },
      );
      expect(met).toBeInstanceOf(CancelledError);
    }));

  it("meets the cancellation of the ancestor in later waits, and in scopes that it opens later", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          await cancelScope(() => {
            void (async () => {
              await sleep(2);
              await cancelScope(() => sleep(50)).finally(() => log("floating work stops"));
            })().catch(() => {});
          });
          await sleep(Infinity);
        },
        { timeout: 10 },
      );
      await settle();
      expect(log.lines).toEqual(["10 floating work stops"]);
    }));

  it("does not meet a cancellation of the scope that was left", () =>
    virtualTime(async () => {
      const log = timeline();
      let left: CancelScope | undefined;
      await cancelScope((scope) => {
        left = scope;
        void sleep(10).then(() => log("floating work ends"));
      });
      expect((left as CancelScope).cancel()).toBe(false);
      await sleep(20);
      expect(log.lines).toEqual(["10 floating work ends"]);
    }));

  it("meets it at once when its own shielded scope is left below a cancelled one", () =>
    virtualTime(async () => {
      let met: unknown;
      await cancelScope(async (outer) => {
        outer.cancel();
        await shield(() => {
          void sleep(Infinity).catch((error) => {
            met = error;
          });
        });
        await Promise.resolve();
        expect(met).toBeInstanceOf(CancelledError);
      });
    }));

  it("hands on scopes that are still open, with their deadlines and what waits in them", () =>
    virtualTime(async () => {
      let floating: Promise<unknown> | undefined;
      await cancelScope(async () => {
        floating = moveOnAfter(10, () => sleep(Infinity));
      });
      await floating;
      expect(now()).toBe(10);
    }));

  it("hands on callbacks", () =>
    virtualTime(async () => {
      let called = 0;
      await cancelScope(async (outer) => {
        await cancelScope(() => {
          onCancel(() => called++);
        });
        expect(called).toBe(0);
        outer.cancel();
        expect(called).toBe(1);
      });
    }));

  it("takes back its timer from the clock that it was set on, also when that of its heir is another", async () => {
    const [outer, inner] = [new VirtualClock(), new VirtualClock({ autoJump: false })];
    await run(
      () =>
        cancelScope(async (scope) => {
          let letGo = (): void => {};
          let left: Promise<void> | undefined;
          await run(
            () => {
              left = shield(async () => {
                void sleep(1000).catch(() => {});
                await new Promise<void>((resolve) => {
                  letGo = resolve;
                });
              });
            },
            { clock: inner },
          );
          expect([outer.pending, inner.pending]).toEqual([0, 1]);
          letGo();
          await left;
          scope.cancel();
          expect([outer.pending, inner.pending]).toEqual([0, 0]);
        }),
      { clock: outer },
    );
  });
});

describe("S9: a deadline that was swallowed has passed all the same", () => {
  it("throws when the body caught its cancellation and returned", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        timeout(10, async () => {
          await sleep(50).catch(() => {});
          return "as if nothing had happened";
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
    }));

  it("throws when it was swallowed deep inside, in a task of a group", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        timeout(10, async () => {
          await taskGroup((group) => {
            group.createTask(() => sleep(50).catch(() => {}));
          }).catch(() => {});
          return "done";
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
    }));

  it("lets an ordinary error that came instead of the cancellation out as it is", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        timeout(10, async () => {
          await sleep(50).catch(() => {
            throw new Error("while cleaning up");
          });
        }),
      );
      expect(error.message).toBe("while cleaning up");
    }));

  it("returns the value of a body that never met the deadline", () =>
    virtualTime(async () => {
      const value = await timeout(10, async () => {
        await shield(() => sleep(50));
        return "in hand";
      });
      expect(value).toBe("in hand");
    }));

  it("does not throw for a swallowed cancellation that was not the deadline's", () =>
    virtualTime(async () => {
      const value = await timeout(10, async (scope) => {
        scope.cancel();
        await sleep(1).catch(() => {});
        return "as was asked";
      });
      expect(value).toBe("as was asked");
    }));

  it("returns from moveOnAfter() what the body returned", () =>
    virtualTime(async () => {
      const value = await moveOnAfter(10, async (scope) => {
        await sleep(50).catch(() => {});
        return scope.expired;
      });
      expect(value).toBe(true);
    }));
});
