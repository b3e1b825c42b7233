import { now } from "heddle";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { RenderOptions } from "../../src/ground/render.js";
import type { Page, Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, failureOf, get, until } from "./chromium.js";

describeChromium("BrowserTransport with pages that mean no good", () => {
  let transport: BrowserTransport;
  let site: Site;

  beforeAll(async () => {
    transport = new BrowserTransport({ maxPages: 8, maxPageMemory: 256 << 20 });
    site = await startSite({ ...PAGES, "/hangs": () => {}, "/x": "x" });
    await get(transport, `${site.url}/x`);
  });

  afterAll(async () => {
    await Promise.all([transport.close(), site.close()]);
  });

  const render = (path: string, options: RenderOptions = {}): ReturnType<typeof get> =>
    get(transport, site.url + path, { timeout: 15_000, ...options });

  it("gives up, at its deadline, what never comes to an end, and says what it has waited for", async () => {
    const start = now();
    const timeout = 3000;
    const failures = await Promise.all([
      failureOf(render("/hangs", { timeout })),
      failureOf(render("/never-loads", { timeout })),
      failureOf(render("/never-idle", { timeout, waitFor: "networkidle" })),
      failureOf(render("/busy", { timeout })),
      failureOf(render("/alert-loop", { timeout })),
      failureOf(render("/busy-later", { timeout, steps: [{ wait: 200 }] })),
    ]);
    expect(now() - start).toBeLessThan(6000);
    const waits = failures.map(
      (failure) => /^RENDER_TIMEOUT: .* within 3 s as it still waits for (.*)$/.exec(failure)?.[1],
    );
    expect(waits).toEqual([
      "the answer of the server",
      'the event "load"',
      'the event "networkidle"',
      'the event "load"',
      'the event "load"',
      expect.any(String),
    ]);
    await until("all pages are closed", () => transport.stats().pages === 0);
    expect((await render("/x")).status).toBe(200);
  });

  it("takes a page as it is at that time if it is told to", async () => {
    const answer = await render("/never-loads", { timeout: 4000, partial: true });
    expect(answer.rendered.incomplete).toBe('the event "load"');
    expect(answer.rendered.html).toContain("<p>something</p>");
    expect((await render("/x", { partial: true })).rendered.incomplete).toBeUndefined();
  });

  it("dismisses dialogs, leaves pages that would keep it, and does not print", async () => {
    const [alerts, stays, prints] = await Promise.all([
      render("/alerts", { waitFor: "#after" }),
      render("/stays", { steps: [{ click: "p" }, { evaluate: "location.href = '/x'" }, { wait: 300 }] }),
      render("/prints"),
    ]);
    expect(alerts.rendered.dialogs).toBe(3);
    expect(alerts.rendered.html).toContain('id="after">null,false');
    expect(stays.finalUrl).toBe(`${site.url}/x`);
    expect(prints.rendered.html).toContain("printed");
  });

  it("closes windows that a page opens, and opens none that nobody has clicked for", async () => {
    const bomb = await render("/window-bomb", { waitFor: 300 });
    const clicked = await render("/window-bomb", { steps: [{ click: "button" }, { wait: 300 }] });
    expect(bomb.rendered.popups).toBeLessThanOrEqual(1);
    expect(clicked.rendered.popups).toBeLessThanOrEqual(2);
    expect(clicked.rendered.html).toContain("tried 50");
  });

  it("gives up pages that lead on without end", async () => {
    const failures = await Promise.all([failureOf(render("/leads-on")), failureOf(render("/reloads"))]);
    for (const failure of failures) expect(failure).toMatch(/^RENDER_NAVIGATIONS: .* lead on and on: 26 pages so far/);
    expect(await failureOf(render("/circle"))).toMatch(/^ERR_TOO_MANY_REDIRECTS: /);
  });

  it("ends a page that takes memory without end, be it in its heap or beside it, and no other", async () => {
    const waitFor = "#never";
    const [beside, dom, other] = await Promise.all([
      failureOf(render("/takes-buffers", { waitFor })),
      failureOf(render("/takes-elements", { waitFor })),
      render("/x", { waitFor: 500 }),
    ]);
    expect(beside).toMatch(/^PAGE_MEMORY: .* takes more memory than maxPageMemory, 256 MiB/);
    expect(dom).toMatch(/^PAGE_MEMORY: /);
    expect(other.status).toBe(200);
    expect(transport.stats().starts).toBe(1);
  });

  it("does not keep what a page logs without end", async () => {
    const { consoleErrors } = (await render("/logs")).rendered;
    expect(consoleErrors.length).toBe(100);
    expect(consoleErrors.every((text) => text.length <= 1000)).toBe(true);
  });
});

const PAGES: Readonly<Record<string, Page>> = {
  "/never-loads": `<p>something</p><img src="/hangs">`,
  "/never-idle": `<script>setInterval(() => fetch("/x?" + Math.random()), 100)</script>`,
  "/busy": "<script>for (;;);</script>",
  "/busy-later": "<script>setTimeout(() => { for (;;); }, 50)</script>",
  "/alert-loop": "<script>for (;;) alert(1)</script>",
  "/alerts": `<body><script>alert(1); const said = [prompt("who"), confirm("sure")].join();
    document.body.innerHTML = "<p id=after>" + (said[0] === "," ? "null" + said : said)</script>`,
  "/stays": `<p>stay</p><script>onbeforeunload = (event) => { event.preventDefault(); return "stay"; }</script>`,
  "/prints": `<p></p><script>print(); document.querySelector("p").textContent = "printed"</script>`,
  "/window-bomb": `<button onclick="for (let n = 1; n <= 50; n++) { window.open('/x', '_blank'); this.textContent = 'tried ' + n; }">b</button>
    <script>for (let n = 0; n < 20; n++) window.open("/x", "_blank", "noopener")</script>`,
  "/leads-on": `<script>location.href = "?" + (1 + Number(location.search.slice(1)))</script>`,
  "/reloads": `<script>addEventListener("load", () => setTimeout(() => location.reload(), 0))</script>`,
  "/circle": (_, response) => response.writeHead(302, { location: "/circle" }).end(),
  "/takes-buffers": `<script>const all = []; setInterval(() => all.push(new Uint8Array(16 << 20).fill(1)), 5)</script>`,
  "/takes-elements": `<script>for (;;) document.documentElement.append(document.createElement("p"))</script>`,
  "/logs": `<script>for (let n = 0; n < 300; n++) console.error("x".repeat(5000))</script>`,
};
