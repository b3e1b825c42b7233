import { createTask, InvalidStateError, now, Queue, sleep } from "heddle";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";

describe("settle()", () => {
  it("returns when all other tasks are parked, without letting time pass", () =>
    virtualTime(async () => {
      const queue = new Queue<string>();
      const log: string[] = [];
      createTask(async () => {
        for await (const item of queue) log.push(item);
      });
      createTask(async () => {
        await sleep(10);
        await queue.put("later");
      });
      await queue.put("now");
      await settle();
      expect(log).toEqual(["now"]);
      expect(queue.stats().getting).toBe(1);
      expect(now()).toBe(0);
    }));

  it("is refused where time cannot be held", async () => {
    await expect(settle()).rejects.toThrow(InvalidStateError);
  });
});
