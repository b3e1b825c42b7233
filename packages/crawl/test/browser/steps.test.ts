import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { RenderOptions, RenderStep } from "../../src/ground/render.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, failureOf, get } from "./chromium.js";

describeChromium("the steps and pictures of BrowserTransport", () => {
  let transport: BrowserTransport;
  let site: Site;

  beforeAll(async () => {
    transport = new BrowserTransport();
    site = await startSite({ "/form": FORM, "/tall": TALL, "/endless": ENDLESS, "/found": "<h1>found</h1>" });
  });

  afterAll(async () => {
    await Promise.all([transport.close(), site.close()]);
  });

  const render = (path: string, options: RenderOptions): ReturnType<typeof get> =>
    get(transport, site.url + path, options);
  const steps = (path: string, ...list: RenderStep[]): ReturnType<typeof get> => render(path, { steps: list });

  it("does the steps in their order", async () => {
    const { rendered } = await steps(
      "/form",
      { fill: "#name", value: "Äda" },
      { press: "Enter", in: "#name" },
      { click: "//button[@id='more']" },
      { wait: "#late" },
      { press: "x" },
      { scroll: 500 },
      { evaluate: "({ name: document.querySelector('#name').value, y: scrollY })" },
      { scroll: { selector: "#more" } },
      { wait: 10 },
      { evaluate: "Promise.resolve(log)" },
    );
    expect(rendered.evaluated).toEqual([{ name: "Äda", y: 500 }, ["submit Äda", "click", "key x"]]);
    expect(rendered.html).toContain('<p id="late">late</p>');
  });

  it("scrolls to the end, again and again", async () => {
    const { rendered } = await steps(
      "/endless",
      { scroll: "bottom", times: 4 },
      { scroll: "top" },
      { evaluate: "scrollY" },
    );
    expect(rendered.html.match(/<section/g)?.length).toBeGreaterThanOrEqual(4);
    expect(rendered.evaluated).toEqual([0]);
  });

  it("says which step failed, and why", async () => {
    const timeout = 300;
    const failures = await Promise.all([
      failureOf(steps("/form", { wait: 1 }, { click: "#nowhere", timeout })),
      failureOf(steps("/form", { click: "#hidden", timeout })),
      failureOf(steps("/form", { fill: "#more", value: "x", timeout })),
      failureOf(steps("/form", { click: "###", timeout })),
      failureOf(steps("/form", { press: "NoSuchKey", timeout })),
      failureOf(steps("/form", { evaluate: "missing.thing", timeout })),
      failureOf(steps("/form", { evaluate: "new Promise(() => {})", timeout })),
      failureOf(steps("/form", { wait: "#nowhere", timeout })),
    ]);
    const at = `on ${site.url}/form`;
    expect(failures[0]).toBe(
      `RENDER_STEP: Cannot do step 2 of 2, click "#nowhere", ${at} as nothing on the page matches within 0.3 s`,
    );
    expect(failures[1]).toContain(
      `step 1 of 1, click "#hidden", ${at} as the element cannot be used within 0.3 s: it is hidden`,
    );
    expect(failures[2]).toMatch(/^RENDER_STEP: .* step 1 of 1, fill "#more"/);
    expect(failures[3]).toMatch(/^RENDER_STEP: .* click "###"/);
    expect(failures[4]).toMatch(/^RENDER_STEP: .* press "NoSuchKey", .*NoSuchKey/);
    expect(failures[5]).toMatch(/^RENDER_STEP: .* evaluate "missing.thing", .*missing is not defined/);
    expect(failures[6]).toMatch(/^RENDER_STEP: .* as it has not ended within 0.3 s/);
    expect(failures[7]).toMatch(
      /^RENDER_STEP: .* wait for the selector "#nowhere", .* as it has not ended within 0.3 s/,
    );
  });

  it("goes on after an optional step that failed", async () => {
    const { rendered } = await steps("/form", { click: "#nowhere", timeout: 100, optional: true }, { evaluate: "1" });
    expect(rendered.evaluated).toEqual([1]);
  });

  it("sees where a click leads", async () => {
    const answer = await steps("/form", { click: "a" }, { wait: "h1" });
    expect([answer.finalUrl, answer.rendered.navigations]).toEqual([`${site.url}/found`, 2]);
  });

  it("takes pictures of the window, of the page, and of an element", async () => {
    const viewport = { width: 300, height: 200 };
    const [window, full, twice, element] = await Promise.all([
      render("/tall", { viewport, screenshot: true }),
      render("/tall", { viewport, screenshot: "full" }),
      render("/tall", { viewport: { ...viewport, scale: 2 }, screenshot: true }),
      render("/tall", { viewport, screenshot: { selector: "#box" } }),
    ]);
    expect(pngOf(window.rendered.screenshot)).toMatchObject({ width: 300, height: 200, first: [0, 128, 0] });
    expect(pngOf(full.rendered.screenshot)).toMatchObject({ width: 300, height: 1500 });
    expect(pngOf(twice.rendered.screenshot)).toMatchObject({ width: 600, height: 400 });
    expect(pngOf(element.rendered.screenshot)).toMatchObject({ width: 40, height: 30, first: [255, 0, 0] });
  });

  it("does not take a picture without end", async () => {
    const viewport = { width: 50, height: 50 };
    const huge: RenderOptions = {
      viewport,
      steps: [{ evaluate: "document.body.style.height = '90000px'" }],
      screenshot: "full",
    };
    expect(pngOf((await render("/tall", huge)).rendered.screenshot)).toMatchObject({ width: 50, height: 16_384 });
  });

  it("says so when there is nothing to take a picture of", async () => {
    const failure = await failureOf(render("/tall", { screenshot: { selector: "#nowhere" }, timeout: 1000 }));
    expect(failure).toBe(
      `RENDER_TIMEOUT: Cannot render ${site.url}/tall within 1 s as it still waits for the screenshot of "#nowhere"`,
    );
  });
});

const FORM = `<!doctype html><body style="height:3000px"><form><input id="name"></form><button id="more">more</button>
  <button id="hidden" style="display:none">no</button><a href="/found">on</a><script>
  const log = [];
  document.forms[0].addEventListener("submit", (event) => { event.preventDefault(); log.push("submit " + document.querySelector("#name").value); });
  document.querySelector("#more").onclick = () => { log.push("click"); setTimeout(() => {
    const late = document.createElement("p"); late.id = "late"; late.textContent = "late"; document.body.append(late); }, 100); };
  addEventListener("keydown", (event) => { if (event.key !== "Enter") log.push("key " + event.key); });
</script>`;

const TALL = `<!doctype html><body style="margin:0;height:1500px;background:green">
  <div id="box" style="position:absolute;left:10px;top:50px;width:40px;height:30px;background:red"></div>`;

const ENDLESS = `<!doctype html><section style="height:2000px">1</section><script>
  addEventListener("scroll", () => {
    if (scrollY + innerHeight < document.documentElement.scrollHeight - 10) return;
    const more = document.createElement("section"); more.style.height = "2000px"; document.body.append(more);
  });
</script>`;

/** Size and first pixel of a PNG. */
function pngOf(bytes: Uint8Array | undefined): { width: number; height: number; first: number[] } {
  const png = Buffer.from(bytes ?? []);
  if (png.readUInt32BE(0) !== 0x89504e47) throw new Error("no PNG");
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  // The first pixel of the first line is stored as it is, whatever the line's filter: there is nothing before it.
  return {
    width: png.readUInt32BE(16),
    height: png.readUInt32BE(20),
    first: [...inflateSync(Buffer.concat(parts)).subarray(1, 4)],
  };
}
