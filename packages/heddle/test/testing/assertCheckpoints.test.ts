import { AssertionError } from "node:assert";
import { checkpoint, Queue, Semaphore, sleep } from "heddle";
import { assertCheckpoints, assertNoCheckpoints, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";

describe("assertCheckpoints()", () => {
  it("passes for calls that wait, also where they need not wait", () =>
    virtualTime(async () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      await assertCheckpoints(() => queue.get());
      await assertCheckpoints(() => new Semaphore(1).acquire());
      await assertCheckpoints(() => sleep(1));
      await assertCheckpoints(() => checkpoint());
      expect(queue.size).toBe(1);
    }));

  it("fails for a call that goes through in a cancelled scope", async () => {
    await expect(assertCheckpoints(async () => 1)).rejects.toThrow(AssertionError);
  });

  it("fails for a call that throws something else", async () => {
    const failing = assertCheckpoints(async () => {
      throw new Error("other");
    });
    await expect(failing).rejects.toThrow("without a checkpoint");
  });
});

describe("assertNoCheckpoints()", () => {
  it("passes for calls that never wait", () => assertNoCheckpoints(() => new Queue().tryGet()));

  it("fails for a call that may wait", async () => {
    await expect(assertNoCheckpoints(() => checkpoint())).rejects.toThrow("met a checkpoint");
  });
});
