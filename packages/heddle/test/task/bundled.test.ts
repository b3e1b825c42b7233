import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isNode } from "../support/isNode.js";

const PROGRAM = fileURLToPath(new URL("../fixtures/bundled.mjs", import.meta.url));
const DIST = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

// Bundlers are a matter of Node programs.

describe.skipIf(!isNode)("a program that a bundler has put into one file", { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "heddle-bundled-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function bundle(file: string, format: "esm" | "cjs"): Promise<string> {
    const path = join(folder, file);
    const bundler = await rolldown({
      input: PROGRAM,
      platform: "node",
      resolve: { alias: { heddle: DIST } },
      // As esbuild does it.
      ...(format === "cjs" ? { transform: { define: { "import.meta.url": "undefined" } } } : {}),
    });
    await bundler.write({ file: path, format, minify: true, codeSplitting: false });
    return path;
  }

  async function outputOf(path: string, debug = ""): Promise<{ out: string; err: string }> {
    const child = spawn(process.execPath, [path], { env: { ...process.env, HEDDLE_DEBUG: debug } });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err };
  }

  it("runs, as ES module", async () => {
    expect(await outputOf(await bundle("program.mjs", "esm"))).toEqual({ out: "ran\n", err: "" });
  });

  it("runs, as CommonJS", async () => {
    expect(await outputOf(await bundle("program.cjs", "cjs"))).toEqual({ out: "ran\n", err: "" });
  });

  it("runs unwatched where the thread that would watch the event loop is not in the bundle", async () => {
    const { out, err } = await outputOf(await bundle("watched.mjs", "esm"), "blocked=100");
    expect(out).toBe("ran\n");
    expect(err).toContain("heddle: cannot watch the run: Error: there is no watchdogThread.js beside it");
  });
});
