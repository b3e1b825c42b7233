import { inspect } from "node:util";
import fc from "fast-check";
import { cancelScope, createTask, gather, run, sleep, TaskLocal, taskGroup } from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";

describe("TaskLocal", () => {
  it("has its first value where nothing was set", () =>
    virtualTime(() => {
      expect(new TaskLocal("none").get()).toBe("none");
      expect(new TaskLocal<string | undefined>().get()).toBe(undefined);
    }));

  it("is one task's own: what one sets the others do not see", () =>
    virtualTime(async () => {
      const id = new TaskLocal("none");
      const seen: string[] = [];
      const part = (name: string) => async () => {
        id.set(name);
        await sleep(1);
        seen.push(id.get());
      };
      await gather(part("a"), part("b"));
      expect(seen).toEqual(["a", "b"]);
      expect(id.get()).toBe("none");
    }));

  it("is handed on to new tasks as it is when they are created, in whatever way", () =>
    virtualTime(async () => {
      const id = new TaskLocal("none");
      id.set("parent");
      const seen: string[] = [];
      const child = () => void seen.push(id.get());
      await gather(child);
      await taskGroup((group) => void group.createTask(child));
      await createTask(child);
      await run(child);
      const late = createTask(child);
      id.set("changed");
      await late;
      expect(seen).toEqual(["parent", "parent", "parent", "parent", "parent"]);
    }));

  it("goes from the one who creates a task to it, not from the one who owns it", () =>
    virtualTime(async () => {
      const id = new TaskLocal("none");
      await taskGroup(async (group) => {
        id.set("owner");
        const creator = group.createTask(async () => {
          id.set("creator");
          expect(await group.createTask(() => id.get())).toBe("creator");
        });
        await creator;
      });
    }));

  it("is not changed for the parent by a child, nor for the child by the parent", () =>
    virtualTime(async () => {
      const id = new TaskLocal("none");
      id.set("parent");
      const child = createTask(async () => {
        await sleep(2);
        const before = id.get();
        id.set("child");
        return before;
      });
      await settle();
      id.set("parent again");
      expect(await child).toBe("parent");
      expect(id.get()).toBe("parent again");
    }));

  it("can be set to undefined", () =>
    virtualTime(() => {
      const id = new TaskLocal<string | undefined>("first");
      id.set(undefined);
      expect(id.get()).toBe(undefined);
    }));

  it("is seen in the scopes inside of a task, and set there for the task", () =>
    virtualTime(async () => {
      const id = new TaskLocal("none");
      id.set("outside");
      await cancelScope(() => {
        expect(id.get()).toBe("outside");
        id.set("inside");
      });
      expect(id.get()).toBe("inside");
    }));

  describe("`with()`", () => {
    it("sets it for what the function awaits and starts, and returns what that returns", () =>
      virtualTime(async () => {
        const id = new TaskLocal("none");
        let background: PromiseLike<string> = Promise.resolve("");
        const value = await id.with("r-1", async () => {
          await sleep(1);
          background = createTask(async () => {
            await sleep(5);
            return id.get();
          });
          return [id.get(), ...(await gather(() => id.get()))];
        });
        expect(value).toEqual(["r-1", "r-1"]);
        expect(id.get()).toBe("none");
        expect(await background).toBe("r-1");
      }));

    it("bounds what is set inside", () =>
      virtualTime(async () => {
        const id = new TaskLocal("none");
        const other = new TaskLocal("none");
        id.set("task");
        await id.with("with", () => {
          id.set("set inside");
          other.set("set inside");
          expect(id.get()).toBe("set inside");
        });
        expect([id.get(), other.get()]).toEqual(["task", "none"]);
      }));

    it("can be nested, also for several values", () =>
      virtualTime(async () => {
        const a = new TaskLocal(0);
        const b = new TaskLocal(0);
        await a.with(1, () =>
          b.with(2, async () => {
            expect([a.get(), b.get()]).toEqual([1, 2]);
            await a.with(3, () => expect([a.get(), b.get()]).toEqual([3, 2]));
            expect([a.get(), b.get()]).toEqual([1, 2]);
          }),
        );
      }));

    it("passes errors and cancellations on", () =>
      virtualTime(async () => {
        const id = new TaskLocal("none");
        const error = new Error("x");
        const thrown = await errorOf(() =>
          id.with("a", () => {
            throw error;
          }),
        );
        expect(thrown).toBe(error);
        const task = createTask(() => id.with("a", () => sleep(Infinity)));
        await settle();
        await task.cancelAndWait();
        expect(task.state).toBe("cancelled");
      }));

    it("refuses what is no function", () =>
      expectRefused(
        () => new TaskLocal(1).with(1, 2 as never),
        "Cannot set a task-local value as a function is needed: received 2",
      ));
  });

  it("works outside of tasks", async () => {
    const id = new TaskLocal("none");
    expect(await id.with("a", async () => [id.get(), await createTask(() => id.get())])).toEqual(["a", "a"]);
    expect(id.get()).toBe("none");
    id.set("everywhere");
    expect(id.get()).toBe("everywhere");
    expect(await virtualTime(() => id.get())).toBe("everywhere");
  });

  it("goes with its task: what outlives that finds the values of what is still open", () =>
    virtualTime(async () => {
      const id = new TaskLocal("none");
      id.set("main");
      let floating: Promise<string> = Promise.resolve("");
      const task = createTask(() => {
        id.set("task");
        floating = (async () => {
          await sleep(5);
          return id.get();
        })();
      });
      const { scope } = task;
      await task;
      expect(scope.locals).toBe(undefined);
      // The run owns the task; its values are those of whoever started the run.
      expect(await floating).toBe("none");
    }));

  it("says its value in one line", () =>
    virtualTime(() => {
      expect(inspect(new TaskLocal("a"))).toBe('TaskLocal { "a" (a string) }');
    }));

  it("does as a model does in any tree of tasks", () =>
    fc.assert(
      fc.asyncProperty(program, (acts) =>
        virtualTime(async () => {
          const local = new TaskLocal(0);
          const seen = new Map<object, number>();
          const expected = new Map<object, number>();
          model(acts, 0, expected);
          await taskGroup((group) => {
            const perform = async (acts: Act[]): Promise<void> => {
              for (const act of acts) {
                if (act.do === "get") seen.set(act, local.get());
                else if (act.do === "set") local.set(act.value);
                else if (act.do === "spawn") group.createTask(() => perform(act.acts));
                else if (act.do === "with") await local.with(act.value, () => perform(act.acts));
                else await sleep(act.ms);
              }
            };
            return perform(acts);
          });
          expect([...seen]).toHaveLength(expected.size);
          for (const [act, value] of expected) expect(seen.get(act)).toBe(value);
        }),
      ),
      runs(100),
    ));
});

type Act =
  | { do: "get" }
  | { do: "set"; value: number }
  | { do: "sleep"; ms: number }
  | { do: "spawn"; acts: Act[] }
  | { do: "with"; value: number; acts: Act[] };

/** What each `get` has to see. Returns the value after the last act. */
function model(acts: Act[], start: number, expected: Map<object, number>): number {
  let value = start;
  for (const act of acts) {
    if (act.do === "get") expected.set(act, value);
    else if (act.do === "set") value = act.value;
    else if (act.do === "spawn") model(act.acts, value, expected);
    else if (act.do === "with") model(act.acts, act.value, expected);
  }
  return value;
}

const { acts: program } = fc.letrec<{ act: Act; acts: Act[] }>((tie) => ({
  acts: fc.array(tie("act"), { maxLength: 5 }),
  act: fc.oneof(
    { maxDepth: 4 },
    fc.record({ do: fc.constant("get" as const) }),
    fc.record({ do: fc.constant("set" as const), value: fc.nat(100) }),
    fc.record({ do: fc.constant("sleep" as const), ms: fc.nat(5) }),
    fc.record({ do: fc.constant("spawn" as const), acts: tie("acts") }),
    fc.record({ do: fc.constant("with" as const), value: fc.nat(100), acts: tie("acts") }),
  ),
}));
