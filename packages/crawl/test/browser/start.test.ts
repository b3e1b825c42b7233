import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cancelScope, now, run } from "heddle";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import { findChromium } from "../../src/browser/findChromium.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, failureOf, get, hasChromium, processesWith, until } from "./chromium.js";

/** In the words of Chromium 156, where there are no namespaces, and no bus either. */
const NO_SANDBOX = `
[1125/074649.150:ERROR:dbus/bus.cc:405] Failed to connect to the bus: /run/dbus/system_bus_socket: No such file or directory
[1125/074649.151:ERROR:dbus/bus.cc:405] Failed to connect to the bus: Could not parse server address
[1125/074649.151:ERROR:dbus/bus.cc:405] Failed to connect to the bus: /run/dbus/system_bus_socket: No such file or directory
[1125/074649.152:ERROR:dbus/bus.cc:405] Failed to connect to the bus: Could not parse server address
[1125/074650.034:FATAL:content/browser/zygote_host/zygote_host_impl_linux.cc:129] No usable sandbox! If this is a Debian system, please install the chromium-sandbox package to solve this problem. If you want to live dangerously and need an immediate workaround, you can try using --no-sandbox.
`;

describeChromium("the start of BrowserTransport's Chromium", () => {
  let site: Site;
  let folder: string;
  let real: string;
  const open: BrowserTransport[] = [];
  const usual = process.env["TMPDIR"];

  beforeAll(async () => {
    real = hasChromium ? findChromium({ named: undefined }) : "";
    folder = mkdtempSync(join(tmpdir(), "heddle-start-"));
    process.env["TMPDIR"] = folder;
    site = await startSite({ "/": "<h1>hi</h1>" });
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await Promise.all(open.splice(0).map((transport) => transport.close()));
    expect(homes()).toEqual([]);
    expect(processesWith(folder)).toEqual([]);
  });

  afterAll(async () => {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    rmSync(folder, { recursive: true });
    await site.close();
  });

  const homes = (): string[] => readdirSync(folder).filter((name) => name.startsWith("heddle-chromium-"));

  /** A transport whose Chromium is a script. Each start adds a line to the second result. */
  function scripted(
    name: string,
    lines: string,
    options: ConstructorParameters<typeof BrowserTransport>[0] = {},
  ): [BrowserTransport, () => string[]] {
    const path = join(folder, `${name}.sh`);
    const log = join(folder, `${name}.log`);
    writeFileSync(log, "");
    const noted = `case " $* " in *" --no-sandbox "*) echo without >>"${log}";; *) echo with >>"${log}";; esac`;
    writeFileSync(path, `#!/bin/sh\n${noted}\n${lines}\n`, { mode: 0o755 });
    const transport = new BrowserTransport({ executablePath: path, ...options });
    open.push(transport);
    return [transport, () => readFileSync(log, "utf8").trim().split("\n")];
  }

  const wants = (text: string): string =>
    `case " $* " in *" --no-sandbox "*) exec "${real}" "$@";; esac\ncat >&2 <<'END'${text}END\nexit 133`;

  it("is repeated without a sandbox where there can be none, and never tried with one again", async () => {
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    const [transport, starts] = scripted("no-sandbox", wants(NO_SANDBOX));
    expect((await get(transport, site.url)).status).toBe(200);
    expect(starts()).toEqual(["with", "without"]);
    process.kill(-(transport.stats().pid as number), "SIGKILL");
    await until("it has ended", () => transport.stats().state !== "running");
    expect((await get(transport, site.url)).status).toBe(200);
    expect(starts()).toEqual(["with", "without", "without"]);
  });

  it("is made without a sandbox at once for root, and for whoever has said so", async () => {
    vi.spyOn(process, "getuid").mockReturnValue(0);
    const [root, first] = scripted("root", wants(NO_SANDBOX));
    expect((await get(root, site.url)).status).toBe(200);
    expect(first()).toEqual(["without"]);
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    const [told, second] = scripted("told", wants(NO_SANDBOX), { sandbox: false });
    expect((await get(told, site.url)).status).toBe(200);
    expect(second()).toEqual(["without"]);
  });

  it("fails where a sandbox is insisted on, and says why", async () => {
    const [transport, starts] = scripted("insists", wants(NO_SANDBOX), { sandbox: true });
    const failure = await failureOf(get(transport, site.url));
    expect(failure).toMatch(
      /^BROWSER_NOT_STARTED: Cannot start Chromium at .*insists\.sh as it ended .*No usable sandbox!/,
    );
    expect(failure).not.toContain("dbus");
    expect(starts()).toEqual(["with"]);
  });

  it("is not repeated without a sandbox for any other reason", async () => {
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    const [transport, starts] = scripted(
      "broken",
      'echo "error while loading shared libraries: libnss3.so: cannot open" >&2; exit 127',
    );
    expect(await failureOf(get(transport, site.url))).toMatch(/^BROWSER_NOT_STARTED: .*libnss3\.so: cannot open/);
    const [silent] = scripted("silent", "exit 1");
    expect(await failureOf(get(silent, site.url))).toMatch(
      /^BROWSER_NOT_STARTED: Cannot start Chromium at .*silent\.sh/,
    );
    expect(starts()).toEqual(["with"]);
  });

  it("that hangs ends with the page's time, with its run, and with `close()`", async () => {
    const [transport] = scripted("hangs", "trap '' TERM INT HUP\nwhile :; do sleep 1; done");
    const began = now();
    expect(await failureOf(get(transport, site.url, { timeout: 300 }))).toBe(
      `RENDER_TIMEOUT: Cannot render ${site.url}/ within 0.3 s as it still waits for Chromium`,
    );
    await transport.close();
    expect(homes()).toEqual([]);
    const [another] = scripted("hangs-too", "sleep 1000 & sleep 1000");
    await cancelScope(() => run(() => get(another, site.url)), { timeout: 300 });
    expect(homes()).toEqual([]);
    expect(now() - began).toBeLessThan(5000);
  });

  it("that ends with its own children still there leaves none of them", async () => {
    const [transport] = scripted(
      "leaves",
      "for how in setsid env; do $how sleep 1000 >/dev/null 2>&1 3>&- 4>&- & done; exit 1",
    );
    expect(await failureOf(get(transport, site.url))).toMatch(/^BROWSER_NOT_STARTED: /);
    expect(processesWith(folder)).toEqual([]);
  });

  it("clears away what was left by those who were killed with their watchdogs", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", OWNER, site.url, real], {
      env: { ...process.env, TMPDIR: folder },
    });
    child.stderr.resume();
    const pid = await new Promise<number>((resolve, reject) => {
      child.stdout.on("data", (text: Buffer) => resolve(Number(text)));
      child.once("exit", () => reject(new Error("the child ended too early")));
    });
    const [name = ""] = homes();
    const home = join(folder, name);
    const watchdogs = processesWith(home).filter((each) =>
      readFileSync(`/proc/${each}/cmdline`, "utf8").includes("heddle-watchdog"),
    );
    expect(watchdogs).toHaveLength(1);
    for (const each of watchdogs) process.kill(each, "SIGKILL");
    child.kill("SIGKILL");
    // Its end of the pipe is gone, at which Chromium ends by itself.
    await until("Chromium has ended", () => processesWith(home).length === 0 && !existsSync(`/proc/${pid}`));
    expect(homes()).toEqual([name]);
    const transport = new BrowserTransport();
    open.push(transport);
    await get(transport, site.url);
    expect(existsSync(home)).toBe(false);
    expect(homes()).toHaveLength(1);
  });
});

const built = new URL("../../dist/browser/browserTransport.js", import.meta.url).pathname;

const OWNER = `
import { BrowserTransport } from ${JSON.stringify(built)};
const [url, executablePath] = process.argv.slice(1);
const transport = new BrowserTransport({ executablePath });
await transport.request(new URL(url), { method: "GET", headers: {} });
console.log(transport.stats().pid);
process.stdin.resume();
`;
