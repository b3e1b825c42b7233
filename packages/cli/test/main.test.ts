import { expect, test, vi } from "vitest";
import { heddle } from "./support/heddle.js";

// Starting the command takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

test("a call that is wrong ends with exit code 2, a message and a hint, and fetches nothing", async () => {
  expect(await heddle(["fetch", "-c", "0", "http://a/"])).toEqual({
    code: 2,
    signal: null,
    stdout: "",
    stderr:
      'heddle: Cannot set --concurrency as it must be a whole number from 1 to 10000: received "0"\n' +
      "Try heddle fetch --help\n",
  });
});

test("no command at all shows what there is", async () => {
  const { code, stderr } = await heddle([]);
  expect(stderr).toMatch(/^Usage: heddle /);
  expect(code).toBe(2);
});

test("`--version` and `--help` go to stdout", async () => {
  const [version, help] = await Promise.all([heddle(["--version"]), heddle(["fetch", "--help"])]);
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("(default: 30s)"), stderr: "" });
});
