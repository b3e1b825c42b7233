import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HttpCache } from "../../src/store/httpCache.js";
import { openDatabase } from "../../src/store/openDatabase.js";

const WRITER = fileURLToPath(new URL("cacheWriter.mjs", import.meta.url));

let folder: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heddle-cache-"));
  file = join(folder, "cache.db");
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

interface Writer {
  readonly name: string;
  /** How many answers it has said to be stored. */
  readonly said: number;
  reached(count: number): Promise<void>;
  kill(): Promise<void>;
}

function startWriter(name: string, maxBytes?: number): Writer {
  const args = [WRITER, file, name, ...(maxBytes === undefined ? [] : [String(maxBytes)])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let output = "";
  let errors = "";
  const waiting: { count: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  const said = (): number => output.split("\n").length - 1;
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    for (const each of waiting) if (said() >= each.count) each.resolve();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exited = once(child, "exit").then(() => {
    for (const each of waiting) each.reject(new Error(`The writer has ended: ${errors}`));
  });
  return {
    name,
    get said() {
      return said();
    },
    reached: (count) =>
      new Promise((resolve, reject) => {
        if (said() >= count) resolve();
        else waiting.push({ count, resolve, reject });
      }),
    async kill() {
      waiting.length = 0;
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** How many of a writer's answers are there, and are as they were written. */
function intact(cache: HttpCache, name: string, upTo: number): number {
  let count = 0;
  for (let n = 0; n < upTo; n++) {
    const url = new URL(`https://a.example/${name}/${n}`);
    const lookup = cache.lookup({ method: "GET", url, headers: {} });
    if (lookup.state !== "fresh") continue;
    const expected = createHash("sha512")
      .update(url.href)
      .digest("hex")
      .repeat(1 + (n % 400));
    expect(Buffer.from(lookup.response.body).toString()).toBe(expected);
    count++;
  }
  return count;
}

async function checkFile(): Promise<void> {
  using database = await openDatabase(file);
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  const counted = database.prepare("SELECT entries, bytes FROM http_cache_total").get();
  const real = database.prepare("SELECT count(*) AS entries, coalesce(sum(size), 0) AS bytes FROM http_cache").get();
  expect(counted).toEqual(real);
  const bodies = database.prepare("SELECT count(*) AS n FROM http_cache_body").get();
  expect(bodies).toEqual({ n: real?.["entries"] });
}

describe("HttpCache, in several processes", () => {
  it("loses nothing that was stored when its process is killed, and spoils nothing", async () => {
    for (const [round, count] of [60, 150, 23].entries()) {
      const writer = startWriter(`round-${round}`);
      await writer.reached(count);
      await writer.kill();
      await checkFile();
      const cache = await HttpCache.open(file);
      expect(intact(cache, writer.name, writer.said)).toBe(writer.said);
      cache.close();
    }
  }, 60_000);

  it("is shared by two processes that write at the same time, within the size of both", async () => {
    const most = 2_000_000;
    const writers = [startWriter("a", most), startWriter("b", most)];
    await Promise.all(writers.map((writer) => writer.reached(150)));
    await Promise.all(writers.map((writer) => writer.kill()));
    await checkFile();
    const cache = await HttpCache.open(file, { maxBytes: most });
    const counts = writers.map(({ name, said }) => intact(cache, name, said));
    for (const count of counts) expect(count).toBeGreaterThan(0);
    const { entries, bytes } = cache.stats();
    // One that was killed had perhaps just stored an answer and not yet said so, or not yet made room for it.
    expect(entries - counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(2);
    expect(bytes).toBeLessThanOrEqual(most + 100_000);
    cache.close();
    expect(statSync(file).size).toBeLessThan(2 * most);
  }, 60_000);
});
