import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Ended } from "../support/heddle.js";
import { ended, heddle } from "../support/heddle.js";
import { TestSite } from "../support/site.js";

// Starting the command takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const BIN = fileURLToPath(new URL("../../bin/heddle.cjs", import.meta.url));

let site: TestSite;
beforeAll(async () => {
  site = await TestSite.start();
});
afterAll(() => site.stop());

interface Serving {
  readonly url: string;
  readonly child: ChildProcessWithoutNullStreams;
  readonly end: Promise<Ended>;
  page(path: string, more?: string, init?: RequestInit): Promise<Response>;
}

/** `heddle serve` at a port that it says itself. */
async function serving(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Serving> {
  const { HEDDLE_KEY: _, ...usual } = process.env;
  const child = spawn(process.execPath, [BIN, "serve", "--port", "0", "--allow", "127.0.0.1", ...args], {
    env: { ...usual, ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const end = ended(child);
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const found = /^Serving pages at (http:\/\/\S+)\/\?url=… /m.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(said)));
  });
  const page = (path: string, more: string = "", init?: RequestInit): Promise<Response> =>
    fetch(`${url}/?url=${encodeURIComponent(site.url(path))}${more}`, init);
  return { url, child, end, page };
}

describe("heddle serve", () => {
  test("says where it serves, answers with pages, and has a line for each on stderr", async () => {
    const { child, end, page } = await serving([]);
    const answer = await page("/page/1");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-heddle-verdict")).toBe("ok");
    expect(await answer.text()).toBe("<h1>Page 1</h1>");
    const posted = await page("/headers", "&header[x-mine]=1", { method: "POST", body: "a=b" });
    expect(await posted.json()).toMatchObject({ "x-mine": "1", "content-length": "3" });
    child.kill("SIGTERM");
    const { code, signal, stdout, stderr } = await end;
    expect({ code, signal, stdout }).toEqual({ code: 0, signal: null, stdout: "" });
    expect(stderr).toMatch(/^ok 200 \d+ ms http:\/\/127\.0\.0\.1:\d+\/page\/1$/m);
  });

  test("says no secrets of a URL on stderr, and nothing with --quiet but where it serves", async () => {
    const { child, end, page } = await serving([]);
    await page("/page/1?api_key=sesame");
    child.kill("SIGTERM");
    const { stderr } = await end;
    expect(stderr).toContain("/page/1?api_key=***");
    expect(stderr).not.toContain("sesame");
    const quiet = await serving(["--quiet"]);
    await quiet.page("/page/1");
    quiet.child.kill("SIGTERM");
    expect((await quiet.end).stderr.trim().split("\n")).toHaveLength(1);
  });

  test("wants the key of --key, or of HEDDLE_KEY in the environment", async () => {
    for (const { page, child, end } of [
      await serving(["--key", "sesame"]),
      await serving([], { HEDDLE_KEY: "sesame" }),
    ]) {
      expect((await page("/page/1")).status).toBe(401);
      expect((await page("/page/1", "", { headers: { authorization: "Bearer sesame" } })).status).toBe(200);
      expect((await page("/page/1", "&api_key=sesame")).status).toBe(200);
      child.kill("SIGTERM");
      expect((await end).stderr).not.toContain("sesame");
    }
  });

  test("lets those who are there be served after SIGTERM, for as long as --grace", async () => {
    const { child, end, page } = await serving(["--grace", "200ms"]);
    const before = site.requests;
    const answer = page("/hang/1");
    await site.until(() => site.requests > before);
    child.kill("SIGTERM");
    expect((await answer).status).toBe(503);
    expect((await end).code).toBe(0);
    await site.until(() => site.open === 0);
  });

  test("ends at once after a second signal, with its exit code", async () => {
    const { child, end, page, url } = await serving([]);
    const before = site.requests;
    const answer = page("/hang/1").catch((error: unknown) => error);
    await site.until(() => site.requests > before);
    child.kill("SIGTERM");
    // Signals that come together come in any order: this one is to be the second.
    while (
      await fetch(url).then(
        () => true,
        () => false,
      )
    );
    child.kill("SIGINT");
    expect((await end).code).toBe(130);
    await answer;
  });

  test("says in a sentence what is wrong with the address", async () => {
    const taken = createServer();
    await once(taken.listen(0, "127.0.0.1"), "listening");
    const { port } = taken.address() as AddressInfo;
    try {
      const { code, stderr } = await heddle(["serve", "--port", String(port)]);
      expect(stderr).toBe(`heddle: Cannot serve as something else listens there already: received 127.0.0.1:${port}\n`);
      expect(code).toBe(2);
    } finally {
      taken.close();
    }
    const elsewhere = await heddle(["serve", "--host", "192.0.2.1", "--key", "x", "--port", "0"]);
    expect(elsewhere.stderr).toBe("heddle: Cannot serve as this machine has no such address: received 192.0.2.1:0\n");
    expect(elsewhere.code).toBe(2);
  });

  test.each<[string[], RegExp]>([
    [["--host", "0.0.0.0"], /Cannot serve to others than this machine without --key: received --host 0\.0\.0\.0/],
    [["--key", ""], /Cannot serve as a key must not be empty: received ""/],
    [["--port", "70000"], /Cannot set --port as it must be a whole number from 0 to 65535: received "70000"/],
    [["--max-pages", "0"], /Cannot set --max-pages as it must be a whole number from 1 to 1000000: received "0"/],
    [["--max-request", "much"], /Cannot set --max-request as it must be bytes above 0/],
    [["--grace", "soon"], /Cannot set --grace as /],
    [["--steps", "click"], /Cannot set --steps as it must be JSON: received "click"/],
    [["--steps", "[{}]"], /Cannot render a page as step 1 must have one of click, fill/],
    [["--viewport", "wide"], /Cannot set --viewport as it must be a size such as 1280x720, or JSON: received "wide"/],
    [["--offline"], /Cannot make a fetcher as offline is about the cache, and there is none: received true/],
    [["--no-guard", "--allow", "10.0.0.0/8"], /allow is about the guard, and there is none/],
    [["--proxy", "ftp://a.test"], /Cannot .*: received "ftp:\/\/a\.test/],
  ])("%j is a wrong call: one line on stderr, and exit code 2", async (args, message) => {
    const { code, stderr } = await heddle(["serve", "--port", "0", ...args]);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^heddle: .*\nTry heddle serve --help\n$/);
    expect(code).toBe(2);
  });
});
