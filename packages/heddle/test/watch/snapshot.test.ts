import {
  CapacityLimiter,
  createTask,
  gather,
  Lock,
  moveOnAfter,
  named,
  Queue,
  RWLock,
  Semaphore,
  sleep,
  timeout,
} from "heddle";
import { virtualTime } from "heddle/testing";
import type { Snapshot, TaskInfo } from "heddle/watch";
import { SNAPSHOT_SOURCE, SnapshotIndex, takeSnapshot, waitWords } from "heddle/watch";
import { expect, it } from "vitest";

/** The tasks of a snapshot by their names. */
function byName(snapshot: Snapshot | null): Map<string, TaskInfo> {
  return new Map(snapshot?.tasks.map((task) => [task.name, task]));
}

function words(snapshot: Snapshot | null, name: string): string | undefined {
  const task = byName(snapshot).get(name);
  return task?.waits.map((wait) => waitWords(wait, new SnapshotIndex(snapshot as Snapshot))).join(" and ");
}

it("tells of each task who owns it, and what it waits for, who has that, and for how long", async () => {
  const lock = named(new Lock(), "accounts");
  let snapshot: Snapshot | null = null;
  await virtualTime(() =>
    gather(
      async function holder() {
        await lock.with(() => sleep(100));
      },
      async function other() {
        await lock.with(() => sleep(1));
      },
      async function looks() {
        await sleep(10);
        snapshot = takeSnapshot();
      },
    ),
  );
  const tasks = byName(snapshot);
  const main = tasks.get("main");
  expect(words(snapshot, "main")).toBe("its children in gather");
  expect(tasks.get("holder")).toMatchObject({ state: "running", parent: main?.id, group: "gather" });
  expect(tasks.get("holder")?.waits).toEqual([expect.objectContaining({ what: "sleep", left: 90 })]);
  expect(words(snapshot, "other")).toBe('lock.acquire on Lock "accounts", held by holder');
  expect(main?.children).toBe(3);
});

it("tells how many permits are wanted, but never the items that are put", async () => {
  const queue = new Queue<number>(1);
  const pool = new Semaphore(1);
  let snapshot: Snapshot | null = null;
  await virtualTime(() =>
    gather(
      async function puts() {
        await queue.put(41);
        await queue.put(42);
      },
      async function wants() {
        await pool.acquire(3);
      },
      async function looks() {
        await sleep(10);
        snapshot = takeSnapshot();
        pool.resize(3);
        await queue.get();
      },
    ),
  );
  expect(words(snapshot, "puts")).toMatch(/^queue\.put on Queue #\d+$/);
  expect(words(snapshot, "wants")).toMatch(/^semaphore\.acquire \(wants 3\) on Semaphore #\d+$/);
});

it("tells the kind of a primitive also where a minifier has renamed its class", () => {
  class B extends Lock {}
  const lock = new B();
  const snapshot = takeSnapshot({ lists: [{ subject: lock, what: "lock.acquire" }] });
  expect(snapshot?.primitives).toMatchObject([{ kind: "Lock" }]);
});

it("tells the nearest deadline, and the cancellation that a task has not obeyed yet", async () => {
  let snapshot: Snapshot | null = null;
  await virtualTime(async () => {
    const deaf = createTask(async function deaf() {
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    await sleep(1);
    deaf.cancel("enough");
    await timeout(50, async () => {
      snapshot = takeSnapshot();
      await moveOnAfter(1, () => sleep(2));
    });
  });
  expect(byName(snapshot).get("deaf")?.cancelled).toMatchObject({ reason: "enough", since: expect.any(Number) });
  expect(byName(snapshot).get("main")?.deadlineIn).toBe(50);
});

it("lists primitives that nobody waits for when it is handed their wait lists, and what has become of permits", async () => {
  const jobs = named(new Queue<number>(), "jobs");
  const pool = named(new Semaphore(3), "pool");
  jobs.putNowait(1);
  const permit = await pool.acquire();
  await pool.acquire();
  const lists = [jobs, pool].map((subject) => ({ subject }));
  const snapshot = takeSnapshot({ lists, permits: [permit] });
  const primitives = new Map(snapshot?.primitives.map((each) => [each.name, each]));
  expect(primitives.get("jobs")).toMatchObject({ kind: "Queue", stats: { size: 1, maxSize: "Infinity" } });
  expect(primitives.get("pool")).toMatchObject({ lost: 1, holders: [{ permits: 1, name: "code outside of tasks" }] });
  const again = takeSnapshot({ lists });
  expect(again?.primitives.map(({ id }) => id)).toEqual(snapshot?.primitives.map(({ id }) => id));
});

it("tells who reads, writes, and has the places of a limiter", async () => {
  const files = named(new RWLock(), "files");
  const threads = named(new CapacityLimiter(2), "threads");
  const looks: (Snapshot | null)[] = [];
  await virtualTime(() =>
    gather(
      ...["reads", "readsToo"].map((name) => async () => {
        await createTask(() => files.withRead(() => threads.with(() => sleep(100))), { name });
      }),
      async () => {
        await sleep(1);
        await createTask(() => files.withWrite(() => sleep(100)), { name: "writes" });
      },
      async () => {
        await sleep(2);
        await createTask(() => threads.with(() => sleep(1)), { name: "thirdThread" });
      },
      async () => {
        await sleep(50);
        looks.push(takeSnapshot());
        await sleep(100);
        looks.push(takeSnapshot());
        await createTask(() => files.withRead(() => sleep(1)), { name: "readsLater" });
      },
    ),
  );
  const [first = null, second = null] = looks;
  expect(words(first, "writes")).toBe('rwLock.write on RWLock "files", held by reads, readsToo');
  expect(words(first, "thirdThread")).toBe(
    'capacityLimiter.acquire on CapacityLimiter "threads", held by reads, readsToo',
  );
  expect(first?.primitives.find(({ name }) => name === "threads")?.stats).toMatchObject({ total: 2, available: 0 });
  expect(files.holders).toEqual([]);
  expect(byName(second).get("writes")?.waits[0]?.what).toBe("sleep");
});

it("counts the tasks that it leaves out", async () => {
  await virtualTime(async () => {
    const tasks = Array.from({ length: 20 }, () => createTask(() => sleep(10)));
    await sleep(1);
    const snapshot = takeSnapshot({ limit: 5 });
    expect([snapshot?.tasks.length, snapshot?.leftOut]).toEqual([5, 16]);
    await gather(tasks);
  });
});

it("survives JSON, also when it was taken by the text that is sent into other processes", () => {
  const taken: unknown = new Function(`${SNAPSHOT_SOURCE}; return takeSnapshot();`)();
  expect(taken).toMatchObject({ kind: "snapshot", version: 1, pid: process.pid });
  expect(JSON.parse(JSON.stringify(taken))).toEqual(taken);
});
