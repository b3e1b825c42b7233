import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const tool = fileURLToPath(new URL("../../tools/run-example.mjs", import.meta.url));

function runExample(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [tool, ...args], { encoding: "utf8" });
}

describe("run-example", () => {
  it("compiles the example whose name starts so and runs it, with the arguments that follow", () => {
    const { status, stdout } = runExample("09", "http://127.0.0.1:9/nobody");
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:9\/nobody: failed, .+\n$/);
    expect(status).toBe(0);
  });

  it("lists the examples with their first line when none is named", () => {
    const { status, stdout } = runExample();
    expect(stdout.split("\n")).toContain("01-blocking-and-not        A blocking sleep beside a non-blocking one.");
    expect(stdout.trimEnd().split("\n")).toHaveLength(9);
    expect(status).toBe(0);
  });

  it("says so when there is no such example", () => {
    const { status, stdout, stderr } = runExample("99");
    expect(stderr).toBe('Cannot run an example as none is called so: received "99"\n');
    expect(stdout).toContain("01-blocking-and-not");
    expect(status).toBe(2);
  });
});
