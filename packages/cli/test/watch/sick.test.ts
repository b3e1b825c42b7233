import { describe, expect, it } from "vitest";
import { heddle } from "../support/heddle.js";
import { normal, Program, realTime } from "../support/program.js";

// Each of the sick programs of examples/sick, diagnosed from outside by what the command prints and nothing else.

async function diagnose(name: string, ...command: string[]): Promise<{ code: number | null; text: string }> {
  using program = new Program(`sick/${name}.mjs`);
  await realTime(1800);
  const [verb = "", ...flags] = command;
  const { code, stdout, stderr } = await heddle([verb, ...flags, String(program.pid)]);
  return { code, text: normal(stdout + stderr) };
}

describe.concurrent("a sick program", { timeout: 90_000 }, () => {
  it("with a deadlock: who waits for whom, in one line", async () => {
    expect(await diagnose("deadlock", "tree", "--awaits")).toEqual({
      code: 0,
      text: `deadlock.mjs (pid <pid>, <runtime>), up <time>: <n> tasks
main its children in group (for <time>, <time> old)
├─ salary lock.acquire on Lock "checking", held by rent (for <time>, <time> old) at deadlock.mjs:10
├─ rent lock.acquire on Lock "savings", held by salary (for <time>, <time> old) at deadlock.mjs:10
└─ heartbeat sleep (for <time>, <time> old, <time> left) at deadlock.mjs:15

Lock "checking" state held, owner rent, waiting 1
 held by rent
 <- salary waits for <time>

Lock "savings" state held, owner salary, waiting 1
 held by salary
 <- rent waits for <time>

! Deadlock: "salary" waits for Lock "checking" of "rent", which waits for Lock "savings" of "salary"
`,
    });
  });

  it("with a blocked loop: the task, the function and the line, while it blocks", async () => {
    const { text } = await diagnose("blocked-loop", "ps");
    expect(text.replace(/countPrimesBelow, at blocked-loop\.mjs:[78]/, "countPrimesBelow, at blocked-loop.mjs:7")).toBe(
      `blocked-loop.mjs (pid <pid>, <runtime>), up <time>: <n> tasks

ID TASK STATE AGE FOR WAITS FOR
 1 main waiting <time> <time> task statistics
 2 heartbeat waiting <time> <time> sleep created at blocked-loop.mjs:24
 3 statistics blocking <time> runs, and blocks all others created at blocked-loop.mjs:25

! The event loop is blocked by task "statistics" in countPrimesBelow, at blocked-loop.mjs:7: nothing else can run
`,
    );
  });

  it("with leaked tasks: which, how many more, where they are created", async () => {
    expect(await diagnose("leaked-task", "doctor")).toEqual({
      code: 1,
      text: `leaked-task.mjs (pid <pid>, <runtime>), up <time>: <n> tasks, watched for <time>

! Tasks "watchConfig" pile up: <n>, <n> more than <time> before, and none has ended; the oldest is <time> old; they belong to the run, in the background, created at leaked-task.mjs:7
`,
    });
  });

  it("with a queue that grows for ever: which, how fast, and why", async () => {
    expect(await diagnose("growing-queue", "doctor")).toEqual({
      code: 1,
      text: `growing-queue.mjs (pid <pid>, <runtime>), up <time>: <n> tasks, watched for <time>

! Queue "jobs" grows by <n> items a second, to <n>: they are put faster than taken and it has no bound
`,
    });
  });

  it("with a task that ignores its cancellation: which, since when, and where it sits", async () => {
    expect(await diagnose("ignored-cancellation", "tree")).toEqual({
      code: 0,
      text: `ignored-cancellation.mjs (pid <pid>, <runtime>), up <time>: <n> tasks
main sleep (for <time>, <time> old) at ignored-cancellation.mjs:22
heartbeat sleep (for <time>, <time> old, <time> left) at ignored-cancellation.mjs:13
nightlyReport awaits a promise from elsewhere (<time> old) CANCELLED <time> ago at ignored-cancellation.mjs:17

! Task "nightlyReport" was cancelled <time> ago (the night is over) and has not ended: it sits in a promise from elsewhere, at ignored-cancellation.mjs:17
`,
    });
  });

  it("with a starved semaphore: that permits are lost, and who waits for them", async () => {
    expect(await diagnose("starved-semaphore", "doctor")).toEqual({
      code: 1,
      text: `starved-semaphore.mjs (pid <pid>, <runtime>), up <time>: <n> tasks, watched for <time>

! Semaphore "connections" has lost 3 permits: taken, never given back, and nobody has them any more; <n> tasks wait for it, the longest for <time>
`,
    });
  });
});
