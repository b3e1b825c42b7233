import type { Task, TaskGroup } from "heddle";
import {
  cancelScope,
  createTask,
  gather,
  isCancelled,
  mapConcurrent,
  moveOnAfter,
  Queue,
  shield,
  sleep,
  TaskGroupError,
  TimeoutError,
  taskGroup,
  timeout,
} from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

/** Fails with the text after some time, unless it is cancelled before. */
const failAfter = (ms: number, text: string) => async (): Promise<never> => {
  await sleep(ms);
  throw new Error(text);
};

/** Sleeps until it is cancelled, then cleans up for some time, and fails with the text if there is one. */
const cleanUpFor = (ms: number, text?: string) => async (): Promise<void> => {
  try {
    await sleep(Infinity);
  } finally {
    await shield(() => sleep(ms));
    // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
    if (text !== undefined) throw new Error(text);
  }
};

const messages = (error: unknown): string[] => (error as TaskGroupError).errors.map((each) => (each as Error).message);

describe("G1: a group ends when its body and all its children have ended, never before", () => {
  it("waits for the children when the body ends first, and returns the body's value", () =>
    virtualTime(async () => {
      const log = timeline();
      const value = await taskGroup((group) => {
        group.createTask(() => sleep(10).then(() => log("a")));
        group.createTask(() => sleep(30).then(() => log("b")));
        return "value";
      });
      log(value as string);
      expect(log.lines).toEqual(["10 a", "30 b", "30 value"]);
    }));

  it("waits for the body when the children end first", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(async (group) => {
        group.createTask(() => log("child"));
        await sleep(10);
        log("body");
      });
      expect(log.lines).toEqual(["0 child", "10 body"]);
    }));

  it("waits for children that children add, also after the body has ended", () =>
    virtualTime(async () => {
      const log = timeline();
      const grow = (group: TaskGroup, depth: number) => async (): Promise<void> => {
        await sleep(10);
        log(`${depth}, group is ${group.state}`);
        if (depth > 0) group.createTask(grow(group, depth - 1));
      };
      await taskGroup((group) => void group.createTask(grow(group, 2)));
      log("left");
      expect(log.lines).toEqual([
        "10 2, group is closing",
        "20 1, group is closing",
        "30 0, group is closing",
        "30 left",
      ]);
    }));

  it("waits for the clean-up of children that were cancelled, however long it takes", () =>
    virtualTime(async () => {
      const log = timeline();
      await errorOf(() =>
        taskGroup(async (group) => {
          group.createTask(cleanUpFor(100));
          await sleep(1);
          throw new Error("x");
        }),
      );
      log("left");
      expect(log.lines).toEqual(["101 left"]);
    }));

  it("waits for them when it is cancelled from outside, and again, and again", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        () =>
          cancelScope(
            () =>
              taskGroup((group) => {
                group.createTask(cleanUpFor(100));
              }),
            { timeout: 20 },
          ),
        { timeout: 10 },
      );
      log("left");
      expect(log.lines).toEqual(["110 left"]);
    }));

  it("is left at once when there is nothing to wait for", () =>
    virtualTime(async () => {
      expect(await taskGroup(() => "value")).toBe("value");
      expect(await taskGroup(async () => {})).toBe(undefined);
    }));

  it("takes a body that fails at once, before anything could wait for it", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup(() => {
          throw new Error("x");
        }),
      );
      expect(messages(error)).toEqual(["x"]);
    }));
});

describe("G2: a failure cancels the rest, and the group then throws", () => {
  it("cancels the siblings and the body when a child fails, and waits for them", () =>
    virtualTime(async () => {
      const log = timeline();
      const error = await errorOf(() =>
        taskGroup(async (group) => {
          group.createTask(failAfter(10, "x"));
          group.createTask(() => sleep(Infinity).finally(() => log("sibling stops")));
          await sleep(Infinity).finally(() => log("body stops"));
        }),
      );
      log("left");
      expect(messages(error)).toEqual(["x"]);
      expect(log.lines.sort()).toEqual(["10 body stops", "10 left", "10 sibling stops"]);
    }));

  it("cancels the children when the body fails", () =>
    virtualTime(async () => {
      const tasks: Task<unknown>[] = [];
      const error = await errorOf(() =>
        taskGroup(async (group) => {
          tasks.push(group.createTask(() => sleep(Infinity)));
          await sleep(5);
          throw new Error("body");
        }),
      );
      expect(messages(error)).toEqual(["body"]);
      expect(tasks.map(({ state }) => state)).toEqual(["cancelled"]);
    }));

  it("is not made up for by a body that swallows its cancellation", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup(async (group) => {
          group.createTask(failAfter(10, "x"));
          await sleep(Infinity).catch(() => {});
          return "fine";
        }),
      );
      expect(messages(error)).toEqual(["x"]);
    }));

  it("stops children that would add siblings for ever", () =>
    virtualTime(async () => {
      let count = 0;
      const error = await errorOf(() =>
        taskGroup((group) => {
          const again = async (): Promise<void> => {
            if (++count === 10) throw new Error("enough");
            group.createTask(again);
            await sleep(1);
          };
          group.createTask(again);
        }),
      );
      expect(messages(error)).toEqual(["enough"]);
      expect(count).toBe(10);
    }));

  it("stops a child that awaits the one that failed like any other; the error is there once", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup((group) => {
          const first = group.createTask(failAfter(10, "x"));
          group.createTask(async () => {
            await first;
          });
        }),
      );
      expect(messages(error)).toEqual(["x"]);
    }));

  it("is not caused by a child that was cancelled alone", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(async (group) => {
        const task = group.createTask(() => sleep(Infinity));
        group.createTask(() => sleep(20).then(() => log("sibling ends")));
        await sleep(5);
        await task.cancelAndWait();
        log("body ends");
      });
      expect(log.lines).toEqual(["5 body ends", "20 sibling ends"]);
    }));
});

describe("G3: the group throws all errors, always in a TaskGroupError", () => {
  it("throws one even for a single error, named after the group", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup((group) => void group.createTask(failAfter(1, "x")), { name: "pages" }),
      );
      expect(error).toBeInstanceOf(TaskGroupError);
      expect(error).toBeInstanceOf(AggregateError);
      expect(error.message).toBe('1 error in task group "pages", first: Error: x');
    }));

  it("is named after its body where it has no other name", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup(function fetchAll() {
          throw new Error("x");
        }),
      );
      expect(error.message).toMatch(/in task group "fetchAll"/);
      const nameless = await errorOf(() => taskGroup(() => Promise.reject(new Error("x"))));
      expect(nameless.message).toMatch(/in task group "group"/);
    }));

  it("has the errors of clean-ups too, in the order in which they happened", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup(async (group) => {
          group.createTask(cleanUpFor(20, "late"));
          group.createTask(cleanUpFor(10, "early"));
          group.createTask(failAfter(5, "first"));
          await cleanUpFor(15, "body")();
        }),
      );
      expect(messages(error)).toEqual(["first", "early", "body", "late"]);
    }));

  it("has the errors of two children that fail in the same moment, in their order", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup((group) => {
          group.createTask(failAfter(5, "a"));
          group.createTask(failAfter(5, "b"));
        }),
      );
      expect(messages(error)).toEqual(["a", "b"]);
    }));

  it("nests as the groups do", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup(async () => {
          await taskGroup((inner) => void inner.createTask(failAfter(1, "x")));
        }),
      );
      expect(error.errors).toHaveLength(1);
      expect(error.errors?.[0]).toBeInstanceOf(TaskGroupError);
      expect(messages(error.errors?.[0])).toEqual(["x"]);
    }));

  it("never has cancellations among the errors", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup((group) => {
          for (let i = 0; i < 5; i++) group.createTask(() => sleep(Infinity));
          group.createTask(failAfter(1, "x"));
        }),
      );
      expect(error.errors?.some(isCancelled)).toBe(false);
    }));

  it("throws what went wrong rather than the cancellation from outside, which is met at the next wait", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          const error = await errorOf(() => taskGroup((group) => void group.createTask(cleanUpFor(5, "x"))));
          log(messages(error).join());
          await sleep(1);
          log("never");
        },
        { timeout: 10 },
      );
      expect(log.lines).toEqual(["15 x"]);
    }));

  it("throws the cancellation from outside when nothing went wrong, so that it is not lost", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          await taskGroup((group) => void group.createTask(cleanUpFor(5)));
          log("never");
        },
        { timeout: 10 },
      );
      expect(log.lines).toEqual([]);
    }));

  it("throws the cancellation that stopped the body also when a shield hides it since", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(async (outer) => {
        await cancelScope(async (middle) => {
          await taskGroup(async () => {
            outer.cancel();
            try {
              await sleep(1);
            } finally {
              middle.shield = true;
            }
          });
          log("never");
        });
        log("never");
      });
      expect(log.lines).toEqual([]);
    }));

  it("throws the cancellation from outside that has stopped a child, also when the body ended later and met none", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          await taskGroup(async (group) => {
            group.createTask(() => sleep(Infinity));
            await shield(() => sleep(20));
            log("body ends");
          });
          log("never");
        },
        { timeout: 10 },
      );
      expect(log.lines).toEqual(["20 body ends"]);
    }));

  it("throws the first error as it is from gather(), and hands later ones to onError", async () => {
    const late: unknown[] = [];
    await virtualTime(
      async () => {
        const error = await errorOf(() =>
          gather(failAfter(5, "first"), cleanUpFor(5, "second"), cleanUpFor(9, "third")),
        );
        expect(error.message).toBe("first");
      },
      { onError: (error) => late.push((error as Error).message) },
    );
    expect(late).toEqual(["second", "third"]);
  });

  it("does the same from mapConcurrent()", async () => {
    const late: unknown[] = [];
    await virtualTime(
      async () => {
        const jobs = [failAfter(5, "first"), cleanUpFor(5, "second")];
        const error = await errorOf(() => mapConcurrent(jobs, (job) => job(), { limit: 2 }).toArray());
        expect(error.message).toBe("first");
      },
      { onError: (error) => late.push((error as Error).message) },
    );
    expect(late).toEqual(["second"]);
  });

  it("lets a timeout in a child be an error like any other", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup((group) => void group.createTask(() => timeout(5, () => sleep(Infinity)))),
      );
      expect(error.errors?.[0]).toBeInstanceOf(TimeoutError);
    }));
});

describe("G4: limit and onFailure", () => {
  it("runs at most so many children at once, in the order in which they were created", () =>
    virtualTime(async () => {
      const log = timeline();
      let running = 0;
      await taskGroup(
        (group) => {
          for (const [name, ms] of [
            ["a", 10],
            ["b", 30],
            ["c", 10],
            ["d", 10],
          ] as const) {
            group.createTask(async () => {
              expect(++running).toBeLessThanOrEqual(2);
              log(name);
              await sleep(ms);
              running--;
            });
          }
          expect(group.size).toBe(4);
        },
        { limit: 2 },
      );
      expect(log.lines).toEqual(["0 a", "0 b", "10 c", "20 d"]);
    }));

  it("lets the next one start when one fails or is cancelled, too", () =>
    virtualTime(async () => {
      const log = timeline();
      await errorOf(() =>
        taskGroup(
          async (group) => {
            const first = group.createTask(() => sleep(Infinity));
            group.createTask(failAfter(5, "x"));
            group.createTask(() => log("third"));
            await sleep(3);
            first.cancel();
          },
          { limit: 1, onFailure: "continue" },
        ),
      );
      expect(log.lines).toEqual(["8 third"]);
    }));

  it("lets the siblings and the body go on when failures do not cancel, and throws all at the end", () =>
    virtualTime(async () => {
      const log = timeline();
      const error = await errorOf(() =>
        taskGroup(
          async (group) => {
            group.createTask(failAfter(5, "a"));
            group.createTask(failAfter(15, "b"));
            group.createTask(() => sleep(20).then(() => log("sibling ends")));
            await sleep(10);
            log("body ends");
          },
          { onFailure: "continue" },
        ),
      );
      expect(messages(error)).toEqual(["a", "b"]);
      expect(log.lines).toEqual(["10 body ends", "20 sibling ends"]);
    }));

  it("cancels the children when the body fails, whatever onFailure says", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup(
          (group) => {
            group.createTask(() => sleep(Infinity));
            throw new Error("body");
          },
          { onFailure: "continue" },
        ),
      );
      expect(messages(error)).toEqual(["body"]);
    }));
});

describe("G5: starting children and cancelling the group", () => {
  it("waits in start() until the child says that it is ready, and returns what it says", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(async (group) => {
        const port = await group.start<number>(async (ready) => {
          await sleep(10);
          ready(8080);
          await sleep(10);
          log("server ends");
        });
        log(`port ${port}`);
      });
      expect(log.lines).toEqual(["10 port 8080", "20 server ends"]);
    }));

  it("throws the child's error from start() before it is ready, and not from the group", () =>
    virtualTime(async () => {
      await taskGroup(async (group) => {
        const error = await errorOf(() => group.start(failAfter(5, "no port")));
        expect(error.message).toBe("no port");
        expect(group.cancelled).toBe(false);
      });
    }));

  it("throws the child's error from the group after it was ready", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup(async (group) => {
          await group.start(async (ready) => {
            ready(1);
            await failAfter(5, "later")();
          });
        }),
      );
      expect(messages(error)).toEqual(["later"]);
    }));

  it("refuses a child that ends without having been ready", () =>
    virtualTime(async () => {
      await taskGroup(async (group) => {
        const error = await errorOf(() => group.start(() => {}, { name: "server" }));
        expect(error.name).toBe("InvalidStateError");
        expect(error.message).toBe('Cannot start task "server" as it ended without calling ready()');
      });
    }));

  it("refuses to be ready twice, or when it has ended", () =>
    virtualTime(async () => {
      let kept: ((value: number) => void) | undefined;
      await taskGroup(async (group) => {
        await group.start<number>((ready) => {
          ready(1);
          expect(() => ready(2)).toThrow("Cannot call ready() as the task is ready already");
        });
        await errorOf(() =>
          group.start<number>((ready) => {
            kept = ready;
          }),
        );
        expect(() => kept?.(1)).toThrow("Cannot call ready() as the task is ended already");
      });
    }));

  it("cancels the child when start() is cancelled, and waits for it", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(async (group) => {
        await cancelScope(() => group.start(cleanUpFor(20)), { timeout: 10 });
        log("start() left");
        expect(group.size).toBe(0);
      });
      expect(log.lines).toEqual(["30 start() left"]);
    }));

  it("throws from start() what the clean-up of the child threw, and not from the group", () =>
    virtualTime(async () => {
      await taskGroup(async (group) => {
        const error = await errorOf(() => cancelScope(() => group.start(cleanUpFor(20, "x")), { timeout: 10 }));
        expect(error.message).toBe("x");
      });
    }));

  it("tells of an error once when the child was ready in spite of its cancellation, and failed then", () =>
    virtualTime(async () => {
      const log = timeline();
      const error = await errorOf(() =>
        taskGroup(
          async (group) => {
            await cancelScope(
              () =>
                group.start(async (ready) => {
                  await shield(() => sleep(20));
                  ready(1);
                  await shield(failAfter(10, "x"));
                }),
              { timeout: 10 },
            );
            log("start() left");
          },
          { onFailure: "continue" },
        ),
      );
      expect(messages(error)).toEqual(["x"]);
      expect(log.lines).toEqual(["30 start() left"]);
    }));

  it("does not lose the value when the child is ready and start() is cancelled in the same tick", () =>
    virtualTime(async () => {
      const log = timeline();
      const go = new Queue<true>();
      await taskGroup(async (group) => {
        await cancelScope(async (scope) => {
          const value = group.start<string>(async (ready) => {
            await go.get();
            ready("value");
            scope.cancel();
          });
          go.putNowait(true);
          log(await value);
        });
      });
      expect(log.lines).toEqual(["0 value"]);
    }));

  it("starts a child also when start() is called in a cancelled scope; it runs to its first wait", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(async (group) => {
        await cancelScope(async (scope) => {
          scope.cancel();
          await group.start(async () => {
            log("starts");
            await sleep(1);
            log("never");
          });
        });
        log("left");
      });
      expect(log.lines).toEqual(["0 starts", "0 left"]);
    }));

  it("does not wait for ever for a child that waits for the turn of the very task that waits for it", () =>
    virtualTime(async () => {
      const log = timeline();
      const value = await moveOnAfter(100, () =>
        taskGroup(
          (group) => {
            group.createTask(async () => {
              await cancelScope(
                () =>
                  group.start<number>(async (ready) => {
                    ready(1);
                    await errorOf(() => sleep(1));
                    log("the other one met its cancellation");
                  }),
                { timeout: 10 },
              );
              log("start() left");
            });
            return "in time";
          },
          { limit: 1 },
        ),
      );
      expect(value).toBe("in time");
      expect(log.lines).toEqual(["10 start() left", "10 the other one met its cancellation"]);
    }));

  it("keeps a child of start() in the group, not in the scope of the caller", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(async (group) => {
        await cancelScope(
          async () => {
            await group.start<void>(async (ready) => {
              ready();
              await sleep(50);
              log("child ends");
            });
            await sleep(Infinity);
          },
          { timeout: 10 },
        );
        log("scope left");
      });
      expect(log.lines).toEqual(["10 scope left", "50 child ends"]);
    }));

  it("ends without an error when it was cancelled, and without a value if that ended the body", () =>
    virtualTime(async () => {
      const log = timeline();
      const value = await taskGroup(async (group) => {
        group.createTask(() => sleep(Infinity).finally(() => log("child stops")));
        await sleep(5);
        expect([group.cancel("enough"), group.cancel(), group.cancelled]).toEqual([true, false, true]);
        await sleep(1);
        return "never";
      });
      expect(value).toBe(undefined);
      expect(log.lines).toEqual(["5 child stops"]);
    }));

  it("returns the value of a body that ended in spite of the cancellation", () =>
    virtualTime(async () => {
      const value = await taskGroup((group) => {
        group.createTask(() => sleep(Infinity));
        group.cancel();
        return "value";
      });
      expect(value).toBe("value");
    }));

  it("throws the errors of clean-ups also when it was cancelled on purpose", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        taskGroup(async (group) => {
          group.createTask(cleanUpFor(5, "x"));
          await sleep(1);
          group.cancel();
        }),
      );
      expect(messages(error)).toEqual(["x"]);
    }));

  it("does not swallow a cancellation from outside that comes while a cancelled group waits for its children", () =>
    virtualTime(async () => {
      const log = timeline();
      await cancelScope(
        async () => {
          await taskGroup(async (group) => {
            group.createTask(cleanUpFor(50));
            await sleep(1);
            group.cancel();
          });
          log("never");
        },
        { timeout: 10 },
      );
      expect(log.lines).toEqual([]);
    }));

  it("can be cancelled by a child, also by its last one", () =>
    virtualTime(async () => {
      await taskGroup((group) => {
        group.createTask(() => sleep(Infinity));
        group.createTask(async () => {
          await sleep(5);
          group.cancel();
        });
      });
    }));
});

describe("G6: adding to a group that is no longer open", () => {
  it("is refused by a finished group, with its state", () =>
    virtualTime(async () => {
      let finished: TaskGroup | undefined;
      await taskGroup(
        (group) => {
          finished = group;
          expect(group.state).toBe("open");
        },
        { name: "pages" },
      );
      const group = finished as TaskGroup;
      expect([group.state, group.size]).toEqual(["finished", 0]);
      const error = await errorOf(() => group.createTask(() => {}));
      expect(error.name).toBe("InvalidStateError");
      expect(error.message).toBe('Cannot add a task to group "pages" as it is finished');
      expect((await errorOf(() => group.start(() => {}))).message).toBe(error.message);
      expect(group.cancel()).toBe(false);
    }));

  it("makes a task in a cancelled group that meets the cancellation at its first wait", () =>
    virtualTime(async () => {
      const log = timeline();
      await taskGroup(async (group) => {
        group.cancel("over");
        group.createTask(async () => {
          log("starts");
          await sleep(1);
          log("never");
        });
      });
      expect(log.lines).toEqual(["0 starts"]);
    }));

  it("makes one from outside of the group as long as a child is left", () =>
    virtualTime(async () => {
      const log = timeline();
      let handle: TaskGroup | undefined;
      const done = taskGroup((group) => {
        handle = group;
        group.createTask(() => sleep(10));
      });
      createTask(async () => {
        await sleep(5);
        handle?.createTask(() => sleep(20).then(() => log("guest ends")));
      });
      await done;
      log("left");
      expect(log.lines).toEqual(["25 guest ends", "25 left"]);
    }));

  it("is refused or waited for, in whichever instant between the end of the last child and that of the group it comes", () =>
    virtualTime(async () => {
      const seen = new Set<string>();
      for (let jobs = 0; jobs < 12; jobs++) {
        let outcome = "";
        await taskGroup((group) => {
          const addLater = async (left: number): Promise<void> => {
            for (let i = 0; i < left; i++) await undefined;
            try {
              group.createTask(async () => {
                await sleep(5);
                outcome = "waited for";
              });
              outcome = "let in";
            } catch {
              outcome = "refused";
            }
          };
          group.createTask(async () => {
            await sleep(1);
            void addLater(jobs);
          });
        });
        await settle();
        seen.add(outcome);
      }
      expect([...seen].sort()).toEqual(["refused", "waited for"]);
    }));

  it("is refused the moment the last child has ended and the group was left", () =>
    virtualTime(async () => {
      let handle: TaskGroup | undefined;
      const done = taskGroup((group) => {
        handle = group;
        group.createTask(() => sleep(10));
      });
      await sleep(10);
      await settle();
      expect(handle?.state).toBe("finished");
      await done;
    }));
});
