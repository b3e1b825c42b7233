import { describe, expect, it } from "vitest";
import { onThisRuntime } from "./differences.js";
import { gate, whoRuns } from "./whoRuns.js";

describe("the context of code that waits for a promise", () => {
  it("is the waiter's after the await of a promise that another task resolves", async () => {
    const seen = await whoRuns((note) => {
      const door = gate();
      return {
        async waiter() {
          await door.opened;
          note("after await");
        },
        opener: () => door.open(),
      };
    });
    expect(seen).toEqual(["after await in waiter"]);
  });

  it("is the waiter's in the catch block when another task rejects it", async () => {
    const seen = await whoRuns((note) => {
      const door = gate();
      return {
        async waiter() {
          try {
            await door.opened;
          } catch {
            note("catch block");
          }
        },
        opener: () => door.fail(new Error("no")),
      };
    });
    expect(seen).toEqual(["catch block in waiter"]);
  });

  it("is that of whoever registered a callback with then(), catch() or finally()", async () => {
    const seen = await whoRuns(
      (note) => {
        const door = gate();
        const trap = gate();
        return {
          registrar() {
            door.opened.then(() => note("then callback"));
            door.opened.finally(() => note("finally callback"));
            trap.opened.catch(() => note("catch callback"));
          },
          opener() {
            door.open();
            trap.fail(new Error("no"));
          },
        };
      },
      { notes: 3 },
    );
    expect(seen).toEqual([
      "then callback in registrar",
      "finally callback in registrar",
      "catch callback in registrar",
    ]);
  });

  it("is the waiter's when a thenable's then() is called, and after it called back from another task", async () => {
    const seen = await whoRuns(
      (note) => {
        let callBack: (value: string) => void = () => {};
        const thenable = {
          then(onResult: (value: string) => void): void {
            note("then()");
            callBack = onResult;
          },
        };
        return {
          async waiter() {
            await thenable;
            note("after await");
          },
          async opener() {
            await null;
            callBack("done");
          },
        };
      },
      { notes: 2 },
    );
    expect(seen).toEqual(["then() in waiter", "after await in waiter"]);
  });

  it("is the waiter's around a subclass of Promise, whose then() it calls", async () => {
    const seen = await whoRuns(
      (note) => {
        class Query extends Promise<string> {
          override then<A, B>(
            onResult?: ((value: string) => A | PromiseLike<A>) | null,
            onError?: ((error: unknown) => B | PromiseLike<B>) | null,
          ): Promise<A | B> {
            note("then()");
            return super.then(onResult, onError);
          }
        }
        const door = gate();
        const query = new Query((resolve) => void door.opened.then(() => resolve("row")));
        return {
          async waiter() {
            await query;
            note("after await");
          },
          opener: () => door.open(),
        };
      },
      { notes: 2 },
    );
    expect(seen).toEqual(["then() in waiter", "after await in waiter"]);
  });

  it("is the waiter's behind an async function that returns a promise", async () => {
    const seen = await whoRuns((note) => {
      const door = gate();
      const pass = async (): Promise<void> => door.opened;
      return {
        async waiter() {
          await pass();
          note("after await");
        },
        opener: () => door.open(),
      };
    });
    expect(seen).toEqual(["after await in waiter"]);
  });

  it("is each waiter's own when several wait for one promise, also when it has settled", async () => {
    const seen = await whoRuns(
      (note) => {
        const door = gate();
        const wait = (what: string) => async (): Promise<void> => {
          await door.opened;
          note(what);
          await door.opened;
          note(`${what} again`);
        };
        return { first: wait("one"), second: wait("two"), opener: () => door.open() };
      },
      { notes: 4 },
    );
    expect(seen).toEqual(["one in first", "two in second", "one again in first", "two again in second"]);
  });

  it("is the waiter's behind Promise.all(), race() and any()", async () => {
    const seen = await whoRuns(
      (note) => {
        const door = gate();
        return {
          async waiter() {
            await Promise.all([door.opened, null]);
            note("after all()");
            await Promise.race([door.opened]);
            note("after race()");
            await Promise.any([door.opened]);
            note("after any()");
          },
          opener: () => door.open(),
        };
      },
      { notes: 3 },
    );
    expect(seen).toEqual(["after all() in waiter", "after race() in waiter", "after any() in waiter"]);
  });

  it("is that of the task that threw for a listener of unhandledRejection, except on Bun", async () => {
    const before = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    try {
      const seen = await whoRuns((note) => ({
        listener: () => process.once("unhandledRejection", () => note("handler")),
        thrower: () => void Promise.reject(new Error("nobody catches this")),
      }));
      expect(seen).toEqual([`handler in ${onThisRuntime("unhandledRejection")}`]);
    } finally {
      for (const listener of before) process.on("unhandledRejection", listener);
    }
  });
});
