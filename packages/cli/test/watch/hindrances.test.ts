import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { heddle } from "../support/heddle.js";
import { Program, realTime } from "../support/program.js";

// What is told here is read from /proc.
describe.skipIf(process.platform !== "linux")("a process that cannot answer", { timeout: 60_000 }, () => {
  it("is said to be stopped, and left so", async () => {
    using program = new Program("sick/deadlock.mjs");
    await realTime(500);
    process.kill(program.pid, "SIGSTOP");
    const { code, stderr } = await heddle(["ps", String(program.pid)]);
    expect([code, stderr]).toEqual([
      2,
      `heddle: Cannot look at process ${program.pid} as it is stopped, by Ctrl+Z, SIGSTOP or a debugger: ` +
        `"kill -CONT ${program.pid}" lets it go on\n`,
    ]);
  });

  it("is said to wait for its child when it sits in execSync()", async () => {
    const code = "require('node:child_process').execSync('exec sleep 12')";
    const program = spawn(process.execPath, ["--inspect-port=0", "-e", code], { stdio: "ignore" });
    try {
      await realTime(1000);
      const { stderr } = await heddle(["ps", String(program.pid)]);
      expect(stderr).toMatch(
        /^heddle: Cannot look at process \d+ as its inspector did not start within 5 s: it may wait for its child process \d+ \(sleep\), as execSync\(\) and spawnSync\(\) do\n$/,
      );
    } finally {
      program.kill("SIGKILL");
    }
  });

  it("is said to have ended when only its parent does not know yet", async () => {
    const parent = spawn("sh", ["-c", `"${process.execPath}" -e 0 & echo $!; exec sleep 12`]);
    try {
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      await realTime(1000);
      const pid = String(line).trim();
      expect((await heddle(["ps", pid])).stderr).toBe(
        `heddle: Cannot look at process ${pid} as it has ended; only its parent has not asked yet how\n`,
      );
    } finally {
      parent.kill("SIGKILL");
    }
  });
});
