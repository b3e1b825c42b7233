import type { Task } from "heddle";
import { createTask, run, sleep } from "heddle";
import { currentScope, outsideRuns } from "heddle/lowlevel";
import { describe, expect, it } from "vitest";

describe("outsideRuns()", () => {
  it("makes tasks that outlive the run in which they were made", async () => {
    let task: Task<string> | undefined;
    await run(async () => {
      task = outsideRuns(() =>
        createTask(async () => {
          await sleep(5);
          return "done";
        }),
      );
    });
    expect(task?.done).toBe(false);
    expect(await task).toBe("done");
  });

  it("changes nothing for the caller, and gives what the function gives or throws", () =>
    run(async () => {
      const around = currentScope();
      expect(outsideRuns(() => currentScope() === around)).toBe(false);
      expect(currentScope()).toBe(around);
      expect(() =>
        outsideRuns(() => {
          throw new Error("no");
        }),
      ).toThrow("no");
    }));

  it("refuses what is no function", () => {
    expect(() => outsideRuns(1 as never)).toThrow("Cannot leave all runs");
  });
});
