import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ended, records, startHeddle } from "../support/heddle.js";
import { TestSite } from "../support/site.js";

// Starting the command takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let site: TestSite;
beforeEach(async () => {
  site = await TestSite.start();
});
afterEach(() => site.stop());

/** Waits for so many records on stdout, and keeps what was read. */
async function read(child: ChildProcessWithoutNullStreams, count: number): Promise<string> {
  let output = "";
  while (output.split("\n").length <= count) {
    const chunk = child.stdout.read() as Buffer | null;
    if (chunk === null) await new Promise((resolve) => child.stdout.once("readable", resolve));
    else output += String(chunk);
  }
  return output;
}

test("the first Ctrl-C aborts the requests, keeps what is finished, prints a summary and exits with 130", async () => {
  const child = startHeddle("fetch", "-c", "8", ...site.urls(4), ...site.urls(3, (n) => `/hang/${n}`));
  const output = await read(child, 4);
  await site.until(() => site.open === 3);
  child.kill("SIGINT");
  const { code, stdout, stderr } = await ended(child);
  expect(records(output + stdout)).toHaveLength(4);
  expect(stderr).toMatch(/^Interrupted by SIGINT: 4 pages fetched in .*, 3 requests given up\n$/);
  expect(code).toBe(130);
  await site.until(() => site.open === 0);
});

test("SIGTERM does the same and exits with 143", async () => {
  const child = startHeddle("fetch", site.url("/hang/1"));
  await site.until(() => site.open === 1);
  child.kill("SIGTERM");
  const { code, stdout, stderr } = await ended(child);
  expect([code, stdout]).toEqual([143, ""]);
  expect(stderr).toMatch(/^Interrupted by SIGTERM: 0 pages fetched in .*, 1 request given up\n$/);
});

test("records that wait for one before them are written after Ctrl-C, in order", async () => {
  const child = startHeddle("fetch", "-q", "--ordered", "-i", "-", "-c", "1");
  // With one request at a time the pages before the one that hangs are done when it is asked for.
  child.stdin.write(`${site.url("/page/0")}\n${site.url("/status/404")}\n`);
  await read(child, 2);
  const rest = startHeddle(
    "fetch",
    "-q",
    "--ordered",
    "--per-host",
    "2",
    "-c",
    "2",
    site.url("/hang/1"),
    ...site.urls(5),
  );
  await site.until(() => site.requests === 8 && site.open === 1);
  rest.kill("SIGINT");
  child.kill("SIGINT");
  const [first, second] = await Promise.all([ended(child), ended(rest)]);
  expect(first.code).toBe(130);
  expect(second.code).toBe(130);
  const urls = records(second.stdout).map(({ url }) => url);
  expect(urls).toEqual(site.urls(5).slice(0, urls.length));
  expect(urls.length).toBeGreaterThanOrEqual(4);
});

test("Ctrl-C ends a command that waits for its standard input", async () => {
  const child = startHeddle("fetch", "-i", "-", "-q");
  child.stdin.write(`${site.url("/page/1")}\n`);
  await read(child, 1);
  child.kill("SIGINT");
  expect((await ended(child)).code).toBe(130);
});

test("a second Ctrl-C ends it at once, although nobody reads the records", async () => {
  const child = startHeddle("fetch", "-i", "-", "-c", "8", "--per-host", "8");
  child.stdin.end(site.urls(200, (n) => `/big/${n}`).join("\n"));
  await site.until(() => site.requests >= 8 && site.open === 0);
  child.kill("SIGINT");
  // Until the process has taken in the first one, a second would be merged with it.
  const again = setInterval(() => child.kill("SIGINT"), 50);
  const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  clearInterval(again);
  expect(code).toBe(130);
  // After a while it would have given the reader up, and said so.
  expect(stderr).not.toContain("Interrupted");
});
