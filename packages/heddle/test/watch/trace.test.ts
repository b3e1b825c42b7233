import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { gather, InvalidArgumentError, Queue, run, sleep } from "heddle";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HappeningKind } from "../../src/watch/eventLog.js";
import { EventLog, Happening } from "../../src/watch/eventLog.js";
import { slicesOf } from "../../src/watch/slices.js";

describe("the log", () => {
  it("keeps the last entries, in order, and counts what it dropped", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 0, max: 20_000 }), (limit, count) => {
        const log = new EventLog(limit);
        for (let i = 0; i < count; i++) {
          if (i % 3 === 0) log.addWithText(i, Happening.parked, i, 0, `text ${i}`);
          else log.add(i, Happening.created, i, 0);
        }
        const kept: number[] = [];
        for (const { at, text } of log) {
          kept.push(at);
          expect(text).toBe(at % 3 === 0 ? `text ${at}` : undefined);
        }
        expect(log.dropped).toBe(Math.max(0, count - limit));
        expect(kept.length).toBe(log.size);
        expect(kept.every((at, i) => at === log.dropped + i)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe("slices", () => {
  const log = (
    ...events: [at: number, kind: HappeningKind, task: number, other?: number, text?: string][]
  ): EventLog => {
    const made = new EventLog(1000);
    for (const [at, kind, task, other = 0, text = ""] of events) made.addWithText(at, kind, task, other, text);
    return made;
  };

  it("tell what a task did from when to when, and who woke it", () => {
    const { slices, wakes, marks, names } = slicesOf(
      log(
        [0, Happening.created, 1],
        [2, Happening.started, 1],
        [5, Happening.parked, 1, 0, "queue.get"],
        [6, Happening.created, 2],
        [6, Happening.started, 2],
        [9, Happening.woken, 1, 2],
        [10, Happening.succeeded, 2, 0, "gather"],
        [10, Happening.turn, 1],
        [14, Happening.succeeded, 1, -1, "main"],
      ),
      20,
    );
    expect(slices.filter(({ task }) => task === 1)).toEqual([
      { task: 1, kind: "new", from: 0, to: 2 },
      { task: 1, kind: "running", from: 2, to: 5 },
      { task: 1, kind: "waiting", from: 5, to: 9, label: "queue.get" },
      { task: 1, kind: "ready", from: 9, to: 10 },
      { task: 1, kind: "running", from: 10, to: 14 },
    ]);
    expect(wakes).toEqual([{ at: 9, by: 2, task: 1 }]);
    expect([...names]).toEqual([
      [2, "gather[0]"],
      [1, "main"],
    ]);
    expect(marks.map(({ task, what }) => [task, what])).toEqual([
      [2, "succeeded"],
      [1, "succeeded"],
    ]);
  });

  it("call it outside when a task goes on and is not heard of before the event loop turns", () => {
    const { slices } = slicesOf(
      log(
        [0, Happening.created, 1],
        [0, Happening.started, 1],
        [4, Happening.stretchEnd, 0],
        [30, Happening.parked, 1, 0],
      ),
      40,
    );
    expect(slices.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ["running", 0, 4],
      ["outside", 4, 30],
      ["waiting", 30, 40],
    ]);
  });

  it("of one task never overlap, and leave no gap, whatever happens", () => {
    const kinds = Object.values(Happening);
    const event = fc.record({ kind: fc.constantFrom(...kinds), task: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const made = new EventLog(1000);
        events.forEach(({ kind, task }, at) => {
          made.add(at, kind, task, 0);
        });
        const { slices } = slicesOf(made, events.length);
        for (const task of [1, 2, 3, 4]) {
          const own = slices.filter((slice) => slice.task === task);
          own.forEach((slice, i) => {
            expect(slice.from).toBeLessThan(slice.to);
            if (i > 0) expect(own[i - 1]?.to).toBeLessThanOrEqual(slice.from);
          });
        }
      }),
    );
  });
});

describe("`run()` with a trace", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "heddle-trace-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("writes tasks as tracks, waits as slices, and arrows from who woke whom", async () => {
    const file = join(folder, "out.json");
    const queue = new Queue<number>();
    await run(
      () =>
        gather(
          async function getter() {
            await queue.get();
          },
          async function putter() {
            await sleep(5);
            queue.putNowait(1);
          },
        ),
      { trace: file },
    );
    const { traceEvents, otherData } = JSON.parse(await readFile(file, "utf8")) as {
      traceEvents: { ph: string; name: string; cat?: string; tid: number; args?: { task?: string } }[];
      otherData: object;
    };
    const named = new Map(
      traceEvents.filter(({ name }) => name === "thread_name").map(({ tid, args }) => [args?.task, tid]),
    );
    const of = (name: string): string[] =>
      traceEvents.filter(({ ph, tid }) => ph === "X" && tid === named.get(name)).map((event) => event.name);
    expect([...named.keys()]).toEqual(["main", "getter", "putter"]);
    expect(of("getter")).toContain("queue.get");
    expect(of("putter")).toContain("sleep");
    expect(of("main")).toContain("its children");
    const [from, to] = ["s", "f"].map(
      (ph) => traceEvents.find((event) => event.ph === ph && event.cat === "wake")?.tid,
    );
    expect([from, to]).toEqual([named.get("putter"), named.get("getter")]);
    expect(otherData).toMatchObject({ source: "heddle", version: 1, dropped: 0 });
  });

  it("refuses what cannot be watched, with what would be right", async () => {
    const main = (): void => {};
    await expect(run(main, { trace: "" })).rejects.toThrow(InvalidArgumentError);
    await expect(run(main, { dumpOn: "SIGKILL" })).rejects.toThrow(
      'Cannot run as dumpOn must be a signal that can be listened for, such as "SIGUSR2": received "SIGKILL" (a string)',
    );
    await expect(run(main, { debug: { blocked: 1 } })).rejects.toThrow(
      /blocked must be a number, 10 or more: received 1/,
    );
    await expect(run(main, { debug: "yes" as never })).rejects.toThrow(/debug must be true or false/);
  });
});
