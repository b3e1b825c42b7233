import { allTasks, cancelScope, createTask, gather, run, sleep, taskGroup } from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";

const names = (): string[] => allTasks().map(({ name }) => name);

describe("allTasks", () => {
  it("lists the tasks of the run that have not ended, parents before their children", () =>
    virtualTime(async () => {
      createTask(() => sleep(10), { name: "background" });
      const done = createTask(() => {}, { name: "done" });
      const tree = createTask(
        () =>
          taskGroup(async (group) => {
            group.createTask(
              () =>
                cancelScope(() =>
                  gather(function leaf() {
                    return sleep(10);
                  }),
                ),
              { name: "child" },
            );
          }),
        { name: "tree" },
      );
      await done;
      await settle();
      expect(names()).toEqual(["main", "background", "tree", "child", "leaf"]);
      await tree;
      expect(names()).toEqual(["main"]);
    }));

  it("lists tasks that have not started, too", () =>
    virtualTime(() => {
      createTask(() => {}, { name: "created" });
      expect(names()).toEqual(["main", "created"]);
    }));

  it("lists those of an inner run, and from there those of the inner run only", () =>
    virtualTime(
      () =>
        run(
          async () => {
            createTask(() => sleep(1), { name: "inner task" });
            expect(names()).toEqual(["inner", "inner task"]);
          },
          { name: "inner" },
        ),
      { name: "outer" },
    ));

  it("has room for more tasks than a call has arguments", () =>
    virtualTime(async () => {
      await taskGroup((group) => {
        for (let i = 0; i < 130_000; i++) group.createTask(() => {});
        expect(allTasks()).toHaveLength(130_001);
      });
    }));
});
