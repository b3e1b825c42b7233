import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, records, startHeddleWithin } from "../support/heddle.js";

const PAGES = 2000;
/** Debian keeps it where the path of a plain user does not lead. */
const PATH = `${process.env["PATH"]}:/usr/sbin:/sbin`;
const isMissing = spawnSync("nginx", ["-v"], { env: { PATH } }).error !== undefined;

let nginx: ChildProcess | undefined;
let dir = "";
let port = 0;

beforeAll(async () => {
  if (isMissing) return;
  dir = mkdtempSync(join(tmpdir(), "heddle-nginx-"));
  port = await freePort();
  // Its workers are another user.
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, "www"));
  for (let n = 0; n < PAGES; n++) {
    writeFileSync(
      join(dir, "www", `${n}.html`),
      `<title>${n}</title>${"<p>warp and weft</p>".repeat(500 + (n % 7) * 500)}`,
    );
  }
  writeFileSync(join(dir, "nginx.conf"), config());
  nginx = spawn("nginx", ["-p", dir, "-c", "nginx.conf"], { env: { PATH }, stdio: "ignore" });
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 20));
});

afterAll(async () => {
  if (nginx === undefined) return;
  const exited = new Promise((resolve) => nginx?.once("exit", resolve));
  nginx.kill("SIGTERM");
  await exited;
  rmSync(dir, { recursive: true, force: true });
});

function config(): string {
  return `
    daemon off; pid nginx.pid; error_log stderr crit; worker_processes 1;
    events { worker_connections 512; }
    http {
      access_log off; gzip on; default_type text/html;
      client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
      server { listen 127.0.0.1:${port}; root www; charset utf-8; }
    }`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** The most memory that a process has had so far, in bytes; undefined where the system does not tell. */
function peakMemory(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  } catch {
    return undefined;
  }
}

test("on CI there is an nginx", () => {
  expect(isMissing && process.env["CI"] === "true").toBe(false);
});

test.skipIf(isMissing)(
  "nginx serves two thousand pages: all are fetched, in little memory (needs nginx)",
  async () => {
    // All bodies together are 80 MB, and as much again in the records: who kept either would run out of memory.
    const child = startHeddleWithin(64, "fetch", "-i", "-", "--per-host", "64");
    const urls = Array.from({ length: PAGES }, (_, n) => `http://127.0.0.1:${port}/${n}.html`);
    child.stdin.end(urls.join("\n"));
    let peak: number | undefined;
    child.stdout.on("data", () => {
      peak = peakMemory(child.pid as number) ?? peak;
    });
    const { code, stdout, stderr } = await ended(child);
    expect(stderr).toMatch(/^2,000 pages fetched in /m);
    expect(code).toBe(0);
    const pages = records(stdout);
    expect(new Set(pages.map(({ url }) => url))).toEqual(new Set(urls));
    for (const { url, outcome, html } of pages) {
      expect(outcome).toBe("ok");
      expect(html).toContain(`<title>${/(\d+)\.html/.exec(url as string)?.[1]}</title>`);
    }
    if (peak !== undefined) expect(peak).toBeLessThan(300 * 1024 * 1024);
  },
  60_000,
);
