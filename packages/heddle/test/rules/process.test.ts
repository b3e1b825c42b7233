import { describe, expect, it } from "vitest";
import { isNode } from "../support/isNode.js";
import { FixtureProcess, runFixture } from "../support/runFixture.js";

// What concerns a whole process is seen in processes of their own, run against the build.

describe.concurrent("S7: SIGINT and SIGTERM", () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`stops a run with the first ${signal}, waits for the clean-up, and ends with ${code}, without a stack trace`, async () => {
      const program = new FixtureProcess("cleanUpOnSignal");
      await program.printed("ready");
      program.kill(signal);
      const { code: exitCode, out, err } = await program.ended();
      expect(out).toEqual(["ready", `stopping: ${signal}`, "cleaned up"]);
      expect([exitCode, err]).toEqual([code, ""]);
    });
  }

  it("ends the process at once with a second one, whatever the clean-up is doing", async () => {
    const program = new FixtureProcess("cleanUpOnSignal", ["60000"]);
    await program.printed("ready");
    program.kill("SIGTERM");
    await program.printed("stopping");
    program.kill("SIGINT");
    const { code, out } = await program.ended();
    expect([code, out.at(-1)]).toEqual([130, "stopping: SIGTERM"]);
  });

  it("lets a main that returns all the same return, and the process end as it does", async () => {
    const program = new FixtureProcess("cleanUpOnSignal", ["1", "swallow"]);
    await program.printed("ready");
    program.kill("SIGINT");
    const { code, out } = await program.ended();
    expect([code, out.at(-1)]).toEqual([0, "value"]);
  });

  it("gives the error to a program that catches it", async () => {
    const program = new FixtureProcess("cleanUpOnSignal", ["1", "caught"]);
    await program.printed("ready");
    program.kill("SIGINT");
    const { out, err } = await program.ended();
    expect([out.at(-1), err]).toEqual(["caught CancelledError", ""]);
  });

  it("leaves the signals to a program that listens itself", async () => {
    const program = new FixtureProcess("ownListener");
    await program.printed("ready");
    program.kill("SIGINT");
    expect(await program.ended()).toMatchObject({ code: 7, out: ["ready", "mine, and 0 more"] });
  });
});

describe.concurrent("the life of the process", () => {
  it("ends promptly when all that was waited for was given up", async () => {
    const start = performance.now();
    expect(await runFixture("idle")).toMatchObject({ code: 0, out: ["last line"], err: "" });
    expect(performance.now() - start).toBeLessThan(8000);
  });

  it("goes on as long as a task sleeps, be it for ever", async () => {
    const program = new FixtureProcess("sleepsForEver");
    await program.printed("ready");
    await new Promise((resolve) => setTimeout(resolve, 30));
    program.kill("SIGKILL");
    expect(await program.ended()).toMatchObject({ signal: "SIGKILL", out: ["ready"] });
  });
});

describe.concurrent("T5: errors of background tasks in a program that has no onError", () => {
  it("prints them with the task and where it was created, and goes on without an unhandled rejection", async () => {
    const { code, out, err } = await runFixture("backgroundError");
    expect([code, out]).toEqual([0, ["went on"]]);
    expect(err).toMatch(
      /heddle: task "poller", created at .*backgroundError\.mjs:\d+:\d+, failed and nobody awaited it:/,
    );
    expect(err).toMatch(/heddle: task "stray", created at .*backgroundError\.mjs:\d+:\d+, failed/);
    // Bun prints the name of a plain error in small letters.
    expect(err).toMatch(/error: in a run/i);
    expect(err).toMatch(/error: no run around/i);
  });
});

describe.concurrent("memory", () => {
  it("keeps no task, result, scope or group alive for a promise that somebody kept", async () => {
    expect(await runFixture("retention", [], ["--expose-gc"])).toMatchObject({
      out: ["alive: nothing; kept 5"],
      err: "",
    });
  });

  it("does not grow with what a program does again and again", async () => {
    const { out, err } = await runFixture("memory", [], ["--expose-gc"]);
    expect(err).toBe("");
    expect(Number(out[0])).toBeLessThan(300);
  });
});

// A flag of Node's.

describe("a process with frozen intrinsics", () => {
  it.skipIf(!isNode)("creates, fails and cancels tasks", async () => {
    const flags = ["--no-warnings", "--frozen-intrinsics"];
    expect(await runFixture("frozen", [], flags)).toMatchObject({ code: 0, out: ["TaskGroupError"], err: "" });
  });
});

describe("two copies of the library in one process", () => {
  it("share one tree: scopes, tasks and cancellations of the one are those of the other", async () => {
    const { out, err } = await runFixture("twoCopies", [], ["--no-warnings"]);
    expect(err).toBe("");
    expect(JSON.parse(out[0] as string)).toEqual({
      areTwo: true,
      oneRoot: true,
      oneScope: true,
      cancelled: "child,gather",
      caught: "TimeoutError",
      shield: "shielded",
      awaited: 7,
      numbers: 2,
      current: true,
      isCancelled: "ended",
      queue: "item",
      inner: 2,
      floated: "floated",
    });
  });
});
