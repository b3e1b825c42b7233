import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../support/folder.js";
import { heddle } from "../support/heddle.js";

test("the demo fetches all pages, says how much faster it was, and leaves a picture", async () => {
  const out = join(folder(), "out");
  const { code, stdout, stderr } = await heddle(["demo", "--out", out, "--pages", "20", "--seed", "5"]);
  expect(stderr).toMatch(/^10 sites on ports of this machine with 20 pages, /);
  expect(stderr).toMatch(/\nOne page at a time .* 10\/10 .*\n64 pages at once .* 20\/20 .*\n$/s);
  expect(stdout).toMatch(
    /\n64 at once fetched [\d.]+ times as many pages a second: [\d.]+ ms a page, not [\d.]+ ms\.\n/,
  );
  const svg = readFileSync(join(out, "timelines.svg"), "utf8");
  expect(readFileSync(join(out, "index.html"), "utf8")).toContain(svg);
  expect(code).toBe(0);
}, 30_000);
