import { now, sleep } from "heddle";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import { CrashWatch } from "../../src/browser/crashWatch.js";
import { findChromium } from "../../src/browser/findChromium.js";
import { loadPlaywright } from "../../src/browser/loadPlaywright.js";
import type { RenderOptions } from "../../src/ground/render.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, failureOf, get, processesOf, until } from "./chromium.js";

describeChromium("a page of BrowserTransport whose process is killed", () => {
  let transport: BrowserTransport;
  let site: Site;

  beforeAll(async () => {
    transport = new BrowserTransport();
    site = await startSite({ "/": "<h1>hi</h1>", "/hangs": () => {}, "/loads": `<img src="/hangs">`, "/at": "" });
    await get(transport, site.url);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([transport.close(), site.close()]);
  });

  /** Kills every page as soon as there is one, once; whether there was one. */
  async function kill(isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      const pages = processesOf(transport.stats().pid as number).filter(({ type }) => type === "renderer");
      for (const { pid } of pages) process.kill(pid, "SIGKILL");
      if (pages.length > 0) return true;
      await sleep(1);
    }
    return false;
  }

  /** Steps, so that it is not tried again. */
  const steps = [{ wait: 60_000, timeout: 60_000 }];
  const doing: [string, string, RenderOptions][] = [
    ["is opened", "", { steps }],
    ["waits for its answer", "/hangs", { steps }],
    ["loads", "/loads", { steps }],
    ["does a step", "/", { steps: [{ evaluate: "fetch('/at')" }, ...steps] }],
    ["computes", "/", { steps: [{ evaluate: "fetch('/at')" }, { evaluate: "for (;;);", timeout: 60_000 }] }],
    ["has its picture taken", "/", { steps: [{ evaluate: "fetch('/at')" }], screenshot: { selector: "#never" } }],
  ];

  it.each(doing)("is known to be gone within two seconds, while it %s", async (_, path, options) => {
    for (const session of path === "" ? [undefined, "one"] : ["one"]) {
      site.log.length = 0;
      let isOver = false;
      const rendering = failureOf(get(transport, site.url + path, { ...options, session })).finally(() => {
        isOver = true;
      });
      if (path === "/hangs") await site.asked("/hangs");
      if (path === "/loads") await site.asked("/hangs");
      if (path === "/") await site.asked("/at");
      expect(await kill(() => isOver)).toBe(true);
      const killed = now();
      expect(await rendering).toMatch(/^PAGE_CRASHED: /);
      expect(now() - killed).toBeLessThan(2000);
    }
    expect((await get(transport, site.url)).status).toBe(200);
    expect(transport.stats()).toMatchObject({ starts: 1, pages: 0, waiting: 0 });
  });
});

describeChromium("a page of BrowserTransport whose Chromium is killed", () => {
  it("is known to be gone within two seconds, however little of it there was yet", async () => {
    const site = await startSite({ "/": "<h1>hi</h1>" });
    const transport = new BrowserTransport();
    for (const ms of [0, 2, 5, 10, 20, 40]) {
      await get(transport, site.url);
      const group = transport.stats().pid as number;
      const rendering = failureOf(get(transport, site.url, { steps: [{ wait: 60_000, timeout: 60_000 }] }));
      if (ms > 0) await sleep(ms);
      process.kill(-group, "SIGKILL");
      const killed = now();
      // Once more by itself it is not tried, as it has a step.
      expect(await rendering).toMatch(/^BROWSER_GONE: /);
      expect(now() - killed).toBeLessThan(2000);
    }
    await transport.close();
    await site.close();
  });
});

describeChromium("CrashWatch", () => {
  let browser: Browser;

  beforeAll(async () => {
    const playwright = await loadPlaywright();
    const executablePath = findChromium({ named: undefined, playwright });
    browser = await playwright.launch({ executablePath, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser.close();
  });

  it("tells of the page whose process has ended, without the driver, and of no other", async () => {
    const watch = await CrashWatch.on(await browser.newBrowserCDPSession());
    const pages = await Promise.all([browser.newPage(), browser.newPage()]);
    const gone: number[] = [];
    const watches = pages.map((page, n) => watch.watch({ page, onCrash: () => void gone.push(n) }));
    const began = now();
    await pages[1].goto("data:text/html,<script>setInterval(() => {}, 1)</script>");
    const [id] = await pagesProcesses(pages[1]);
    process.kill(id as number, "SIGKILL");
    await until("it is told", () => gone.length > 0);
    expect(now() - began).toBeLessThan(2000);
    expect(gone).toEqual([1]);
    // It is known whose it was: nobody else needs to take it for his.
    expect(watch.hasLost(began)).toBe(false);
    for (const each of watches) each[Symbol.dispose]();
  });

  it("lets those who are still opening a page know that one was lost, whoever's it was", async () => {
    const watch = await CrashWatch.on(await browser.newBrowserCDPSession());
    const began = now();
    const page = await browser.newPage();
    const [id] = await pagesProcesses(page);
    process.kill(id as number, "SIGKILL");
    await until("it is lost", () => watch.hasLost(began));
    expect(watch.hasLost(now())).toBe(false);
    await page.close();
  });
});

type Page = Awaited<ReturnType<Browser["newPage"]>>;

/** The process that has a page: the one that works when the page does. */
async function pagesProcesses(page: Page): Promise<number[]> {
  const session = await page.context().newCDPSession(page);
  const browser = await (page.context().browser() as Browser).newBrowserCDPSession();
  const times = async (): Promise<Map<number, number>> => {
    const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
    return new Map(processInfo.filter(({ type }) => type === "renderer").map(({ id, cpuTime }) => [id, cpuTime]));
  };
  const before = await times();
  await session.send("Runtime.evaluate", { expression: "for (const end = Date.now() + 300; Date.now() < end;);" });
  const after = await times();
  return [...after]
    .toSorted(([a, x], [b, y]) => y - (before.get(b) ?? 0) - (x - (before.get(a) ?? 0)))
    .map(([id]) => id);
}
