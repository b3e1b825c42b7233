import { createTask, run, sleep } from "heddle";
import { currentScope } from "heddle/lowlevel";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { expectRefused } from "../support/errorOf.js";

// What a task promises its users, rules T1 to T6, is tested in ../rules/task.test.ts.

describe("createTask", () => {
  it("makes a task of the innermost run around it", () =>
    virtualTime(async () => {
      const outer = currentScope().parent;
      await run(() => {
        const inner = currentScope().parent;
        expect(inner).not.toBe(outer);
        expect(createTask(() => {}).owner.scope).toBe(inner);
      });
      expect(createTask(() => {}).owner.scope).toBe(outer);
    }));

  it("gives what it was told to give: values, promises, nothing", () =>
    virtualTime(async () => {
      expect(await createTask(() => 1)).toBe(1);
      expect(await createTask(() => sleep(1).then(() => 2))).toBe(2);
      expect(await createTask(() => {})).toBe(undefined);
    }));

  it("refuses a promise, and shows the call that was meant", () =>
    virtualTime(() =>
      expectRefused(
        () => createTask(sleep(1) as unknown as () => void),
        "Cannot create a task as a function is needed: received a promise; it has already started, hand over the " +
          "function: createTask(() => work())",
      ),
    ));

  it("refuses a task in place of the function", () =>
    virtualTime(() =>
      expectRefused(
        () => createTask(createTask(() => {}) as unknown as () => void),
        /received a promise; it has already/,
      ),
    ));

  it("refuses strange names and options", () =>
    virtualTime(async () => {
      const create = (options: unknown) => () => createTask(() => {}, options as object);
      await expectRefused(create({ name: 5 }), "Cannot create a task as the name must be a string: received 5");
      await expectRefused(
        create("poller"),
        'Cannot create a task as the options must be an object: received "poller" (a string)',
      );
      await expectRefused(create({ nmae: "x" }), 'Cannot create a task as the options are name: received "nmae"');
    }));
});
