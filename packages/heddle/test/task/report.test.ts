import { createTask, currentTask, gather, sleep, taskGroup } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { taskPath } from "../../src/task/report.js";
import type { Task } from "../../src/task/task.js";

// What reaches whom, rule T5, is tested in ../rules/task.test.ts.

describe("taskPath", () => {
  it("names the task and who it works for", () =>
    virtualTime(async () => {
      let path = "";
      await createTask(
        () =>
          taskGroup((group) => {
            group.createTask(
              () =>
                gather(async function load() {
                  await sleep(1);
                  path = taskPath(currentTask() as Task<unknown>);
                }),
              { name: "worker" },
            );
          }),
        { name: "handler" },
      );
      expect(path).toBe("load < worker < handler");
    }));
});
