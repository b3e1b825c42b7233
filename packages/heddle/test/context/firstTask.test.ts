import { createTask, run } from "heddle";
import { describe, expect, it } from "vitest";
import { whoIsHere } from "./whoRuns.js";

// Alone in its file, and so in its process: a runtime may behave otherwise once a context has been used.
describe("the context of the first tasks of a process", () => {
  it("is its own from its first line on, and leaks neither to its creator nor to code outside of all tasks", async () => {
    const seen: string[] = [];
    const note = (what: string): void => void seen.push(`${what} in ${whoIsHere()}`);
    const child = async (): Promise<void> => {
      note("child's start");
      await null;
      note("child's end");
    };
    const parent = async (): Promise<void> => {
      note("parent's start");
      const task = createTask(child, { name: `child of ${whoIsHere()}` });
      note("after createTask()");
      await task;
      note("parent's end");
    };
    const outside = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        await null;
        note("outside");
      }
    };
    const runs = [run(parent, { name: "a" }), outside(), run(parent, { name: "b" })];
    note("outside");
    await Promise.all(runs);
    note("outside");
    expect(new Set(seen)).toEqual(
      new Set([
        "outside in nobody",
        "parent's start in a",
        "parent's start in b",
        "after createTask() in a",
        "after createTask() in b",
        "child's start in child of a",
        "child's start in child of b",
        "child's end in child of a",
        "child's end in child of b",
        "parent's end in a",
        "parent's end in b",
      ]),
    );
  });
});
