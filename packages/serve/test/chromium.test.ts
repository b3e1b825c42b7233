import { afterAll, beforeAll, expect, it } from "vitest";
import { describeChromium } from "../../crawl/test/browser/chromium.js";
import type { Site } from "../../crawl/test/support/site.js";
import { startSite } from "../../crawl/test/support/site.js";
import { refusalOf, served } from "./support/served.js";

let site: Site;
beforeAll(async () => {
  site = await startSite({
    "/": `<title>A page</title><style>body { margin: 0 }</style><h1 id=it style="width: 100px; height: 50px">A page</h1>
      <button onclick="document.title = 'clicked'; it.textContent = innerWidth">More</button>`,
  });
});
afterAll(() => site.close());

/** From the header of a PNG. */
const sizeOf = (png: Buffer): [number, number] => [png.readUInt32BE(16), png.readUInt32BE(20)];

describeChromium("the service with Chromium", () => {
  it("answers with a picture where one is asked for, of the window or of an element", () =>
    served(site, {}, async ({ page }) => {
      const answer = await page("/", "&screenshot=true&viewport=640x480");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("image/png");
      expect(answer.headers.get("x-heddle-transport")).toBe("chromium");
      expect(sizeOf(Buffer.from(await answer.arrayBuffer()))).toEqual([640, 480]);
      const element = await page("/", "&screenshot=%23it");
      expect(sizeOf(Buffer.from(await element.arrayBuffer()))).toEqual([100, 50]);
    }));

  it("does the steps that it is told, by JSON in the query and in the body, and says what they came to", () =>
    served(site, {}, async ({ page, post }) => {
      const steps = [{ click: "button" }, { evaluate: "document.title" }];
      const html = await page("/", `&steps=${encodeURIComponent(JSON.stringify(steps))}`);
      expect(await html.text()).toContain("<title>clicked</title>");
      const viewport = { width: 500, height: 400 };
      const all = await post({ url: `${site.url}/`, steps, viewport, screenshot: "full", format: "json" });
      const { rendered, html: text } = (await all.json()) as { rendered: Record<string, unknown>; html: string };
      expect(rendered["evaluated"]).toEqual(["clicked"]);
      expect(sizeOf(Buffer.from(rendered["screenshot"] as string, "base64"))[0]).toBe(500);
      expect(text).toContain(">500</h1>");
    }));

  it("stops at once when it is told to, and takes Chromium with it", async () => {
    let pid = 0;
    let stopped = 0;
    await served(site, { grace: 60_000 }, async ({ page, ask }) => {
      await page("/", "&render=true");
      const { chromium } = (await (await ask("/stats")).json()) as { chromium: { state: string; pid: number } };
      expect(chromium).toMatchObject({ state: "running", contexts: 0, crashes: 0 });
      pid = chromium.pid;
      stopped = performance.now();
    });
    // Were it to wait until Chromium is idle, that would be half a minute.
    expect(performance.now() - stopped).toBeLessThan(20_000);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("does not reach inside by a step", () =>
    served(site, { fetching: { allow: [] } }, async ({ page }) => {
      const answer = await page("/", "&render=true");
      expect(answer.status).toBe(403);
      expect(await refusalOf(answer)).toMatchObject({ code: "ADDRESS_FORBIDDEN" });
    }));
});
