import { describe, expect, it } from "vitest";
import { isNode } from "../support/isNode.js";
import { FixtureProcess, runFixture } from "../support/runFixture.js";

// What is told on stderr is seen in processes of their own, run against the build.

/** Bun and Deno have no inspector that one thread could use to halt another. */

/** Numbers differ from run to run, and folders from machine to machine. */
function normal(text: string): string {
  return text.replace(/\d+(\.\d+)? (ms|s)\b/g, "<time>").replace(/(file:\/\/)?[^\s(]*\/fixtures\//g, "");
}

/** What a program without end has said up to `text`. */
async function errUntil(text: string, fixture: string, how: string): Promise<string> {
  const program = new FixtureProcess(fixture, [how]);
  while (!program.err.includes(text)) await program.more();
  program.kill("SIGKILL");
  await program.ended();
  return normal(program.err);
}

describe.concurrent("the watchdog", { timeout: 60_000 }, () => {
  it.skipIf(!isNode)("names the task and the line that block the loop, once, and counts what follows", async () => {
    const { err, out } = await runFixture("blockedLoop");
    expect(out).toEqual(["done"]);
    const lines = normal(err).split("\n");
    // On a busy machine any line may be the one at which the process was kept from the processor.
    const burn = lines.findIndex((line) => /^ {4}at burn \(blockedLoop\.mjs:6:\d+\)$/.test(line));
    expect(lines[burn - 1]).toBe('heddle: the event loop is blocked, for more than <time>, by task "statistics":');
    expect(lines[burn + 1]).toMatch(/^ {4}at statistics \(blockedLoop\.mjs:13:5\)$/);
    expect(lines[burn + 2]).toBe("heddle: it was blocked for <time>");
    expect(lines.filter((line) => /^ {4}at burn/.test(line))).toHaveLength(1);
    expect(lines.slice(burn + 3).join("\n")).toMatch(
      /^heddle: blockedLoop\.mjs:6:\d+ has blocked the event loop [23] times, for <time> in all, <time> at most$/m,
    );
  });

  it.skipIf(!isNode)(
    "tells the lines that were written, not those that were compiled, where source maps are on",
    async () => {
      const mapped = await runFixture("blockedMapped", [], ["--enable-source-maps"]);
      expect(normal(mapped.err)).toMatch(
        /\n {4}at burn \(original\.ts:1006:\d+\)\n {4}at statistics \(original\.ts:1013:\d+\)\n/,
      );
      const unmapped = await runFixture("blockedMapped");
      expect(normal(unmapped.err)).toMatch(/\n {4}at burn \(blockedMapped\.mjs:6:3\)/);
    },
  );

  it.skipIf(!isNode)(
    "says that a call cannot be halted while it lasts, and where it was when it has ended",
    async () => {
      const { err } = await runFixture("blockedHard", ["child"]);
      const lines = normal(err).split("\n");
      expect(lines[0]).toBe(
        "heddle: the event loop is blocked, for more than <time>, by a call that cannot be halted, such as execSync(), " +
          "readFileSync() or JSON.parse(): where it is, is told when it ends",
      );
      expect(lines[1]).toBe('heddle: the event loop is blocked, for more than <time>, by task "waitsForChild":');
      expect(lines.slice(2).join("\n")).toMatch(
        /at waitsForChild \(blockedHard\.mjs:[78]:\d+\)\nheddle: it was blocked for <time>\n/,
      );
    },
  );

  it.skipIf(!isNode)("catches jobs that are short but never end", async () => {
    expect(await errUntil("at endlessJobs", "blockedHard", "jobs")).toMatch(
      /by task "endlessJobs":\n {4}at endlessJobs \(blockedHard\.mjs:13:\d+\)/,
    );
  });

  it.skipIf(!isNode)("catches a loop without end while it runs", async () => {
    expect(await errUntil("at statistics", "blockedLoop", "forever")).toMatch(
      /by task "statistics":\n {4}at burn \(blockedLoop\.mjs:6:\d+\)/,
    );
  });
});

describe.concurrent("`dumpOn`", { timeout: 60_000 }, () => {
  it("writes the tree of all tasks to stderr at the signal, and the program goes on", async () => {
    const program = new FixtureProcess("dumps");
    await program.printed("ready");
    program.kill("SIGUSR2");
    while (!program.err.includes("<- other")) await program.more();
    program.kill("SIGKILL");
    await program.ended();
    const tree = program.err.replace(/, \w+ [\d.]+\)/g, ", <runtime>)").replace(/pid \d+/g, "pid <pid>");
    // Where they sit is found by the inspector, which only Node has.
    const at = (line: string): string => (isNode ? `  at dumps.mjs:${line}` : "");
    expect(normal(tree).replace(/ {2}\((for [^)]*)\)/g, "")).toContain(
      [
        "dumps.mjs (pid <pid>, <runtime>), up <time>: 3 tasks",
        "main  its children in gather",
        `├─ holder  sleep${at("9:5")}`,
        ...(isNode ? ["│     awaited by holder at dumps.mjs:7:3"] : []),
        `└─ other  lock.acquire on Lock "accounts", held by holder${at("14:3")}`,
        "",
        'Lock "accounts"  state held, waiting 1',
        "  held by holder",
      ].join("\n"),
    );
  });
});

describe.concurrent("debug mode", { timeout: 60_000 }, () => {
  it("complains of each thing once, with its line", async () => {
    const { err } = await runFixture("complains");
    const lines = normal(err)
      .split("\n")
      // On a busy machine any task may be kept from the processor for long.
      .filter((line) => line !== "" && (!line.includes("has run for") || line.includes('"hog"')))
      .map((line) => line.replace(/to \d+ items/, "to <n> items").replace(/mjs:(\d+):\d+/g, "mjs:$1"))
      .sort();
    expect(lines).toEqual([
      'heddle: Lock "accounts" is held by task "holder" while that waits for sleep, for <time> by now, at complains.mjs:7; 1 task waits for the lock',
      'heddle: Queue "jobs" (made at complains.mjs:16) only grows, to <n> items by now: they are put faster than taken; it has no bound, so put() never waits',
      'heddle: task "deaf" was cancelled <time> ago (no longer needed) and goes on: it awaits a promise from elsewhere, ' +
        (isNode ? "at complains.mjs:24" : "in the task created at complains.mjs:38"),
      'heddle: task "hog" has run for <time> without waiting, after complains.mjs:30, before complains.mjs:33: nothing else could run meanwhile',
    ]);
  });
});
