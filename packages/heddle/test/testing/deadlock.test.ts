import { DeadlockError, gather, Queue, Semaphore, sleep, taskGroup } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";

describe("virtualTime() when nothing can ever wake anything", () => {
  it("names every task and what it waits for", async () => {
    const queue = new Queue<number>();
    const program = virtualTime(async () => {
      await taskGroup((group) => {
        group.createTask(() => queue.get(), { name: "reader" });
        group.createTask(() => new Semaphore(0).acquire(), { name: "guest" });
        group.createTask(() => sleep(Infinity), { name: "sleeper" });
      });
    });
    await expect(program).rejects.toThrow(DeadlockError);
    await expect(program).rejects.toThrow(
      [
        "Everything waits and nothing can wake it:",
        "  main waits for its children, which only reader, guest, sleeper can end",
        "  reader waits for queue.get",
        "  guest waits for semaphore.acquire",
        "  sleeper waits for its sleep to end",
      ].join("\n"),
    );
  });

  it("shows the circle when tasks wait for each other", async () => {
    const program = virtualTime(async () => {
      await taskGroup((group) => {
        const chicken = group.createTask(async () => void (await egg), { name: "chicken" });
        const egg = group.createTask(async () => void (await chicken), { name: "egg" });
      });
    });
    await expect(program).rejects.toThrow("in a circle: chicken -> egg -> chicken");
  });

  it("runs the clean-up of the tasks it stops", async () => {
    const log: string[] = [];
    const program = virtualTime(async () => {
      try {
        await new Queue().get();
      } finally {
        log.push("cleaned up");
      }
    });
    await expect(program).rejects.toThrow(DeadlockError);
    expect(log).toEqual(["cleaned up"]);
  });

  it("waits for work outside of the runtime, which may still wake a task", async () => {
    const outside = virtualTime(async () => {
      await gather(() => new Promise((resolve) => setTimeout(resolve, 30)));
      return "woken from outside";
    });
    await expect(outside).resolves.toBe("woken from outside");
  });

  it("is not mistaken for a program whose last timer is still to come", async () => {
    await expect(virtualTime(() => sleep(3_600_000))).resolves.toBeUndefined();
  });
});
