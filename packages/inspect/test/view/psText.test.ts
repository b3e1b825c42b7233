import { doctorText, psText } from "@heddle/inspect";
import { expect, it } from "vitest";
import { snapshotOf, taskInfo } from "../support/snapshots.js";

const POOL = { id: 1, kind: "Semaphore", name: "pool", stats: { available: 0 } };
const workers = Array.from({ length: 6 }, (_, i) =>
  taskInfo(i + 2, `worker ${i}`, { parent: 1, waits: [{ what: "semaphore.acquire", primitive: 1, since: i * 100 }] }),
);
const tasks = [
  taskInfo(1, "main", { children: 6, waits: [{ what: "children", group: "crew", since: 900 }] }),
  ...workers,
  taskInfo(9, "upload", { signal: true, deadlineIn: 2500, createdAt: "/srv/shop.js:3:4" }),
  taskInfo(10, "deaf", { cancelled: { reason: "", since: 5 } }),
];

it("`ps` lists tasks, many that are alike in one line", () => {
  expect(psText(snapshotOf(tasks, {}, [POOL]))).toBe(`shop.js (pid 17, node 20.20.2), up 1 min 5 s: 9 tasks

ID  TASK      STATE        AGE     FOR  DEADLINE  WAITS FOR
 1  main      waiting    1.0 s  900 ms            its children in crew
6×  worker *  waiting    7.0 s  500 ms            semaphore.acquire on Semaphore "pool"
 9  upload    outside    9.0 s             2.5 s  awaits a platform call (has its signal)  created at /srv/shop.js:3:4
10  deaf      cancelled   10 s                    awaits a promise from elsewhere
`);
});

it("`ps` adds up how long alike tasks have run, where that is known, and keeps apart those that sit in other lines", () => {
  const loaders = Array.from({ length: 12 }, (_, i) =>
    taskInfo(i + 1, `load ${i}`, {
      ran: 10,
      quiet: 100,
      sits: [[{ function: "load", at: `/srv/shop.js:${i % 2}:3` }]],
    }),
  );
  expect(psText(snapshotOf(loaders)).split("\n").slice(2)).toEqual([
    "ID  TASK    STATE     AGE    RAN     FOR  WAITS FOR",
    "6×  load *  outside  11 s  60 ms  100 ms  awaits a promise from elsewhere  at /srv/shop.js:0:3",
    "6×  load *  outside  12 s  60 ms  100 ms  awaits a promise from elsewhere  at /srv/shop.js:1:3",
    "",
  ]);
});

it("`ps` cuts lines to the width of the terminal, and lists every task when asked to", () => {
  const text = psText(snapshotOf(tasks, {}, [POOL]), { width: 60, group: false });
  expect(text.split("\n").filter((line) => line.includes("worker"))).toHaveLength(6);
  expect(
    text
      .split("\n")
      .slice(1)
      .every((line) => line.length <= 60),
  ).toBe(true);
});

it("`ps` leaves out what matters less where there is no room for what a task waits for", () => {
  const lines = (width: number): string[] => psText(snapshotOf(tasks, {}, [POOL]), { width }).split("\n");
  expect(lines(80)[2]).toBe("ID  TASK      STATE        AGE     FOR  DEADLINE  WAITS FOR");
  expect(lines(72)[2]).toBe("ID  TASK      STATE        AGE     FOR  WAITS FOR");
  expect(lines(60)[2]).toBe("ID  TASK      STATE         FOR  WAITS FOR");
  expect(lines(48)[2]).toBe("ID  TASK         FOR  WAITS FOR");
  expect(lines(48)[4]).toBe("6×  worker *  500 ms  semaphore.acquire on Sema…");
});

it("names that a terminal would obey are shown as escapes, long ones are cut, and columns stay straight", () => {
  const names = ["\u001b[2J\u001b[31mred", "one\ntwo", "日本語", "👩‍👩‍👧‍👦 family", "x".repeat(10_000)];
  const nasty = names.map((name, i) => taskInfo(i + 1, name, { waits: [{ what: "sleep", since: 5 }] }));
  const lines = psText(snapshotOf(nasty)).split("\n");
  const longest = `${"x".repeat(79)}…`;
  const rows = ["\\x1b[2J\\x1b[31mred", "one\\ntwo", "日本語", "👩‍👩‍👧‍👦 family", longest];
  // Of the pictures each takes two columns, of the ideographs too.
  const widths = [0, 0, 3, "👩‍👩‍👧‍👦".length - 2, 0].map((more, i) => 80 + (i === 2 ? -more : more));
  rows.forEach((row, i) => {
    expect(lines[i + 3]?.slice(4)).toMatch(new RegExp(`^.{${widths[i]}}  waiting `));
    expect(lines[i + 3]).toContain(`${row}  `);
  });
  const narrow = psText(snapshotOf(nasty), { width: 60 }).split("\n");
  expect(narrow[7]).toContain(`${"x".repeat(20)}…  waiting`);
});

it("`doctor` says that nothing looks wrong, or what does", () => {
  const fine = snapshotOf([taskInfo(1, "main")]);
  expect(doctorText(fine, { ...fine, at: 8000 })).toBe(
    "shop.js (pid 17, node 20.20.2), up 1 min 5 s: 1 task, watched for 2.0 s\n\n" +
      "Nothing looks wrong: no deadlock, no blocked loop, nothing that grows.\n",
  );
  const blocked = { task: 1, name: "main", frames: [{ function: "count", at: "/srv/shop.js:5:6" }] };
  expect(doctorText({ ...fine, blocked }, fine)).toContain(
    '! The event loop is blocked by task "main" in count, at /srv/shop.js:5:6: nothing else can run',
  );
});
