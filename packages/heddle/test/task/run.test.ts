import type { Task } from "heddle";
import {
  cancelScope,
  createTask,
  currentTask,
  gather,
  mapConcurrent,
  now,
  run,
  ShutdownTimeoutError,
  shield,
  sleep,
  taskGroup,
  timeout,
} from "heddle";
import { currentScope } from "heddle/lowlevel";
import { settle, VirtualClock, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

/** A run under a virtual clock, without the watch for deadlocks and all else that `virtualTime()` adds. */
const virtual = () => ({ clock: new VirtualClock() });

describe("run", () => {
  it("gives what main gives, and throws what main throws", async () => {
    expect(await run(() => 1)).toBe(1);
    expect(await run(async () => 2)).toBe(2);
    const failure = new Error("x");
    expect(await errorOf(() => run(() => Promise.reject(failure)))).toBe(failure);
    expect(
      await errorOf(() =>
        run(() => {
          throw failure;
        }),
      ),
    ).toBe(failure);
  });

  it("runs main in a task that is named main", () =>
    run(() => expect([currentTask()?.name, currentTask()?.state]).toEqual(["main", "running"])));

  it("cancels background tasks when main has ended, and waits for their clean-up", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const value = await run(
      () => {
        createTask(async () => {
          try {
            await sleep(Infinity);
          } finally {
            await shield(() => sleep(50));
            seen.push(`cleaned up at ${now()}`);
          }
        });
        return sleep(10).then(() => "value");
      },
      { clock },
    );
    expect([value, ...seen, clock.pending]).toEqual(["value", "cleaned up at 60", 0]);
  });

  it("waits for tasks that background tasks create while they clean up", async () => {
    const seen: string[] = [];
    await run(() => {
      createTask(async () => {
        await errorOf(() => sleep(Infinity));
        createTask(async () => {
          seen.push("started");
          await errorOf(() => sleep(1));
          seen.push("ended");
        });
      });
    }, virtual());
    expect(seen).toEqual(["started", "ended"]);
  });

  it("leaves nothing in the scope around it", () =>
    virtualTime(async (clock) => {
      await run(() => void createTask(() => sleep(5)));
      await errorOf(() => run(() => Promise.reject(new Error("x"))));
      expect([[...currentScope().children], [...currentScope().inside], clock.pending]).toEqual([[], [], 0]);
    }));

  it("is cancelled by an enclosing scope, and throws on what that is to absorb", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          await run(async () => {
            createTask(() => sleep(Infinity).finally(() => log("background stops")));
            await sleep(Infinity).finally(() => log("main stops"));
          });
          log("never");
        },
        { timeout: 10 },
      );
      expect(log.lines.sort()).toEqual(["10 background stops", "10 main stops"]);
    }));

  it("gives the result of a main that returns though the run was cancelled", async () => {
    const controller = new AbortController();
    const value = await run(
      async () => {
        controller.abort();
        await errorOf(() => sleep(1));
        return "all the same";
      },
      { ...virtual(), signal: controller.signal },
    );
    expect(value).toBe("all the same");
  });

  it("starts main with a signal that has fired, and stops it at its first wait", async () => {
    let started = false;
    const error = await errorOf(() =>
      run(
        async () => {
          started = true;
          await sleep(1);
        },
        { ...virtual(), signal: AbortSignal.abort("before") },
      ),
    );
    expect([started, error.name, error.reason]).toEqual([true, "CancelledError", "before"]);
  });

  it("inherits the clock and the onError of the run around it", () =>
    virtualTime(async (clock) => {
      await run(async () => {
        expect(currentScope().runtime.clock).toBe(clock);
        await sleep(5);
      });
      expect(now()).toBe(5);
    }));

  it("can be used many times in a process, also at the same time", async () => {
    const counts = await Promise.all(
      [1, 2, 3].map((n) =>
        run(async () => {
          await sleep(n);
          return now();
        }, virtual()),
      ),
    );
    expect(counts).toEqual([1, 2, 3]);
  });

  it("waits for a task that comes on the last stretch, or it is the next run's around it", () =>
    virtualTime(async () => {
      const outer = currentScope().parent;
      for (let jobs = 0; jobs < 25; jobs++) {
        const late: Task<unknown>[] = [];
        await run(async () => {
          const addLater = async (): Promise<void> => {
            for (let i = 0; i < jobs; i++) await undefined;
            late.push(createTask(() => shield(() => sleep(5))));
          };
          await sleep(1);
          void addLater();
        });
        await settle();
        for (const task of late) if (!task.done) expect(task.owner.scope).toBe(outer);
      }
    }));

  it("waits for all that hangs on the run, not only for the tasks that createTask() made", async () => {
    const log: string[] = [];
    const stopping = (name: string) => async (): Promise<void> => {
      try {
        await sleep(Infinity);
      } finally {
        await shield(() => sleep(10));
        log.push(`${name} stopped`);
      }
    };
    await run(async () => {
      // Nobody awaits these: the mistake is the program's, but their tasks are the run's.
      void taskGroup((group) => void group.createTask(stopping("group"))).catch(() => {});
      void gather(stopping("gather")).catch(() => {});
      void mapConcurrent([1], stopping("map"), { limit: 1 })
        .next()
        .catch(() => {});
      await sleep(1);
    }, virtual());
    expect(log.sort()).toEqual(["gather stopped", "group stopped", "map stopped"]);
  });
});

describe("shutdownTimeout", () => {
  const stubborn = (ms: number) => () => shield(() => sleep(ms));

  it("gives up on tasks that do not stop, and names them", async () => {
    const clock = new VirtualClock();
    const error = await errorOf(() =>
      run(
        async () => {
          createTask(stubborn(100), { name: "uploader" });
          createTask(() => sleep(5), { name: "obedient" });
          await sleep(1);
        },
        { clock, shutdownTimeout: 20 },
      ),
    );
    expect(error).toBeInstanceOf(ShutdownTimeoutError);
    expect(error.message).toMatch(
      /^1 task did not stop within 20 ms of being cancelled:\n {2}uploader \(created at .*run\.test\.ts:\d+:\d+\)$/,
    );
    expect(clock.now()).toBe(21);
  });

  it("gives nothing up when they stop in time, and leaves no timer", async () => {
    const clock = new VirtualClock();
    const value = await run(
      async () => {
        createTask(stubborn(15));
        await sleep(1);
        return "value";
      },
      { clock, shutdownTimeout: 20 },
    );
    expect([value, clock.pending, clock.now()]).toEqual(["value", 0, 15]);
  });

  it("counts from the cancellation, whoever it comes from", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const error = await errorOf(() =>
      run(
        async () => {
          createTask(async () => {
            await sleep(30);
            controller.abort();
          });
          await shield(() => sleep(1000));
        },
        { clock, signal: controller.signal, shutdownTimeout: 20 },
      ),
    );
    expect(error).toBeInstanceOf(ShutdownTimeoutError);
    expect((error as ShutdownTimeoutError).tasks[0]).toMatch(/^main/);
    expect(clock.now()).toBe(50);
  });

  it("throws what main threw, and reports that something hangs", async () => {
    const reported: unknown[] = [];
    const error = await errorOf(() =>
      run(
        async () => {
          createTask(stubborn(100));
          await sleep(1);
          throw new Error("main failed");
        },
        { ...virtual(), shutdownTimeout: 20, onError: (each) => reported.push(each) },
      ),
    );
    expect(error.message).toBe("main failed");
    expect(reported).toHaveLength(1);
    expect(reported[0]).toBeInstanceOf(ShutdownTimeoutError);
  });

  it("does not take the cancellation back from tasks that it gave up on, nor report it as an error", async () => {
    const clock = new VirtualClock();
    const reported: unknown[] = [];
    let hung: Task<void> | undefined;
    const log: string[] = [];
    const error = await errorOf(() =>
      run(
        async () => {
          hung = createTask(async () => {
            try {
              await sleep(Infinity);
            } finally {
              await shield(() => sleep(100));
              log.push((await errorOf(() => sleep(1000))).name);
            }
          });
          await sleep(1);
        },
        { clock, shutdownTimeout: 20, onError: (each) => reported.push(each) },
      ),
    );
    expect(error).toBeInstanceOf(ShutdownTimeoutError);
    await run(() => sleep(200), { clock });
    await settleOn(clock);
    expect([log, hung?.state, reported, clock.pending]).toEqual([["CancelledError"], "cancelled", [], 0]);
  });

  it("gives no time at all with zero", async () => {
    const error = await errorOf(() =>
      run(
        () => {
          createTask(stubborn(100));
          return settle();
        },
        { ...virtual(), shutdownTimeout: 0 },
      ),
    );
    expect(error).toBeInstanceOf(ShutdownTimeoutError);
  });
});

function settleOn(clock: VirtualClock): Promise<void> {
  return run(() => settle(), { clock });
}

describe("what run refuses", () => {
  it("refuses a promise in place of main", () =>
    expectRefused(
      () => run(Promise.resolve() as unknown as () => void),
      "Cannot run as a function is needed: received a promise; it has already started, hand over the function: " +
        "run(() => main())",
    ));

  it("refuses options of the wrong type, and unknown ones, before main starts", async () => {
    let started = false;
    const start = (options: unknown) => () =>
      run(() => {
        started = true;
      }, options as object);
    await expectRefused(start({ signal: new AbortController() }), /^Cannot run as signal must be an AbortSignal: /);
    await expectRefused(start({ name: 5 }), "Cannot run as the name must be a string: received 5");
    await expectRefused(start({ handleSignals: "no" }), /^Cannot run as handleSignals must be true or false: /);
    await expectRefused(
      start({ shutdownTimeout: "5" }),
      /^Cannot run as shutdownTimeout must be a number of milliseconds: received "5"/,
    );
    await expectRefused(start({ onError: "log" }), /^Cannot run as a function is needed: received "log"/);
    await expectRefused(start({ clock: {} }), "Cannot run as clock must be a Clock: received an object");
    await expectRefused(start({ clock: null }), "Cannot run as clock must be a Clock: received null");
    await expectRefused(
      start({ timeout: 5 }),
      /^Cannot run as the options are signal, onError, name, clock, handleSignals, shutdownTimeout.*: received "timeout"$/,
    );
    await expectRefused(start(null), "Cannot run as the options must be an object: received null");
    expect(started).toBe(false);
  });

  it("runs inside a timeout as any other work does", () =>
    virtualTime(async () => {
      const error = await errorOf(() => timeout(10, () => run(() => sleep(Infinity))));
      expect(error.name).toBe("TimeoutError");
    }));
});
