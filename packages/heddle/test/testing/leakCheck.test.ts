import { createTask, Queue, run, Semaphore, sleep } from "heddle";
import { LeakError, leakCheck, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";

describe("leakCheck()", () => {
  it("returns what a clean test returns", async () => {
    const semaphore = new Semaphore(1);
    const clean = leakCheck(async () => {
      await semaphore.with(() => sleep(1));
      return "clean";
    });
    await expect(clean).resolves.toBe("clean");
  });

  it("names a task that has not ended, and where it was created", async () => {
    const queue = new Queue<void>();
    const error = await leakCheck(() => void createTask(() => queue.get(), { name: "forgotten" })).catch((e) => e);
    queue.putNowait();
    expect(error).toBeInstanceOf(LeakError);
    expect(error.message).toMatch(/task "forgotten", running, created at .*leakCheck\.test\.ts:\d+:\d+/);
  });

  it("names a permit that was not given back, and who has taken it", async () => {
    const leak = leakCheck(() =>
      virtualTime(async () => {
        await new Semaphore(2).acquire();
      }),
    );
    await expect(leak).rejects.toThrow('1 permit of a semaphore, taken by task "main"');
  });

  it("names a listener that is left on a foreign signal", async () => {
    const { signal } = new AbortController();
    const queue = new Queue<void>();
    let running: Promise<void> | undefined;
    const leak = leakCheck(() => {
      running = run(() => queue.get(), { signal });
    });
    await expect(leak).rejects.toThrow("a listener on a foreign AbortSignal");
    queue.putNowait();
    await running;
  });

  it("names a timer that is still set", async () => {
    const error = await leakCheck(() => void createTask(() => sleep(20))).catch((e) => e);
    expect(error.leaks).toContain("1 timer");
  });

  it("lets the error of the test through", async () => {
    await expect(
      leakCheck(() => {
        throw new Error("the test's own");
      }),
    ).rejects.toThrow("the test's own");
  });
});
