import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChromeEvent } from "heddle/watch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isNode } from "../support/isNode.js";
import type { Ended } from "../support/runFixture.js";
import { runFixture } from "../support/runFixture.js";

describe.concurrent("the trace of a run", { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "heddle-trace-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  let files = 0;

  async function traced(how: string): Promise<Ended & { events: ChromeEvent[] }> {
    const file = join(folder, `${how}-${++files}.json`);
    const ended = await runFixture("traceEnds", [how, file]);
    return {
      ...ended,
      events: (JSON.parse(await readFile(file, "utf8")) as { traceEvents: ChromeEvent[] }).traceEvents,
    };
  }

  for (const [how, code] of Object.entries({ exit: 5, crash: 1, standstill: 13, throw: 1, end: 0 })) {
    it.skipIf(!isNode && (how === "crash" || how === "standstill"))(
      `is written whole when the process ends by: ${how}`,
      async () => {
        const { code: real, events } = await traced(how);
        expect(real).toBe(code);
        expect(events.filter(({ name }) => name === "thread_name").map(({ args }) => args?.["task"])).toContain("main");
        expect(events.filter(({ ph }) => ph === "X").length).toBeGreaterThan(300);
      },
    );
  }

  it("has slices that do not overlap within a task, however short they are", async () => {
    const { events } = await traced("end");
    const ends = new Map<number, number>();
    for (const { ph, tid, ts = 0, dur = 0 } of events) {
      if (ph !== "X") continue;
      // Sums of thousandths are not exact.
      expect(ts).toBeGreaterThan((ends.get(tid) ?? -1) - 0.0005);
      ends.set(tid, ts + dur);
    }
  });

  it.skipIf(!existsSync("/dev/full") || !isNode)(
    "costs the run nothing of its result when the disk is full",
    async () => {
      const { code, out, err } = await runFixture("traceEnds", ["end", "/dev/full"]);
      expect([code, out]).toEqual([0, ["ended"]]);
      expect(err).toMatch(/^heddle: cannot end watching the run: Error: ENOSPC/);
    },
  );
});
