import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cancelScope, run } from "heddle";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, failureOf, get, installed, processesOf, processesWith, until } from "./chromium.js";

describeChromium("the life of BrowserTransport's Chromium", () => {
  let site: Site;
  const open: BrowserTransport[] = [];
  const transportWith = (options?: ConstructorParameters<typeof BrowserTransport>[0]): BrowserTransport => {
    const transport = new BrowserTransport(options);
    open.push(transport);
    return transport;
  };

  // Of its own, so that nobody else's folders are in it.
  const temporary = mkdtempSync(join(tmpdir(), "heddle-life-"));
  const usual = process.env["TMPDIR"];
  const homes = (): string[] => readdirSync(temporary).filter((name) => name.startsWith("heddle-chromium-"));

  beforeAll(() => {
    process.env["TMPDIR"] = temporary;
  });

  beforeEach(async () => {
    let hits = 0;
    site = await startSite({
      "/": "<h1>hi</h1>",
      // The first to come waits for ever, those after it do not.
      "/hangs-once": (_, r) => {
        if (hits++ === 0) return;
        r.writeHead(200, { "content-type": "text/html" }).end("<h1>at last</h1>");
      },
      "/hangs": () => {},
    });
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((transport) => transport.close()));
    await site.close();
  });

  afterAll(() => {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    rmSync(temporary, { recursive: true });
  });

  it("is started when it is needed, and stopped when nobody needs it, with nothing left", async () => {
    const transport = transportWith({ idleTimeout: 50 });
    expect(transport.stats()).toMatchObject({ state: "stopped", starts: 0, pid: undefined });
    await get(transport, site.url);
    const pid = transport.stats().pid as number;
    const home = homeOf(pid);
    expect(existsSync(home)).toBe(true);
    await until("Chromium is stopped", () => transport.stats().state === "stopped");
    await until("nothing is left", () => isGone(home, pid));
    await get(transport, site.url);
    expect(transport.stats().starts).toBe(2);
  });

  it.each(installed)("leaves nothing when it is closed, and renders no more: %s", async (executablePath) => {
    const transport = transportWith({ executablePath });
    await get(transport, site.url);
    const pid = transport.stats().pid as number;
    const home = homeOf(pid);
    expect(processesWith(home).length).toBeGreaterThan(1);
    await transport.close();
    expect([existsSync(home), processesWith(home), processesOf(pid)]).toEqual([false, [], []]);
    expect(await failureOf(get(transport, site.url))).toBe(
      "TRANSPORT_CLOSED: Cannot render a page as the transport is closed",
    );
    await transport.close();
  });

  it("is not told what our environment has of secrets", async () => {
    process.env["HEDDLE_TEST_TOKEN"] = "a-secret";
    const transport = transportWith();
    await get(transport, site.url);
    expect(processesOf(transport.stats().pid as number).length).toBeGreaterThan(1);
    expect(processesWith("a-secret")).toEqual([]);
    delete process.env["HEDDLE_TEST_TOKEN"];
  });

  it("ends with the run that has used it", async () => {
    const transport = transportWith();
    await run(() => get(transport, site.url));
    expect(transport.stats().state).toBe("stopped");
  });

  it("renders once more what was under way when a page, or all of Chromium, was killed", async () => {
    const transport = transportWith();
    await get(transport, site.url);
    const rendering = get(transport, `${site.url}/hangs-once`);
    await site.asked("/hangs-once");
    const group = transport.stats().pid as number;
    for (const { pid, type } of processesOf(group)) if (type === "renderer") process.kill(pid, "SIGKILL");
    expect((await rendering).rendered.html).toContain("at last");
    expect(transport.stats().starts).toBe(1);

    const waiting = get(transport, `${site.url}/hangs?2`, { timeout: 20_000 });
    const stepping = get(transport, site.url, { steps: [{ wait: "#never" }] });
    const failures = Promise.all([failureOf(waiting), failureOf(stepping)]);
    await site.asked("/hangs?2");
    await until("both are under way", () => transport.stats().pages === 2);
    const home = homeOf(group);
    process.kill(-group, "SIGKILL");
    await until("it is asked again", () => site.log.filter((line) => line === "GET /hangs?2").length === 2);
    process.kill(-(transport.stats().pid as number), "SIGKILL");
    expect(await failures).toEqual([
      `BROWSER_GONE: Cannot render ${site.url}/hangs?2 as Chromium has ended meanwhile`,
      expect.stringMatching(/^(BROWSER_GONE|PAGE_CRASHED): /),
    ]);
    expect((await get(transport, site.url)).status).toBe(200);
    expect(transport.stats().starts).toBe(3);
    await until("nothing is left of the first", () => isGone(home, group));
  });

  it("keeps a session's cookies over the end of its context and of Chromium", async () => {
    const transport = transportWith({ pagesPerContext: 2 });
    const cookies = [{ name: "a", value: "1", expires: 4_000_000_000 }];
    const seen: string[] = [];
    for (let n = 0; n < 4; n++) {
      const { rendered } = await get(transport, site.url, { session: "s", ...(n === 0 ? { cookies } : {}) });
      seen.push(rendered.cookies.map(({ name, value }) => name + value).join());
      if (n === 2) process.kill(-(transport.stats().pid as number), "SIGKILL");
    }
    expect(seen).toEqual(["a1", "a1", "a1", "a1"]);
    expect(transport.stats().starts).toBe(2);
  });

  it("leaves nothing when our process ends, in whatever way", async () => {
    const ways = ["kill -9", "kill -9 while Chromium does not answer", "exit", "exception"];
    // The last one is the heavier, where both are installed.
    await Promise.all(ways.map((how, n) => endsCleanly(how, installed.at(n === 0 ? -1 : 0) as string)));
  });

  async function endsCleanly(how: string, executablePath: string): Promise<void> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", CHILD, site.url, how, executablePath]);
    child.stderr.resume();
    const pid = await new Promise<number>((resolve, reject) => {
      child.stdout.on("data", (text: Buffer) => resolve(Number(text)));
      child.once("exit", () => reject(new Error("the child ended too early")));
    });
    const home = homeOf(pid);
    expect(processesWith(home).length).toBeGreaterThan(1);
    if (how.includes("not answer")) process.kill(-pid, "SIGSTOP");
    if (how.startsWith("kill")) child.kill("SIGKILL");
    else child.stdin.end("go\n");
    await until(`nothing is left after ${how}`, () => isGone(home, pid));
  }

  it("says what is missing, and what it has heard from a Chromium that does not start", async () => {
    const bad = transportWith({ executablePath: "/bin/false" });
    expect(await failureOf(get(bad, site.url))).toMatch(
      /^BROWSER_NOT_STARTED: Cannot start Chromium at \/bin\/false as /,
    );
    const none = transportWith({ executablePath: "/nowhere/chromium" });
    expect(await failureOf(get(none, site.url))).toContain(
      "executablePath must be the path of a program that can be run",
    );
    expect(homes()).toEqual([]);
  });

  it("stops what it had begun to start when it is closed meanwhile", async () => {
    const transport = transportWith();
    await cancelScope(async (scope) => {
      const rendering = get(transport, site.url);
      await until("it starts", () => transport.stats().state === "starting");
      scope.cancel();
      await rendering;
    });
    await transport.close();
    expect(transport.stats().state).toBe("closed");
    expect(homes()).toEqual([]);
  });
});

function isGone(home: string, group: number): boolean {
  return !existsSync(home) && processesWith(home).length === 0 && processesOf(group).length === 0;
}

/** The folder of the Chromium whose main process this is. */
function homeOf(pid: number): string {
  const home = /HEDDLE_CHROMIUM_HOME=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, "utf8"))?.[1];
  return home ?? join(tmpdir(), "unknown");
}

const built = fileURLToPath(new URL("../../dist/browser/browserTransport.js", import.meta.url));

/** Renders one page, begins with one that does not end, says Chromium's number, and ends when it is told to. */
const CHILD = `
import { BrowserTransport } from ${JSON.stringify(built)};
const [url, how, executablePath] = process.argv.slice(1);
const transport = new BrowserTransport({ executablePath });
await transport.request(new URL(url), { method: "GET", headers: {} });
transport.request(new URL(url + "/hangs"), { method: "GET", headers: {} }).catch(() => {});
console.log(transport.stats().pid);
process.stdin.once("data", () => {
  if (how === "exit") process.exit(0);
  throw new Error(how);
});
`;
