import { inspect } from "node:util";
import { cancelScope, checkpoint, shield, sleep, taskGroup } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";

// What a group promises its users, rules G1 to G6, is tested in ../rules/group.test.ts.

describe("taskGroup", () => {
  it("gives tasks whose results and errors can be read afterwards", () =>
    virtualTime(async () => {
      const tasks = await taskGroup((group) =>
        [1, 2, 3].map((n) => group.createTask(() => sleep(n).then(() => n * n))),
      );
      expect(tasks?.map(({ result }) => result)).toEqual([1, 4, 9]);
    }));

  it("counts the children that have not ended, those that wait for their turn included", () =>
    virtualTime(async () => {
      await taskGroup(
        async (group) => {
          for (let i = 1; i <= 3; i++) group.createTask(() => sleep(10));
          expect(group.size).toBe(3);
          await sleep(15);
          expect(group.size).toBe(2);
        },
        { limit: 1 },
      );
    }));

  it("names its tasks as was asked, else after their functions", () =>
    virtualTime(async () => {
      await taskGroup(async (group) => {
        function poll(): void {}
        expect(group.createTask(poll).name).toBe("poll");
        expect(group.createTask(poll, { name: "given" }).name).toBe("given");
        const names: (string | undefined)[] = [];
        await group.start(function serve(ready) {
          names.push([...inspect(group)].join(""));
          ready(1);
        });
        expect(names).toHaveLength(1);
      });
    }));

  it("shows itself in one line", () =>
    virtualTime(async () => {
      const lines: string[] = [];
      let last = (): string => "";
      await taskGroup(
        async (group) => {
          last = () => inspect(group);
          lines.push(last());
          group.createTask(() => sleep(10));
          lines.push(last());
          group.cancel();
          lines.push(last());
        },
        { name: "pages" },
      );
      lines.push(last());
      expect(lines).toEqual([
        'TaskGroup "pages" open, 0 running',
        'TaskGroup "pages" open, 1 running',
        'TaskGroup "pages" open, 1 running, cancelled',
        'TaskGroup "pages" finished, 0 running, cancelled',
      ]);
    }));

  it("may be nested deeply", () =>
    virtualTime(async () => {
      const nest = (depth: number): Promise<number | undefined> =>
        taskGroup(async (group) => {
          if (depth === 0) return 0;
          return (await group.createTask(() => nest(depth - 1))) as number;
        });
      expect(await nest(200)).toBe(0);
    }));

  it("refuses bodies that are no functions", async () => {
    await expectRefused(
      () => taskGroup(Promise.resolve() as unknown as () => void),
      /^Cannot open a task group as a function is needed: received a promise; .*taskGroup\(\(group\) => \{ group\.createTask\(\(\) => work\(\)\); \}\)$/,
    );
    await expectRefused(() => taskGroup(undefined as unknown as () => void), /received undefined$/);
  });

  it("refuses strange options", async () => {
    const open = (options: unknown) => () => taskGroup(() => {}, options as object);
    for (const limit of [0, -1, 1.5, Number.NaN, "2"]) {
      await expectRefused(
        open({ limit }),
        /^Cannot open a task group as limit must be a whole number, 1 or more, or Infinity: received /,
      );
    }
    await expectRefused(
      open({ onFailure: "ignore" }),
      /^Cannot open a task group as onFailure must be "cancel" or "continue": received "ignore" \(a string\)$/,
    );
    await expectRefused(open({ name: 5 }), "Cannot open a task group as the name must be a string: received 5");
    await expectRefused(
      open({ limits: 5 }),
      'Cannot open a task group as the options are limit, onFailure, name: received "limits"',
    );
    await expectRefused(open(3), "Cannot open a task group as the options must be an object: received 3");
    expect(await taskGroup(() => 1, { limit: Infinity, onFailure: "cancel" })).toBe(1);
  });

  it("refuses promises and strange options for its tasks, and stays usable", () =>
    virtualTime(async () => {
      await taskGroup(async (group) => {
        await expectRefused(
          () => group.createTask(sleep(1) as unknown as () => void),
          /^Cannot create a task in a group as a function is needed: received a promise; .*group\.createTask\(\(\) => work\(\)\)$/,
        );
        await expectRefused(
          () => group.createTask(() => {}, "name" as unknown as object),
          /received "name" \(a string\)$/,
        );
        await expectRefused(
          () => group.createTask(() => {}, { name: 1 as unknown as string }),
          /the name must be a string/,
        );
        await expectRefused(
          () => group.start(sleep(1) as unknown as () => void),
          /^Cannot start a task in a group as a function is needed: .*group\.start\(\(ready\) => serve\(ready\)\)$/,
        );
        expect(group.size).toBe(0);
        group.createTask(() => {});
      });
    }));

  it("is not left before a child that never waits has run", () =>
    virtualTime(async () => {
      let ran = 0;
      await taskGroup((group) => {
        for (let i = 0; i < 10; i++) group.createTask(() => ran++);
      });
      expect(ran).toBe(10);
      const error = await errorOf(() =>
        taskGroup((group) => {
          group.createTask(() => {
            throw new Error("at once");
          });
        }),
      );
      expect(error.errors).toHaveLength(1);
    }));

  for (const which of ["its group", "its own cancel()"]) {
    it(`passes the cancellation of the scope around on that has met a child which ${which} had cancelled as well`, () =>
      virtualTime(async () => {
        let caught = false;
        await cancelScope(async (scope) => {
          try {
            await taskGroup(async (group) => {
              const child = group.createTask(() => sleep(Infinity));
              await checkpoint();
              if (which === "its group") group.cancel();
              else child.cancel();
              scope.cancel();
              // The body does not meet it, and when it ends no child is left that it could wait for.
              await shield(() => sleep(10));
            });
          } catch (error) {
            caught = true;
            throw error;
          }
        });
        expect(caught).toBe(true);
      }));
  }
});
