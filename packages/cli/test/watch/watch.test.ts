import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Snapshot } from "heddle/watch";
import { describe, expect, it } from "vitest";
import { heddle, startHeddle } from "../support/heddle.js";
import { normal, Program, realTime } from "../support/program.js";

/** The ports that a process listens at, by what the system says. */
function portsOf(pid: number): string[] {
  const inodes = new Set<string>();
  for (const entry of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${entry}`))?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  const lines = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return lines.filter((cells) => cells[3] === "0A" && inodes.has(cells[9] ?? "")).map((cells) => cells[1] ?? "");
}

describe.concurrent("looking into a process", { timeout: 90_000 }, () => {
  it("says so when there is none of that number, or when it is somebody else's", async () => {
    expect(await heddle(["ps", "999999999"])).toMatchObject({
      code: 2,
      stderr: "heddle: Cannot look at process 999999999 as there is none of that number\n",
    });
    expect(await heddle(["ps", "fast"])).toMatchObject({
      code: 2,
      stderr:
        'heddle: Cannot look at a process as its number is needed, as ps or top tell it: received "fast"\n' +
        "Try heddle ps --help\n",
    });
  });

  it("leaves a process alone that is no Node program: the signal would end it", async () => {
    const sleeper = spawn("sleep", ["60"]);
    try {
      const { code, stderr } = await heddle(["tree", String(sleeper.pid)]);
      expect([code, stderr]).toEqual([
        2,
        `heddle: Cannot look at process ${sleeper.pid} as it is no Node program: received "sleep"\n`,
      ]);
      expect(sleeper.exitCode).toBe(null);
    } finally {
      sleeper.kill();
    }
  });

  it("says so when a program does not use Heddle", async () => {
    const other = spawn(process.execPath, ["--inspect-port=0", "-e", "setInterval(() => {}, 1000)"], {
      stdio: "ignore",
    });
    try {
      await realTime(800);
      const { code, stderr } = await heddle(["ps", String(other.pid)]);
      expect([code, stderr]).toEqual([2, `heddle: Cannot look at process ${other.pid} as it does not use Heddle\n`]);
    } finally {
      other.kill();
    }
  });

  it("closes the inspector again, and may be done as often as one likes", async () => {
    using program = new Program("sick/deadlock.mjs");
    await realTime(1000);
    for (let i = 0; i < 2; i++) {
      const { stdout } = await heddle(["ps", "--json", String(program.pid)]);
      const snapshot = JSON.parse(stdout) as Snapshot;
      expect(snapshot.tasks.map(({ name }) => name).sort()).toEqual(["heartbeat", "main", "rent", "salary"]);
    }
    const { stdout } = await heddle(["tree", String(program.pid)]);
    expect(stdout).toContain("deadlock.mjs");
    expect(portsOf(program.pid)).toEqual([]);
  });

  it("may be done by several at the same time, of whom the last one closes the inspector", async () => {
    using program = new Program("sick/deadlock.mjs");
    await realTime(1000);
    const looks = await Promise.all([1, 2, 3].map(() => heddle(["ps", String(program.pid)])));
    for (const { code, stdout, stderr } of looks) {
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("! Deadlock");
    }
    expect(portsOf(program.pid)).toEqual([]);
  });

  it("says nothing when its reader wants no more", async () => {
    using program = new Program("sick/deadlock.mjs");
    await realTime(1000);
    const child = startHeddle("ps", String(program.pid));
    child.stdout.destroy();
    expect(await text(child.stderr)).toBe("");
  });

  it("learns in which lines tasks wait when it is given time for that", async () => {
    using program = new Program("sick/growing-queue.mjs");
    await realTime(1000);
    const { stdout } = await heddle(["ps", "--json", "--lines", "300ms", String(program.pid)]);
    const { tasks, debug } = JSON.parse(stdout) as Snapshot;
    const produce = tasks.find(({ name }) => name === "produce");
    expect(produce?.waits[0]?.parkedAt?.[0]).toMatch(/growing-queue\.mjs:9:\d+$/);
    expect(debug).toBe(true);
    const after = JSON.parse((await heddle(["ps", "--json", String(program.pid)])).stdout) as Snapshot;
    expect(after.debug).toBe(false);
  });

  it("tells what worker threads do, each for itself, and leaves out those without Heddle", async () => {
    using program = new Program("fixtures/workers.mjs");
    const look = async (): Promise<Partial<Snapshot>> => {
      const { stdout } = await heddle(["ps", "--json", String(program.pid)]);
      return stdout === "" ? {} : (JSON.parse(stdout) as Snapshot);
    };
    let { tasks, workers = [] } = await look();
    // They load at their own pace.
    while (workers.length < 2) ({ tasks, workers = [] } = await look());
    expect(tasks).toEqual([]);
    expect(workers.map(({ snapshot }) => snapshot.tasks.map(({ name }) => name)).sort()).toEqual([
      ["first"],
      ["second"],
    ]);
    const tree = await heddle(["tree", String(program.pid)]);
    expect(normal(tree.stdout)).toBe(
      `workers.mjs (pid <pid>, <runtime>), up <time>: <n> tasks

worker 1 (workers.mjs): <n> task
first sleep (for <time>, <time> old)

worker 2 (workers.mjs): <n> task
second sleep (for <time>, <time> old)
`,
    );
    const top = await heddle(["top", "--count", "1", String(program.pid)]);
    expect(top.stderr).toBe(
      `heddle: Cannot look at process ${program.pid} as it does not use Heddle, or has it in its worker threads only, which heddle ps looks into\n`,
    );
  });

  it("looks for lines in a large heap when it is told to, and else says what that would cost", async () => {
    using program = new Program("fixtures/largeHeap.mjs");
    await realTime(2500);
    const look = async (...flags: string[]): Promise<string> =>
      (await heddle(["ps", ...flags, String(program.pid)])).stdout;
    expect(await look()).toMatch(
      /sleep\n\nIn which lines tasks wait was not looked for, as that stops a program with a heap of \d+ MB for \d s or so: --deep does it\n$/,
    );
    expect(await look("--quick")).toMatch(/sleep\n$/);
    expect(await look("--deep")).toMatch(/sleep {2}at \S*largeHeap\.mjs:8:\d+\n$/);
  });

  it("prints one look after the other where there is no terminal", async () => {
    using program = new Program("sick/deadlock.mjs");
    await realTime(1000);
    const { stdout } = await heddle(["top", "--count", "2", "--every", "100ms", "--json", String(program.pid)]);
    const looks = stdout.trimEnd().split("\n");
    expect(looks.map((line) => (JSON.parse(line) as Snapshot).kind)).toEqual(["snapshot", "snapshot"]);
  });

  it("says who has the inspector's port when that is taken, and what helps", async () => {
    const holder = spawn(process.execPath, ["-e", "require('net').createServer().listen(9229, '127.0.0.1')"], {
      stdio: "ignore",
    });
    using program = new Program("sick/deadlock.mjs", []);
    try {
      await realTime(1000);
      const { code, stderr } = await heddle(["ps", String(program.pid)]);
      // Another test run on this machine may have the port: then the sentence names that one.
      const who =
        holder.exitCode === null
          ? `process ${holder.pid} \\(node -e require\\('net'\\)\\.create.*…\\)`
          : "process \\d+( \\(.*\\))?(, whose own inspector is open there)?";
      expect(code).toBe(2);
      expect(stderr).toMatch(
        new RegExp(
          `^heddle: Cannot look at process ${program.pid} as port 9229, where its inspector would listen, is taken by ${who}\\. ` +
            "End that one, or start the program by heddle run or with NODE_OPTIONS=--inspect-port=0, which takes any free " +
            'port; run\\(main, { dumpOn: "SIGUSR2" }\\) needs none\n$',
        ),
      );
    } finally {
      holder.kill();
    }
  });

  const separable = spawnSync("unshare", ["--net", "true"]).status === 0;
  it.skipIf(!separable)(
    `leaves a process in a container alone, and says what helps${separable ? "" : " (skipped: needs root)"}`,
    async () => {
      const other = spawn("unshare", ["--net", process.execPath, "-e", "setInterval(() => {}, 1000)"], {
        stdio: "ignore",
      });
      try {
        await realTime(800);
        const { code, stderr } = await heddle(["ps", String(other.pid)]);
        expect([code, stderr]).toEqual([
          2,
          `heddle: Cannot look at process ${other.pid} as it has a network of its own, as in a container: run heddle in there, ` +
            `where the process has the number ${other.pid}\n`,
        ]);
      } finally {
        other.kill();
      }
    },
  );
});

describe.concurrent("`heddle run`, `timeline` and `compare`", { timeout: 90_000 }, () => {
  const inFolder = async <T>(fn: (folder: string) => Promise<T>): Promise<T> => {
    const folder = await mkdtemp(join(tmpdir(), "heddle-run-"));
    try {
      return await fn(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it("trace a program that knows nothing of it, and draw what it did", async () => {
    await inFolder(async (folder) => {
      const [trace, svg, html] = ["out.json", "out.svg", "out.html"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      const run = await heddle(["run", "examples/compare/traced.mjs", "--trace", trace]);
      expect(run).toMatchObject({ code: 3, stdout: "worked\n", stderr: "" });
      for (const output of [svg, html]) {
        expect(await heddle(["timeline", trace, "-o", output])).toMatchObject({ code: 0, stdout: "", stderr: "" });
      }
      expect(await readFile(svg, "utf8")).toContain("2 tasks of traced.mjs in ");
      expect(await readFile(html, "utf8")).not.toMatch(/https?:\/\//);
    });
  });

  it("take their options before and after the file, and hand all others to the program", async () => {
    await inFolder(async (folder) => {
      const program = join(folder, "shows.mjs");
      await writeFile(program, "console.log(JSON.stringify(process.argv.slice(2)))");
      const shown = async (...args: string[]): Promise<unknown> => JSON.parse((await heddle(["run", ...args])).stdout);
      expect(await shown("--debug", program, "a", "--port", "3")).toEqual(["a", "--port", "3"]);
      expect(await shown(program, "--debug", "a", "--port=3", "-v")).toEqual(["a", "--port=3", "-v"]);
      expect(await shown(program, "--", "--debug", "a")).toEqual(["--debug", "a"]);
    });
  });

  it("refuse files that are not what they should be", async () => {
    await inFolder(async (folder) => {
      const out = join(folder, "out.svg");
      expect((await heddle(["timeline", "package.json", "-o", out])).stderr).toBe(
        'heddle: Cannot read a trace as "package.json" was not written by Heddle: make one with heddle run FILE --trace out.json\n',
      );
      expect((await heddle(["timeline", join(folder, "none"), "-o", out])).stderr).toMatch(
        /^heddle: Cannot read ".*none" as there is no such file or folder\n$/,
      );
      expect((await heddle(["timeline", "package.json", "-o", "out.png"])).stderr).toMatch(
        /^heddle: Cannot draw as the name must end in \.svg or \.html: received "out\.png"\n/,
      );
      expect(
        await heddle(["run", "examples/compare/traced.mjs", "--trace", join(folder, "none", "out.json")]),
      ).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^heddle: Cannot write ".*out\.json" as there is no such file or folder\n$/),
      });
      expect((await heddle(["run", join(folder, "none.mjs")])).stderr).toMatch(/^heddle: Cannot run .* no such file/);
    });
  });

  it("say in one sentence why a program cannot be run", async () => {
    await inFolder(async (folder) => {
      const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
      await put("typed.mts", "const n: number = 1; console.log(n);");
      await put("view.tsx", "");
      await put("plain.js", 'console.log("plain");');
      await put("throws.mjs", 'await null; throw new Error("no database");');
      await put("types.mjs", 'import { register } from "node:module"; console.log(typeof register);');
      const run = (...args: string[]): ReturnType<typeof heddle> =>
        heddle(["run", ...args.map((arg) => arg.replace("@", `${folder}/`))]);
      expect((await run("@")).stderr).toMatch(
        /^heddle: Cannot run "\/.*" as it is a folder with no index\.js in it, nor a package\.json with "main"\n$/,
      );
      expect((await run("@view.tsx")).stderr).toMatch(
        /^heddle: Cannot run ".*view\.tsx" as Node runs no \.tsx files: compile it first, or add --import tsx\n$/,
      );
      const typed = await run("@typed.mts");
      if ((process.features as { typescript?: string }).typescript) expect(typed.stdout).toBe("1\n");
      else {
        expect(typed.stderr).toMatch(
          /^heddle: Cannot run ".*typed\.mts" as Node [\d.]+ does not run TypeScript, as versions from 22\.18 on do: compile it first, or add --import tsx\n$/,
        );
      }
      // What is loaded first may make it run: then Node says what is wrong, if anything is.
      expect((await run("@view.tsx", "--import", `file://${folder}/types.mjs`)).stderr).not.toContain("heddle:");
      expect((await run("@plain.js", "--import", `file://${folder}/types.mjs`)).stdout).toBe("function\nplain\n");
      expect((await run("@plain")).stdout).toBe("plain\n");
      const thrown = await run("@throws.mjs");
      expect(thrown.code).toBe(1);
      expect(thrown.stderr).toMatch(/throws\.mjs:1[\s\S]*Error: no database/);
    });
  });

  it("compare the jobs of a module, and draw that", async () => {
    await inFolder(async (folder) => {
      const output = join(folder, "out.svg");
      const { code, stdout } = await heddle(["compare", "examples/compare/network.mjs", "-o", output]);
      expect(code).toBe(0);
      expect(stdout.split("\n").map((line) => line.replace(/ .*/, ""))).toEqual([
        "8",
        "",
        "",
        "one",
        "concurrent",
        "on",
        "",
        "It",
        "",
      ]);
      expect(await readFile(output, "utf8")).toContain("8 jobs of network.mjs, run in three ways");
    });
  });
});
