import type { PrimitiveInfo, Snapshot, TaskInfo } from "heddle/watch";
import { ageWords, circlesIn, circleWords, findingsIn, treeText } from "heddle/watch";
import { describe, expect, it } from "vitest";

function task(id: number, name: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return { id, name, state: "running", parent: null, age: 5000, waits: [], children: 0, ...more };
}

function lock(id: number, name: string, holder: TaskInfo): PrimitiveInfo {
  return { id, kind: "Lock", name, stats: { state: "held" }, holders: [{ task: holder.id, name: holder.name }] };
}

function snapshot(
  tasks: readonly TaskInfo[],
  primitives: readonly PrimitiveInfo[] = [],
  at: number = 10_000,
): Snapshot {
  return {
    kind: "snapshot",
    version: 1,
    pid: 17,
    runtime: "node 20.20.2",
    program: "/srv/bank.js",
    at,
    uptime: 65_000,
    cpu: 100,
    debug: false,
    tasks,
    leftOut: 0,
    primitives,
  };
}

const waits = (primitive: number, since: number = 3000): TaskInfo["waits"][number] => ({
  what: "lock.acquire",
  primitive,
  since,
});

/** Each waits for the lock of the next one, the last for that of the first. */
function ring(size: number): Snapshot {
  const tasks = Array.from({ length: size }, (_, i) => task(i + 1, `t${i}`, { waits: [waits(((i + 1) % size) + 1)] }));
  return snapshot(
    tasks,
    tasks.map((each, i) => lock(i + 1, `l${i}`, each)),
  );
}

describe("a blocked loop", () => {
  it("is told with the line of the program's own that calls the package which blocks", () => {
    const frames = ["/srv/node_modules/slow/index.js:5:6", "/srv/node_modules/slow/more.js:7:8", "/srv/bank.js:9:10"];
    const blocked = { task: 1, name: "main", frames: frames.map((at, i) => ({ function: `f${i}`, at })) };
    expect(findingsIn({ ...snapshot([task(1, "main")]), blocked }).map(({ text }) => text)).toEqual([
      'The event loop is blocked by task "main" in f0, at /srv/node_modules/slow/index.js:5:6, called by f2 at /srv/bank.js:9:10: ' +
        "nothing else can run",
    ]);
  });
});

describe("circles", () => {
  it("are found whatever their size, each once", () => {
    for (const size of [1, 2, 5]) expect(circlesIn(ring(size)).map(({ tasks }) => tasks.length)).toEqual([size]);
  });

  it("are told in one line", () => {
    const [circle] = circlesIn(ring(2));
    expect(circleWords(circle as NonNullable<typeof circle>)).toBe(
      '"t0" waits for Lock "l1" of "t1", which waits for Lock "l0" of "t0"',
    );
  });

  it("lead through children and awaited tasks as well", () => {
    const parent = task(1, "parent", { waits: [{ what: "children", group: "work", since: 1 }], children: 1 });
    const child = task(2, "child", { parent: 1, group: "work", waits: [waits(1)] });
    expect(circlesIn(snapshot([parent, child], [lock(1, "l", parent)]))).toHaveLength(1);
    const awaiter = task(3, "awaiter", { waits: [{ what: "task", task: 4, since: 1 }] });
    const awaited = task(4, "awaited", { waits: [waits(1)] });
    expect(circlesIn(snapshot([awaiter, awaited], [lock(1, "l", awaiter)]))).toHaveLength(1);
  });

  it("are none where time or somebody outside can end one of the waits", () => {
    const a = task(1, "a", { waits: [waits(2)] });
    const sleeper = task(2, "b", { waits: [{ what: "sleep", since: 1 }] });
    const foreign = task(2, "b");
    const either = task(2, "b", { waits: [waits(1), { what: "sleep", since: 1 }] });
    for (const b of [sleeper, foreign, either]) {
      expect(circlesIn(snapshot([a, b], [lock(1, "l1", a), lock(2, "l2", b)]))).toEqual([]);
    }
  });

  it("are not met by a parent that may do something else while its children wait for what it has", () => {
    const parent = task(1, "parent", { children: 1 });
    const child = task(2, "child", { parent: 1, waits: [waits(1)] });
    expect(circlesIn(snapshot([parent, child], [lock(1, "l", parent)]))).toEqual([]);
  });
});

describe("findings", () => {
  it("name tasks that were cancelled and have not ended, but not those that wait for their children to", () => {
    const cancelled = { reason: "stop", since: 2000 };
    const parent = task(1, "parent", { cancelled, children: 1 });
    const deaf = task(2, "deaf", { parent: 1, cancelled, createdAt: "/srv/a.js:1:2" });
    const quick = task(3, "quick", { cancelled: { reason: "", since: 10 } });
    expect(findingsIn(snapshot([parent, deaf, quick])).map(({ text }) => text)).toEqual([
      'Task "deaf" was cancelled 2.0 s ago (stop) and has not ended: it sits in a promise from elsewhere, created at /srv/a.js:1:2',
    ]);
  });

  it("say what grows between two snapshots", () => {
    const queue = (size: number): PrimitiveInfo => ({ id: 1, kind: "Queue", stats: { size, maxSize: "Infinity" } });
    const watchers = (count: number): TaskInfo[] => Array.from({ length: count }, (_, i) => task(i + 1, `watch-${i}`));
    const earlier = snapshot(watchers(3), [queue(10)], 9000);
    expect(findingsIn(snapshot(watchers(20), [queue(60)]), earlier).map(({ kind }) => kind)).toEqual([
      "growing queue",
      "leak",
    ]);
    expect(findingsIn(snapshot(watchers(3), [queue(10)]), earlier)).toEqual([]);
  });

  it("say which locks are broken, and by whom", () => {
    const broken = { id: 1, kind: "Lock", name: "db", stats: { state: "broken", owner: "import" } };
    expect(findingsIn(snapshot([], [broken])).map(({ text }) => text)).toEqual([
      'Lock "db" is broken: task "import" ended while it held it, so nobody gets it any more',
    ]);
  });

  it("say who has the permits that others wait for, and which are lost", () => {
    const pool = { id: 1, kind: "Semaphore", name: "pool", stats: { available: 0 } };
    const waiter = (since: number, id: number = 1): TaskInfo =>
      task(id, `w${id}`, { waits: [{ what: "semaphore.acquire", primitive: 1, since }] });
    const report = task(9, "report", { waits: [{ what: "sleep", since: 3000, parkedAt: ["/srv/a.js:1:2"] }] });
    const held = { ...pool, holders: [{ task: 9, name: "report", permits: 2 }] };
    const told = 'Semaphore "pool" is held by report (2), while 1 task waits for it, the longest for 4.0 s; ';
    expect(findingsIn(snapshot([waiter(4000), report], [held]))[0]?.text).toBe(
      `${told}report waits for sleep for 3.0 s, at /srv/a.js:1:2`,
    );
    const { text, kind } = findingsIn(snapshot([waiter(4000)], [{ ...held, lost: 1 }]))[0] ?? {};
    expect([kind, text?.includes("has lost 1 permit")]).toEqual(["lost permits", true]);
    // Who is at work, as far as one look tells, or has served the first in line between two, is no finding.
    const busy = task(9, "report");
    expect(findingsIn(snapshot([waiter(4000), busy], [held]))).toEqual([]);
    expect(findingsIn(snapshot([waiter(14_000), busy], [held]))).toHaveLength(1);
    const before = snapshot([waiter(3000), busy], [held], 9000);
    expect(findingsIn(snapshot([waiter(4000), busy], [held]), before)[0]?.text).toBe(
      `${told}report awaits a promise from elsewhere`,
    );
    expect(findingsIn(snapshot([waiter(4000, 2), busy], [held]), before)).toEqual([]);
    expect(findingsIn(snapshot([waiter(500), busy], [held]), before)).toEqual([]);
  });
});

describe("worker threads", () => {
  it("have a part of the tree of their own, and what looks wrong there is said with their number", () => {
    const snap = { ...snapshot([task(1, "main")]), workers: [{ id: 3, url: "/srv/pool.js", snapshot: ring(2) }] };
    const text = treeText(snap);
    expect(text).toContain('\n\nworker 3 (pool.js): 2 tasks\nt0  lock.acquire on Lock "l1", held by t1');
    expect(text).toContain('\n! Worker 3: Deadlock: "t0" waits for Lock "l1" of "t1"');
    const queue = (size: number): PrimitiveInfo => ({ id: 1, kind: "Queue", stats: { size, maxSize: 5000 } });
    const workers = (size: number, at: number): Snapshot["workers"] => [
      { id: 3, url: "", snapshot: snapshot([], [queue(size)], at) },
    ];
    const [later, earlier] = [2000, 0].map((size) => ({ ...snap, workers: workers(size, size + 9000) ?? [] }));
    expect(findingsIn(later as Snapshot, earlier).map(({ text: each }) => each)).toEqual([
      "Worker 3: Queue #1 grows by 1000 items a second, to 2000: they are put faster than taken",
    ]);
  });
});

describe("the tree", () => {
  it("tells with `awaits` which functions wait for the line in which a task sits", () => {
    const sits = [
      [
        { function: "load", at: "/srv/a.js:3:5" },
        { function: "page", at: "/srv/a.js:9:7" },
      ],
      [{ function: "page", at: "/srv/a.js:10:7" }],
    ];
    const tasks = [task(1, "main", { children: 1, sits }), task(2, "child", { parent: 1, sits: [] })];
    const [, ...lines] = treeText(snapshot(tasks), { awaits: true }).split("\n");
    expect(lines).toEqual([
      "main  awaits a promise from elsewhere  (5.0 s old)  at /srv/a.js:3:5",
      "│  awaited by page at /srv/a.js:9:7",
      "│  and at /srv/a.js:10:7",
      "└─ child  awaits a promise from elsewhere  (5.0 s old)",
      "",
    ]);
  });

  it("has a line for each task, one for many that are alike, and what looks wrong at the end", () => {
    const parent = task(1, "main", { children: 8, waits: [{ what: "children", group: "pool", since: 4000 }] });
    const tasks = Array.from({ length: 7 }, (_, i) => task(i + 2, `worker ${i}`, { parent: 1, waits: [waits(1)] }));
    const holder = task(20, "holder", { parent: 1, waits: [{ what: "sleep", since: 10, left: 90 }], deadlineIn: 400 });
    expect(treeText(snapshot([parent, ...tasks, holder], [lock(1, "db", holder)]), { awaits: true, alike: 2 })).toBe(
      `bank.js (pid 17, node 20.20.2), up 1 min 5 s: 9 tasks
main  its children in pool  (for 4.0 s, 5.0 s old)
├─ worker 0  lock.acquire on Lock "db", held by holder  (for 3.0 s, 5.0 s old)
├─ worker 1  lock.acquire on Lock "db", held by holder  (for 3.0 s, 5.0 s old)
├─ and 5 more like these, the longest for 3.0 s
└─ holder  sleep  (for 10 ms, 5.0 s old, 90 ms left, deadline in 400 ms)

Lock "db"  state held
  held by holder
  <- 7× worker * wait, the longest for 3.0 s
`,
    );
  });
});

it("ages are told in the two units that matter", () => {
  expect([5, 999, 1000, 9949, 59_400, 60_000, 65_000, 3_600_000, 7_380_000].map(ageWords)).toEqual([
    "5 ms",
    "999 ms",
    "1.0 s",
    "9.9 s",
    "59 s",
    "1 min",
    "1 min 5 s",
    "1 h",
    "2 h 3 min",
  ]);
});
