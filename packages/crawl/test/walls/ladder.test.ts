import { afterAll, afterEach, describe, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { FetcherOptions, Page } from "../../src/index.js";
import { createFetcher, getPage } from "../../src/index.js";
import { describeChromium } from "../browser/chromium.js";
import type { Caller, Reply, WallSite } from "./wallSite.js";
import { APP, DENIED, GOODS, SHELL, startWallSite } from "./wallSite.js";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function siteWith(answer: (caller: Caller) => Reply, options?: { tls?: boolean }): Promise<WallSite> {
  const site = await startWallSite(answer, options);
  open.push(site);
  return site;
}

function fetcherWith(options: FetcherOptions): ReturnType<typeof createFetcher> {
  const fetcher = createFetcher({ backoff: { base: 1 }, ...options });
  open.push(fetcher);
  return fetcher;
}

/** The ledger in short: how, what came, what it cost, and why there was another. */
function ledgerOf(page: Page): unknown[] {
  return page.attempts.map(({ transport, status, cost, next }) => [
    transport,
    status,
    cost,
    next?.replace(/ \(.*\)/, "") ?? null,
  ]);
}

describe("a wall that looks at handshakes and headers", () => {
  const looks = ({ greases, headers }: Caller): Reply =>
    greases === true && headers["sec-ch-ua"]?.includes("Chrom") === true ? GOODS : DENIED;

  it("lets the identity through where a plain request is blocked, and its next page begins there", async () => {
    const site = await siteWith(looks, { tls: true });
    const fetcher = fetcherWith({ insecure: true, maxCost: 3, render: false });
    const page = await fetcher.get(`${site.url}/1`);
    expect(page).toMatchObject({ verdict: "ok", status: 200, cost: 3 });
    expect(ledgerOf(page)).toEqual([
      ["plain", 403, 1, "blocked: by identity"],
      ["identity", 200, 2, null],
    ]);
    expect(page.attempts[1]?.identity).toBe("chrome");
    const host = new URL(site.url).host;
    expect(fetcher.explain(host).beginsBy).toBe("identity");
    const next = await fetcher.get(`${site.url}/2`);
    expect(ledgerOf(next)).toEqual([["identity", 200, 2, null]]);
    // The robots.txt of the site is asked for by whoever asks for the first page.
    expect(site.callers.map(({ path }) => path)).toEqual(["/robots.txt", "/1", "/1", "/2"]);
  });

  it("stays a wall where the page may not cost the identity", async () => {
    const site = await siteWith(looks, { tls: true });
    const page = await fetcherWith({ insecure: true, maxCost: 2, render: false }).get(site.url);
    expect(page).toMatchObject({ verdict: "blocked", vendor: "Akamai", cost: 1, remedy: "otherwise" });
    expect(page.evidence.join()).toContain("403");
  });

  it("is passed by an identity that was asked for at once", async () => {
    const site = await siteWith(looks, { tls: true });
    const page = await getPage(site.url, { insecure: true, identity: "chrome" });
    expect(ledgerOf(page)).toEqual([["identity", 200, 2, null]]);
  });
});

describeChromium("a site that wants scripts to be run", () => {
  const chromium = new BrowserTransport();
  afterAll(() => chromium.close());
  const rendering = { transports: { chromium } };

  it('renders an empty shell with `render: "auto"`, and begins with Chromium then', async () => {
    const site = await siteWith(({ path }) => {
      if (path === "/app.js") return APP;
      return path === "/data" ? GOODS : SHELL;
    });
    const fetcher = fetcherWith({ ...rendering, render: "auto", waitFor: "h1" });
    const page = await fetcher.get(`${site.url}/1`);
    expect(page).toMatchObject({ verdict: "ok", cost: 11, finalUrl: `${site.url}/1` });
    expect(ledgerOf(page)).toEqual([
      ["plain", 200, 1, "emptyShell: by chromium"],
      ["chromium", 200, 10, null],
    ]);
    expect(page.html).toContain("<h1>The goods</h1>");
    expect(ledgerOf(await fetcher.get(`${site.url}/2`))).toEqual([["chromium", 200, 10, null]]);
    const never = await fetcher.get(`${site.url}/3`, { render: false });
    expect(never).toMatchObject({ verdict: "emptyShell", remedy: "render", cost: 1 });
  });

  it("is climbed up to as far as `maxCost` reaches, and no further", async () => {
    // A challenge that any browser passes: its script sets a cookie and loads the page again.
    const challenge: Reply = {
      status: 403,
      headers: { "cf-mitigated": "challenge" },
      html: `<title>Just a moment...</title><script>document.cookie = "passed=1"; location.reload()</script>`,
    };
    const site = await siteWith(({ cookie }) => (cookie.includes("passed=1") ? GOODS : challenge));
    const waits = { ...rendering, waitFor: "h1", robots: false };
    const enough = await fetcherWith({ ...waits, maxCost: 13 }).get(site.url);
    expect(ledgerOf(enough)).toEqual([
      ["plain", 403, 1, "blocked: by identity"],
      ["identity", 403, 2, "blocked: by chromium"],
      ["chromium", 200, 10, null],
    ]);
    expect(enough).toMatchObject({ verdict: "ok", cost: 13 });
    expect(enough.rendered?.navigations).toBe(2);
    const less = await fetcherWith({ ...waits, maxCost: 12 }).get(site.url);
    expect(less).toMatchObject({ verdict: "blocked", vendor: "Cloudflare", cost: 3 });
  });

  it("has Chromium of the fetcher's own, which ends with it", async () => {
    const site = await siteWith(({ path }) => (path === "/" ? SHELL : path === "/app.js" ? APP : GOODS));
    const page = await getPage(site.url, { render: true, waitFor: "h1" });
    expect(page).toMatchObject({ verdict: "ok", cost: 10 });
    expect(page.rendered?.html).toBe(page.html);
  });
});
