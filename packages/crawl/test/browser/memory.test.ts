import { mapConcurrent } from "heddle";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import { privateMemory } from "../../src/browser/memoryGuard.js";
import type { Page } from "../../src/index.js";
import { createFetcher } from "../../src/index.js";
import { heapUsed } from "../support/heapUsed.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, processesOf } from "./chromium.js";

/** Five hundred behind `npm run soak`. */
const RENDERS = Number(process.env["HEDDLE_SOAK"] ?? 1) >= 20 ? 500 : 24;

const MiB = 1 << 20;

const WARES = Array.from({ length: 300 }, (_, n) => `<li><b>Ware ${n}</b> for ${n} francs</li>`).join("");

describeChromium("the memory that BrowserTransport takes", () => {
  const chromium = new BrowserTransport({ maxPages: 4, pagesPerContext: 10, maxPageMemory: 256 * MiB });
  let site: Site;

  beforeAll(async () => {
    site = await startSite({
      "/shop": `<title>Shop</title><ul>${WARES}</ul><script>
        document.cookie = "seen=1"; localStorage.seen = "1";
        document.body.append(...Array.from({ length: 200 }, () => document.createElement("p")));</script>`,
      "/objects": "<script>const all = []; for (;;) all.push({ n: all.length, more: [1, 2, 3] });</script>",
    });
  });

  afterAll(async () => {
    await Promise.all([chromium.close(), site.close()]);
  });

  it(`does not grow with the pages, in Chromium and beside it: ${RENDERS} of them`, { timeout: 600_000 }, async () => {
    await using fetcher = createFetcher({ transports: { chromium }, render: true, robots: false, perHost: 4 });
    const render = async (from: number, to: number): Promise<void> => {
      const pages = Array.from({ length: to - from }, (_, n) => from + n);
      const get = async (n: number): Promise<Page> => {
        return fetcher.get(`${site.url}/shop?${n}`, n % 2 === 0 ? { session: `visitor ${n % 6}` } : {});
      };
      for await (const page of mapConcurrent(pages, get, { limit: 4 })) expect(page.verdict).toBe("ok");
    };
    const warm = Math.min(100, RENDERS / 2);
    await render(0, warm);
    const [chromiums, heap] = [memoryOf(chromium), heapUsed()];
    site.requests.length = site.log.length = 0;
    await render(warm, RENDERS);
    site.requests.length = site.log.length = 0;
    expect((memoryOf(chromium) - chromiums) / MiB).toBeLessThan(60);
    expect((heapUsed() - heap) / MiB).toBeLessThan(3 + RENDERS / 250);
    expect(chromium.stats()).toMatchObject({ starts: 1, pages: 0, waiting: 0 });
  });

  it("is not without end for a page, and the next one is none the worse for it", async () => {
    await using fetcher = createFetcher({ transports: { chromium }, render: true, robots: false });
    expect(await fetcher.get(`${site.url}/objects`)).toMatchObject({
      verdict: "tooLarge",
      failure: { outcome: "too-large", code: "PAGE_MEMORY" },
      attempts: [{ transport: "chromium", outcome: "too-large" }],
    });
    expect((await fetcher.get(`${site.url}/shop`)).verdict).toBe("ok");
    expect(chromium.stats().starts).toBe(1);
  });
});

/** Of all of its processes that a page may leave something in, in bytes. */
function memoryOf(transport: BrowserTransport): number {
  const lasting = processesOf(transport.stats().pid as number).filter(({ type }) => type !== "renderer");
  return lasting.reduce((sum, { pid }) => sum + (privateMemory(pid) ?? 0), 0);
}
