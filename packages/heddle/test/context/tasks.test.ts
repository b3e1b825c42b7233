import { createTask, gather, run } from "heddle";
import { describe, expect, it } from "vitest";
import { whoIsHere } from "./whoRuns.js";

describe("the context of a task", () => {
  it("is not what a job sees that was queued before the task started, or while it starts", async () => {
    const seen: string[] = [];
    const note = (what: string): void => void seen.push(`${what} in ${whoIsHere()}`);
    await run(async () => {
      queueMicrotask(() => note("before"));
      const first = createTask(() => queueMicrotask(() => note("from first")), { name: "first" });
      queueMicrotask(() => note("between"));
      const second = createTask(() => void process.nextTick(() => note("from second")), { name: "second" });
      queueMicrotask(() => note("after"));
      await Promise.all([first, second]);
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(seen.sort()).toEqual([
      "after in main",
      "before in main",
      "between in main",
      // Both tasks are over when these run, so they belong to the run, whose own code is main's.
      "from first in nobody",
      "from second in nobody",
    ]);
  });

  it("is kept for each of many that start at once, whatever they return", async () => {
    class Late extends Promise<string> {
      /** Calls back from wherever `flush` is called, as some query builders do. */
      override then<A, B>(onResult?: ((value: string) => A | PromiseLike<A>) | null): Promise<A | B> {
        return new Promise((resolve) => void late.push(() => resolve(onResult!(whoIsHere()))));
      }
    }
    const late: (() => void)[] = [];
    const flush = async (): Promise<string> => {
      while (late.length < 1) await null;
      for (const callBack of late) callBack();
      return whoIsHere();
    };
    const results = run(() =>
      gather(
        () => new Late(() => {}),
        async () => whoIsHere(),
        () => whoIsHere(),
        () => ({ then: (onResult: (value: string) => void) => onResult(whoIsHere()) }),
        flush,
      ),
    );
    await expect(results).resolves.toEqual(["flush", "gather[1]", "gather[2]", "gather[3]", "flush"]);
  });
});
