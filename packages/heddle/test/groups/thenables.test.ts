import { cancelScope, createTask, currentTask, moveOnAfter, now, shield, sleep, taskGroup, timeout } from "heddle";
import { currentScope } from "heddle/lowlevel";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";

/** Does its work when it is awaited, as query builders do. */
function lazy<T>(work: () => Promise<T>): PromiseLike<T> {
  return { then: (onResult, onError) => work().then(onResult, onError) };
}

describe("a body that returns a thenable", () => {
  it("waits for a task within its timeout", () =>
    virtualTime(async () => {
      const task = createTask(() => sleep(100));
      await expect(timeout(10, () => task)).rejects.toThrow("Timed out after 10 ms");
      expect([now(), task.state]).toEqual([10, "running"]);
    }));

  it("waits for a task within its shield", () =>
    virtualTime(async () => {
      const task = createTask(() => sleep(100).then(() => "result"));
      let result: unknown;
      await moveOnAfter(10, async () => {
        result = await shield(() => task);
      });
      expect([now(), result]).toEqual([100, "result"]);
    }));

  it("does the thenable's work in the scope", () =>
    virtualTime(async () => {
      const outside = currentScope();
      const inside = await cancelScope(() => lazy(async () => currentScope()));
      expect(inside).not.toBe(outside);
      await expect(timeout(10, () => lazy(() => sleep(20)))).rejects.toThrow("Timed out");
    }));

  it("waits for it in a task group, which its child can cancel", () =>
    virtualTime(async () => {
      const forEver = createTask(() => sleep(Infinity), { name: "for ever" });
      const running = taskGroup((group) => {
        group.createTask(async () => {
          await sleep(5);
          throw new Error("Failed");
        });
        return forEver;
      });
      await expect(running).rejects.toMatchObject({ errors: [new Error("Failed")] });
      expect(now()).toBe(5);
      expect(currentTask()).toBeDefined();
    }));
});
