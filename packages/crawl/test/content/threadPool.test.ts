import { spawnSync } from "node:child_process";
import { cancelScope, createTask, gather, run, sleep, timeout } from "heddle";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ThreadPool } from "../../src/content/threadPool.js";

const ENTRY = new URL("./support/testThread.mjs", import.meta.url);

interface Job {
  kind: string;
  value?: unknown;
}

let pool: ThreadPool<Job, unknown>;
beforeEach(() => {
  pool = new ThreadPool({ entry: ENTRY, name: "tests" }, { size: 2, timeout: 5000, maxMemory: 64 });
});
afterEach(async () => {
  await pool.close();
});

const threadId = (): Promise<unknown> => pool.run({ kind: "id" });

describe("ThreadPool", () => {
  it("starts no thread before there is work", () => {
    expect(pool.stats()).toEqual({ threads: 0, busy: 0, waiting: 0 });
  });

  it("does a job in a thread, and keeps the thread for the next", async () => {
    expect(await pool.run({ kind: "echo", value: { a: [1] } })).toEqual({ a: [1] });
    expect(await threadId()).toBe(await threadId());
    expect(pool.stats()).toEqual({ threads: 1, busy: 0, waiting: 0 });
  });

  it("does as many jobs at once as it may have threads, and the others in turn", async () => {
    const jobs = Array.from({ length: 20 }, (_, value) => () => pool.run({ kind: "echo", value }));
    const all = createTask(() => gather(jobs));
    await sleep(0);
    expect(pool.stats()).toEqual({ threads: 2, busy: 2, waiting: 18 });
    expect(await all).toEqual(Array.from({ length: 20 }, (_, value) => value));
    expect(pool.stats()).toEqual({ threads: 2, busy: 0, waiting: 0 });
  });

  it("throws what a job fails with, and goes on with the same thread", async () => {
    const before = await threadId();
    await expect(pool.run({ kind: "fail", value: "too large" })).rejects.toMatchObject({
      name: "ThreadError",
      code: "THREAD_JOB_FAILED",
      message: "Cannot finish a job in a thread for tests as it failed: received RangeError: too large",
    });
    expect(await threadId()).toBe(before);
  });

  it.each([
    [{ kind: "throw", value: "lost" }, "THREAD_CRASHED", "as the thread broke: received Error: lost"],
    [{ kind: "exit", value: 7 }, "THREAD_CRASHED", "as the thread broke: received exit code 7"],
    [{ kind: "eat" }, "THREAD_OUT_OF_MEMORY", "as it needs more than 64 MiB of memory"],
  ])("says that the thread broke for %j, and takes another one", async (job, code, message) => {
    await expect(pool.run(job)).rejects.toMatchObject({
      code,
      message: `Cannot finish a job in a thread for tests ${message}`,
    });
    expect(pool.stats().threads).toBe(0);
    expect(await pool.run({ kind: "echo", value: 1 })).toBe(1);
  });

  it("does not use a thread that broke after its answer", async () => {
    const single = new ThreadPool<Job, unknown>({ entry: ENTRY, name: "tests" }, { size: 1 });
    const before = await single.run({ kind: "id" });
    expect(await single.run({ kind: "late", value: 1 })).toBe(1);
    // Nothing tells when it has ended; a job that comes too early breaks with it.
    let id = before;
    while (id === before) {
      await sleep(5);
      id = await single.run({ kind: "id" }).catch(() => before);
    }
    expect(single.stats()).toEqual({ threads: 1, busy: 0, waiting: 0 });
    await single.close();
  });

  it("ends a thread whose job takes too long", async () => {
    const hasty = new ThreadPool<Job, unknown>({ entry: ENTRY, name: "tests" }, { size: 1, timeout: 200 });
    await expect(hasty.run({ kind: "spin" })).rejects.toMatchObject({
      code: "THREAD_TIMEOUT",
      message: "Cannot finish a job in a thread for tests as it took longer than 200 ms",
    });
    expect(hasty.stats()).toEqual({ threads: 0, busy: 0, waiting: 0 });
    await hasty.close();
  });

  it("ends the thread when its job is cancelled, be it in an endless loop, and lets the next have its place", async () => {
    const single = new ThreadPool<Job, unknown>({ entry: ENTRY, name: "tests" }, { size: 1 });
    await single.run({ kind: "echo" });
    const next = createTask(async () => {
      await sleep(20);
      return await single.run({ kind: "echo", value: "next" });
    });
    await cancelScope(() => single.run({ kind: "spin" }), { timeout: 100 });
    expect(single.stats().threads).toBeLessThanOrEqual(1);
    expect(await next).toBe("next");
    await single.close();
  });

  it("leaves the queue when a waiting job is cancelled", async () => {
    const single = new ThreadPool<Job, unknown>({ entry: ENTRY, name: "tests" }, { size: 1 });
    const first = createTask(() => single.run({ kind: "silence" }));
    await sleep(0);
    await cancelScope(() => single.run({ kind: "echo" }), { timeout: 10 });
    expect(single.stats()).toEqual({ threads: 1, busy: 1, waiting: 0 });
    await first.cancelAndWait();
    expect(single.stats()).toEqual({ threads: 0, busy: 0, waiting: 0 });
    await single.close();
  });

  it("fails what is under way and what waits when it is closed, and whatever comes then", async () => {
    const jobs = Array.from({ length: 4 }, () => () => pool.run({ kind: "silence" }));
    const all = createTask(() => gather(jobs, { settle: true }));
    await sleep(0);
    await pool.close();
    const closed = { status: "rejected", reason: expect.objectContaining({ code: "THREADS_CLOSED" }) as unknown };
    expect(await all).toEqual([closed, closed, closed, closed]);
    await expect(pool.run({ kind: "echo" })).rejects.toThrow(
      "Cannot start a job in a thread for tests as the threads are closed",
    );
    await pool.close();
  });

  it("does not start a job in a scope that is cancelled already", async () => {
    await cancelScope(async (scope) => {
      scope.cancel();
      await pool.run({ kind: "echo" });
    });
    expect(pool.stats().threads).toBe(0);
  });

  it("does not keep the process alive when idle, but while there is a job", async () => {
    const built = new URL("../../dist/content/threadPool.js", import.meta.url).href;
    const script = `
      const { ThreadPool } = await import(${JSON.stringify(built)});
      const pool = new ThreadPool({ entry: new URL(${JSON.stringify(ENTRY.href)}), name: "tests" });
      console.log(await pool.run({ kind: "echo", value: "done" }));
    `;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      timeout: 9000,
      encoding: "utf8",
    });
    expect({ status: child.status, stdout: child.stdout, stderr: child.stderr }).toEqual({
      status: 0,
      stdout: "done\n",
      stderr: "",
    });
  });

  it("says what is wrong with its options", () => {
    const make = (options: object) => () => new ThreadPool({ entry: ENTRY, name: "tests" }, options);
    expect(make({ size: 0 })).toThrow(
      "Cannot make threads for tests as size must be a whole number, 1 or more: received 0",
    );
    expect(make({ timeout: "1" })).toThrow("Cannot make threads for tests as timeout must be a number of milliseconds");
    expect(make({ maxMemory: 1 })).toThrow(
      "Cannot make threads for tests as maxMemory must be a whole number, 16 or more",
    );
    expect(make({ threads: 1 })).toThrow("the options are size, timeout, maxMemory");
  });

  it("works in a run with a deadline as anywhere", async () => {
    await run(() => timeout(4000, async () => expect(await pool.run({ kind: "echo", value: 1 })).toBe(1)));
  });
});
