import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import type { RunOptions, Task } from "heddle";
import { cancelScope, createTask, currentTask, gather, run, shield, sleep, taskGroup, timeout } from "heddle";
import { currentScope } from "heddle/lowlevel";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

describe("T1: a task starts soon, below its owner and not inside its caller", () => {
  it("does not start before the caller has gone on", () =>
    virtualTime(async () => {
      const log = timeline();
      const task = createTask(() => log("task"));
      log("caller");
      expect(task.state).toBe("created");
      await task;
      expect(log.lines).toEqual(["0 caller", "0 task"]);
    }));

  it("starts tasks in the order in which they were created, whoever created them", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup((group) => {
        createTask(() => log("a"));
        group.createTask(() => log("b"));
        createTask(() => log("c"));
        group.createTask(() => log("d"));
      });
      expect(log.lines).toEqual(["0 a", "0 b", "0 c", "0 d"]);
    }));

  it("runs on when the caller's scope is cancelled", () =>
    virtualTime(async () => {
      let task: Task<string> | undefined;
      await cancelScope(async (scope) => {
        task = createTask(async () => {
          await sleep(10);
          return "done";
        });
        scope.cancel();
        await sleep(1);
      });
      expect(await task).toBe("done");
    }));

  it("is below the run when a task of a group creates it, and survives that group", () =>
    virtualTime(async () => {
      const runScope = currentScope().parent;
      let task: Task<number> | undefined;
      await taskGroup((group) => {
        group.createTask(() => {
          task = createTask(async () => {
            expect(currentScope().parent).toBe(runScope);
            await sleep(10);
            return 1;
          });
        });
      });
      expect(task?.done).toBe(false);
      expect(await task).toBe(1);
    }));

  it("sees the contexts of the user's own storages at the call that created it, and only those", () =>
    virtualTime(async () => {
      const storage = new AsyncLocalStorage<string>();
      const seen: Record<string, string | undefined> = {};
      const note = (name: string) => async (): Promise<void> => {
        const atStart = storage.getStore();
        await sleep(1);
        seen[name] = storage.getStore() === atStart ? atStart : "changed";
      };
      await taskGroup(async (group) => {
        storage.run("A", () => group.createTask(note("in A")));
        storage.run("B", () => createTask(note("in B")));
        group.createTask(note("in neither"));
        storage.run("C", () => void group.start((ready) => note("in C")().then(() => ready(undefined))));
        await storage.run("D", () => gather(note("in D")));
      });
      await sleep(5);
      expect(seen).toEqual({ "in A": "A", "in B": "B", "in neither": undefined, "in C": "C", "in D": "D" });
      expect(storage.getStore()).toBe(undefined);
    }));

  it("sees the contexts of its own creation also when it had to wait for its turn", () =>
    virtualTime(async () => {
      const storage = new AsyncLocalStorage<string>();
      const seen: (string | undefined)[] = [];
      const note = async (): Promise<void> => {
        await sleep(1);
        seen.push(storage.getStore());
      };
      await taskGroup(
        (group) => {
          for (const name of ["A", "B", "C"]) storage.run(name, () => group.createTask(note));
          group.createTask(note);
        },
        { limit: 1 },
      );
      expect(seen).toEqual(["A", "B", "C", undefined]);
    }));

  it("does not change the contexts of its creator, nor of the code after it", () =>
    virtualTime(async () => {
      const storage = new AsyncLocalStorage<string>();
      await storage.run("mine", async () => {
        const me = currentTask();
        const task = createTask(() => storage.run("other", () => sleep(1)));
        expect([storage.getStore(), currentTask()]).toEqual(["mine", me]);
        await task;
        expect([storage.getStore(), currentTask()]).toEqual(["mine", me]);
      });
    }));

  it("knows the current task after every kind of wait, interleaved with others", () =>
    virtualTime(async () => {
      const check = async (): Promise<void> => {
        const me = currentTask();
        for (let i = 0; i < 5; i++) {
          await sleep(i % 3);
          expect(currentTask()).toBe(me);
          await Promise.resolve();
          expect(currentTask()).toBe(me);
          await new Promise((resolve) => process.nextTick(resolve));
          expect(currentTask()).toBe(me);
          await timeout(10, () => sleep(1));
          expect(currentTask()).toBe(me);
        }
      };
      await gather(check, check, check);
    }));
});

describe("T2: a task that was cancelled before it started starts all the same", () => {
  it("runs to its first wait, and its finally blocks run", () =>
    virtualTime(async () => {
      const log = timeline();
      const task = createTask(async () => {
        log("starts");
        try {
          await sleep(1);
          log("never");
        } finally {
          await shield(() => sleep(5));
          log("cleaned up");
        }
      });
      task.cancel("too early");
      expect(task.state).toBe("created");
      expect(await errorOf(() => task)).toMatchObject({ name: "CancelledError", reason: "too early" });
      expect(log.lines).toEqual(["0 starts", "5 cleaned up"]);
      expect(task.state).toBe("cancelled");
    }));

  it("succeeds if it never waits", () =>
    virtualTime(async () => {
      const task = createTask(() => 5);
      task.cancel();
      expect(await task).toBe(5);
      expect(task.state).toBe("succeeded");
    }));

  it("holds for all that wait for their turn in a group that is cancelled", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(
        async (group) => {
          for (const name of ["a", "b", "c"]) {
            group.createTask(async () => {
              log(`${name} starts`);
              await sleep(10);
              log("never");
            });
          }
          await sleep(1);
          group.cancel();
        },
        { limit: 1 },
      );
      expect(log.lines).toEqual(["0 a starts", "1 b starts", "1 c starts"]);
    }));
});

describe("T3: awaiting a task gives its result and does not own it", () => {
  it("gives the result to all who await it, before and after its end", () =>
    virtualTime(async () => {
      const task = createTask(async () => {
        await sleep(10);
        return { value: 1 };
      });
      const [a, b] = await Promise.all([task, task]);
      expect(a).toBe(b);
      expect(await task).toBe(a);
    }));

  it("throws what the task threw, the same object, to all", () =>
    virtualTime(async () => {
      const failure = new Error("x");
      const task = createTask(async () => {
        await sleep(1);
        throw failure;
      });
      const errors = await Promise.all([errorOf(() => task), errorOf(() => task)]);
      expect([...errors, await errorOf(() => task)]).toEqual([failure, failure, failure]);
    }));

  it("lets the task run on when an awaiter is cancelled, and the other awaiters too", () =>
    virtualTime(async () => {
      const task = createTask(() => sleep(50).then(() => "done"));
      const patient = (async () => await task)();
      await cancelScope(async () => await task, { timeout: 10 });
      expect(task.state).toBe("running");
      expect(await patient).toBe("done");
    }));

  it("goes through then() with and without handlers as a promise does", () =>
    virtualTime(async () => {
      const task = createTask(() => 2);
      expect(await task.then((value) => value * 2)).toBe(4);
      expect(await task.then(null, null)).toBe(2);
      expect(await Promise.all([task, Promise.race([task])])).toEqual([2, 2]);
      const failing = createTask(() => Promise.reject(new Error("x")));
      expect(await failing.then(undefined, (error) => (error as Error).message)).toBe("x");
    }));

  it("refuses to be awaited inside itself", () =>
    virtualTime(async () => {
      const task: Task<unknown> = createTask(async () => await task, { name: "loop" });
      const error = await errorOf(() => task);
      expect(error.name).toBe("InvalidStateError");
      expect(error.message).toBe('Cannot await task "loop" inside itself as it would wait for ever');
    }));

  it("refuses to be cancelled and awaited inside itself", () =>
    virtualTime(async () => {
      const task: Task<unknown> = createTask(() => task.cancelAndWait(), { name: "loop" });
      expect((await errorOf(() => task)).message).toMatch(/^Cannot await task "loop" inside itself/);
    }));

  it("adopts what a thenable gives that is no promise", () =>
    virtualTime(async () => {
      const query = { then: (resolve: (value: string) => void) => resolve("rows") };
      expect(await createTask(() => query as PromiseLike<string>)).toBe("rows");
    }));

  it("fails when reading the then of what its function returned fails", () =>
    virtualTime(async () => {
      const trap = Object.defineProperty({}, "then", {
        get() {
          throw new Error("trap");
        },
      });
      expect((await errorOf(() => createTask(() => trap))).message).toBe("trap");
    }));
});

describe("T4: cancelling a task", () => {
  it("makes its waits throw the reason, and says if it was the first to ask", () =>
    virtualTime(async () => {
      const task = createTask(() => sleep(Infinity));
      await settle();
      expect([task.cancel("first"), task.cancel("second")]).toEqual([true, false]);
      expect(await errorOf(() => task)).toMatchObject({ reason: "first" });
      expect(task.cancel()).toBe(false);
    }));

  it("reaches everything that the task has opened", () =>
    virtualTime(async (clock) => {
      const log = timeline();
      const task = createTask(() =>
        taskGroup(async (group) => {
          group.createTask(() => sleep(Infinity).finally(() => log("child stops")));
          await timeout(1000, () => sleep(Infinity)).finally(() => log("body stops"));
        }),
      );
      await sleep(5);
      await task.cancelAndWait();
      expect(log.lines.sort()).toEqual(["5 body stops", "5 child stops"]);
      expect(clock.pending).toBe(0);
    }));

  it("waits in cancelAndWait() until the task has really ended", () =>
    virtualTime(async () => {
      const log = timeline();
      const task = createTask(async () => {
        try {
          await sleep(Infinity);
        } finally {
          await shield(() => sleep(50));
        }
      });
      await sleep(1);
      await task.cancelAndWait("enough");
      log(`${task.state}`);
      expect(log.lines).toEqual(["51 cancelled"]);
    }));

  it("throws from cancelAndWait() what went wrong while the task was stopping", () =>
    virtualTime(async () => {
      const task = createTask(async () => {
        try {
          await sleep(Infinity);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
          throw new Error("clean-up failed");
        }
      });
      await sleep(1);
      expect((await errorOf(() => task.cancelAndWait())).message).toBe("clean-up failed");
      expect(task.state).toBe("failed");
    }));

  it("returns from cancelAndWait() when the task ended by itself, now or before", () =>
    virtualTime(async () => {
      const done = createTask(() => 1);
      await done;
      await done.cancelAndWait();
      const stubborn = createTask(() => shield(() => sleep(10)));
      await settle();
      await stubborn.cancelAndWait();
      expect([done.state, stubborn.state]).toEqual(["succeeded", "succeeded"]);
    }));

  it("throws from cancelAndWait() when the waiter is cancelled; the task stays cancelled", () =>
    virtualTime(async () => {
      const task = createTask(() => shield(() => sleep(50)));
      await settle();
      await cancelScope(
        async () => {
          const error = await errorOf(() => task.cancelAndWait("task"));
          expect(String(error.reason)).not.toBe("task");
          throw error;
        },
        { timeout: 10 },
      );
      expect([task.state, task.scope.ownCancel?.reason]).toEqual(["running", "task"]);
    }));

  it("can be called by the task on itself, and meets it at its next wait", () =>
    virtualTime(async () => {
      const log = timeline();
      const task: Task<void> = createTask(async () => {
        task.cancel();
        log("goes on");
        await sleep(1);
        log("never");
      });
      await errorOf(() => task);
      expect(log.lines).toEqual(["0 goes on"]);
    }));

  it("does not undo a result: a task that cancels itself and returns has succeeded", () =>
    virtualTime(async () => {
      const task: Task<string> = createTask(async () => {
        task.cancel();
        return "done";
      });
      expect(await task).toBe("done");
    }));

  it("counts a task as failed that throws the cancellation of another", () =>
    virtualTime(
      async () => {
        const other = createTask(() => sleep(Infinity));
        const task = createTask(async () => await other);
        await settle();
        other.cancel();
        expect(await errorOf(() => task)).toMatchObject({ name: "CancelledError" });
        expect([other.state, task.state]).toEqual(["cancelled", "failed"]);
      },
      { onError: () => {} },
    ));
});

interface Reported {
  error: unknown;
  task: Task<unknown> | undefined;
}

function reporting(): { reported: Reported[]; options: Pick<RunOptions, "onError"> } {
  const reported: Reported[] = [];
  return { reported, options: { onError: (error, task) => void reported.push({ error, task }) } };
}

describe("T5: the error of a background task always reaches somebody", () => {
  it("reaches onError at once, with the task, its name and where it was created", async () => {
    const { reported, options } = reporting();
    const failure = new Error("x");
    await virtualTime(async () => {
      createTask(
        async () => {
          await sleep(5);
          throw failure;
        },
        { name: "poller" },
      );
      await sleep(4);
      expect(reported).toEqual([]);
      await sleep(2);
      expect(reported).toHaveLength(1);
    }, options);
    expect(reported[0]?.error).toBe(failure);
    expect(reported[0]?.task).toMatchObject({ name: "poller", state: "failed", error: failure });
    expect(reported[0]?.task?.createdAt).toMatch(/rules\/task\.test\.ts:\d+:\d+$/);
  });

  it("does not reach onError when somebody awaits the task", async () => {
    const { reported, options } = reporting();
    await virtualTime(async () => {
      const task = createTask(async () => {
        await sleep(5);
        throw new Error("x");
      });
      expect((await errorOf(() => task)).message).toBe("x");
    }, options);
    expect(reported).toEqual([]);
  });

  it("does not reach onError when a task is awaited that fails at once", async () => {
    const { reported, options } = reporting();
    const fails = (): never => {
      throw new Error("x");
    };
    const failsSoon = async (): Promise<never> => fails();
    await virtualTime(async () => {
      await errorOf(() => createTask(fails));
      await errorOf(() => createTask(failsSoon));
      await errorOf(async () => await createTask(fails));
      await errorOf(() => Promise.all([createTask(fails), sleep(1)]));
      await errorOf(() => gather(createTask(fails)));
      await errorOf(() => gather(createTask(failsSoon), () => sleep(1)));
      await errorOf(() => timeout(10, () => createTask(failsSoon)));
    }, options);
    expect(reported).toEqual([]);
  });

  it("reaches onError when the awaiter had given up before", async () => {
    const { reported, options } = reporting();
    await virtualTime(async () => {
      const task = createTask(async () => {
        await sleep(20);
        throw new Error("x");
      });
      await cancelScope(async () => await task, { timeout: 10 });
      await sleep(20);
    }, options);
    expect(reported).toHaveLength(1);
  });

  it("does not reach onError when the task was cancelled", async () => {
    const { reported, options } = reporting();
    await virtualTime(async () => {
      createTask(() => sleep(Infinity)).cancel();
      createTask(() => sleep(Infinity));
      await sleep(5);
    }, options);
    expect(reported).toEqual([]);
  });

  it("reaches onError when the clean-up fails that the end of the run has started", async () => {
    const { reported, options } = reporting();
    await virtualTime(async () => {
      createTask(async () => {
        try {
          await sleep(Infinity);
        } finally {
          await shield(() => sleep(5));
          // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
          throw new Error("late");
        }
      });
      await sleep(1);
    }, options);
    expect(reported.map(({ error }) => (error as Error).message)).toEqual(["late"]);
  });

  it("goes to the innermost run that has an onError", async () => {
    const outer = reporting();
    const inner = reporting();
    const fails = (): void => {
      createTask(() => Promise.reject(new Error("x")));
    };
    await virtualTime(async () => {
      await run(fails);
      await run(fails, inner.options);
    }, outer.options);
    expect([outer.reported.length, inner.reported.length]).toEqual([1, 1]);
  });

  for (const kind of ["plain", "async"]) {
    it(`is printed when onError itself fails, a ${kind} function, and the task's error is not lost`, async () => {
      const printed: unknown[][] = [];
      const print = console.error;
      console.error = (...args) => void printed.push(args);
      const fails = (): never => {
        throw new Error("second");
      };
      try {
        await virtualTime(
          async () => {
            createTask(() => Promise.reject(new Error("first")), { name: "poller" });
            await sleep(1);
          },
          { onError: kind === "plain" ? fails : async () => fails() },
        );
      } finally {
        console.error = print;
      }
      expect(printed.map(([, error]) => (error as Error).message)).toEqual(["first", "second"]);
      expect(printed[0]?.[0]).toMatch(/^heddle: task "poller", created at .*task\.test\.ts:\d+:\d+, failed/);
    });
  }

  it("is printed when nobody has set onError", async () => {
    const printed: unknown[][] = [];
    const print = console.error;
    console.error = (...args) => void printed.push(args);
    try {
      await virtualTime(() => {
        createTask(() => Promise.reject(new Error("x")));
      });
    } finally {
      console.error = print;
    }
    expect(printed).toHaveLength(1);
  });
});

describe("T6: results, errors, state and name can be read at any time", () => {
  it("goes from created over running to one of three ends", () =>
    virtualTime(async () => {
      const task = createTask(() => sleep(1));
      expect([task.state, task.done]).toEqual(["created", false]);
      await settle();
      expect([task.state, task.done]).toEqual(["running", false]);
      await task;
      expect([task.state, task.done]).toEqual(["succeeded", true]);
      const failing = createTask(() => Promise.reject(new Error("x")));
      await errorOf(() => failing);
      const cancelled = createTask(() => sleep(1));
      await cancelled.cancelAndWait();
      expect([failing.state, cancelled.state, failing.done, cancelled.done]).toEqual([
        "failed",
        "cancelled",
        true,
        true,
      ]);
    }));

  it("gives the result of a task that has succeeded, and refuses with the state otherwise", () =>
    virtualTime(async () => {
      const task = createTask(() => sleep(1).then(() => 7), { name: "t" });
      const refused = (): string => {
        try {
          return String(task.result);
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(refused()).toBe('Cannot read the result of task "t" as it is created');
      await settle();
      expect(refused()).toBe('Cannot read the result of task "t" as it is running');
      await task;
      expect(task.result).toBe(7);
      const cancelled = createTask(() => sleep(1), { name: "c" });
      await cancelled.cancelAndWait();
      expect((await errorOf(() => cancelled.result)).message).toBe(
        'Cannot read the result of task "c" as it is cancelled',
      );
    }));

  it("gives the error of a task that has failed or was cancelled, and undefined otherwise", () =>
    virtualTime(async () => {
      const failure = new Error("x");
      const failing = createTask(() => Promise.reject(failure));
      expect(failing.error).toBe(undefined);
      await errorOf(() => failing);
      expect(failing.error).toBe(failure);
      const cancelled = createTask(() => sleep(1));
      await cancelled.cancelAndWait("why");
      expect(cancelled.error).toMatchObject({ name: "CancelledError", reason: "why" });
      const fine = createTask(() => 1);
      await fine;
      expect(fine.error).toBe(undefined);
    }));

  it("can be failed with undefined", () =>
    virtualTime(async () => {
      const task = createTask(() => Promise.reject(undefined));
      let caught: unknown = "nothing";
      await task.then(null, (error: unknown) => {
        caught = error;
      });
      expect([caught, task.state, task.error]).toEqual([undefined, "failed", undefined]);
    }));

  it("is named by its option, else by its function, else by its number", () =>
    virtualTime(async () => {
      const poll = (): void => {};
      expect(createTask(poll).name).toBe("poll");
      expect(createTask(poll, { name: "given" }).name).toBe("given");
      const nameless = createTask(() => {});
      expect(nameless.name).toBe(`task-${nameless.id}`);
      expect(createTask(() => {}).id).toBeGreaterThan(nameless.id);
    }));

  it("shows itself in one line", () =>
    virtualTime(async () => {
      const task = createTask(() => sleep(1).then(() => "ok"), { name: "t" });
      expect(inspect(task)).toBe(`Task "t" #${task.id} created`);
      await settle();
      expect(inspect(task)).toBe(`Task "t" #${task.id} running`);
      await task;
      expect(inspect(task)).toBe(`Task "t" #${task.id} succeeded: "ok" (a string)`);
      const failing = createTask(() => Promise.reject(new RangeError("x")), { name: "f" });
      await errorOf(() => failing);
      expect(inspect(failing)).toBe(`Task "f" #${failing.id} failed: an instance of RangeError`);
      expect(String(task)).toBe("[object Task]");
    }));

  it("works in code that no run surrounds", async () => {
    const task = createTask(async () => {
      await sleep(1);
      return currentTask()?.id;
    });
    expect(await task).toBe(task.id);
    expect(task.owner.scope.parent).toBe(null);
  });
});
