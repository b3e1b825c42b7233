import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { createTask, run } from "heddle";
import { describe, expect, it } from "vitest";
import { onThisRuntime } from "./differences.js";
import { gate, whoIsHere, whoRuns } from "./whoRuns.js";

describe("an AsyncLocalStorage of the program's beside ours", () => {
  it("keeps its store through waits, as the task is kept", async () => {
    const users = new AsyncLocalStorage<string>();
    const seen = await whoRuns(
      (note) => {
        const door = gate();
        const visit = async (): Promise<void> => {
          note(`${users.getStore()}`);
          await door.opened;
          note(`${users.getStore()}`);
        };
        return {
          first: () => users.run("Ann", visit),
          async second() {
            await users.run("Bob", visit);
            note(`${users.getStore()}`);
          },
          opener: () => door.open(),
        };
      },
      { notes: 5 },
    );
    expect(seen).toEqual(["Ann in first", "Bob in second", "Ann in first", "Bob in second", "undefined in second"]);
  });

  it("is inherited by a task from the place where it was created", async () => {
    const users = new AsyncLocalStorage<string>();
    const seen: string[] = [];
    await run(() =>
      users.run("Ann", async () => {
        const visit = async (): Promise<void> => {
          seen.push(`${users.getStore()} in ${whoIsHere()}`);
          await null;
          seen.push(`${users.getStore()} in ${whoIsHere()}`);
        };
        await createTask(visit, { name: "child" });
      }),
    );
    expect(seen).toEqual(["Ann in child", "Ann in child"]);
  });

  it("does not change the task by enterWith() and exit(), nor takes it away by disable()", async () => {
    const users = new AsyncLocalStorage<string>();
    const others = new AsyncLocalStorage<string>();
    const seen = await whoRuns(
      (note) => ({
        async first() {
          users.enterWith("Ann");
          await null;
          note(`${users.getStore()}`);
          await users.exit(async () => {
            note(`${users.getStore()} outside`);
            await null;
            note(`${users.getStore()} after an await outside`);
          });
          note(`${users.getStore()} again`);
        },
        async second() {
          await others.run("x", async () => {
            others.disable();
            await null;
            note(`${others.getStore()} when disabled`);
          });
          note(`${users.getStore()}`);
        },
      }),
      { notes: 6 },
    );
    expect(seen.sort()).toEqual(
      [
        "Ann again in first",
        "Ann in first",
        `${onThisRuntime("storageExit")} after an await outside in first`,
        "undefined in second",
        "undefined outside in first",
        "undefined when disabled in second",
      ].sort(),
    );
    expect(users.getStore()).toBeUndefined();
  });

  it("leaks out of an async function that calls enterWith() before its first await, and not after", async () => {
    const users = new AsyncLocalStorage<string>();
    const early = async (): Promise<void> => users.enterWith("early");
    const late = async (): Promise<void> => {
      await null;
      users.enterWith("late");
    };
    const seen = await whoRuns(
      (note) => ({
        async first() {
          await early();
          note(`${users.getStore()}`);
        },
        async second() {
          await late();
          note(`${users.getStore()}`);
        },
      }),
      { notes: 2 },
    );
    expect(seen).toEqual(["early in first", "undefined in second"]);
  });
});

describe("a function that was bound to its place", () => {
  it("runs in the task that bound it, and its caller's task is as before afterwards", async () => {
    const seen = await whoRuns(
      (note) => {
        const bound: (() => void)[] = [];
        return {
          binder() {
            const resource = new AsyncResource("Place");
            const snapshot = AsyncLocalStorage.snapshot();
            bound.push(
              AsyncResource.bind(() => note("AsyncResource.bind()")),
              AsyncLocalStorage.bind(() => note("AsyncLocalStorage.bind()")),
              () => resource.runInAsyncScope(() => note("runInAsyncScope()")),
              () => snapshot(() => note("snapshot()")),
            );
          },
          caller() {
            for (const call of bound) {
              call();
              note("afterwards");
            }
          },
        };
      },
      { notes: 8 },
    );
    expect(seen).toEqual([
      "AsyncResource.bind() in binder",
      "afterwards in caller",
      "AsyncLocalStorage.bind() in binder",
      "afterwards in caller",
      "runInAsyncScope() in binder",
      "afterwards in caller",
      "snapshot() in binder",
      "afterwards in caller",
    ]);
  });
});
