import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { FetcherOptions, Page } from "../../src/index.js";
import { createFetcher } from "../../src/index.js";
import { hasChromium } from "../browser/chromium.js";
import type { RunningProxy } from "../network/proxies.js";
import { freePort, skipsWithout, startMicrosocks, startSquid } from "../network/proxies.js";
import type { Caller, Reply, WallSite } from "./wallSite.js";
import { DENIED, GOODS, startWallSite } from "./wallSite.js";

const missing = ["microsocks", "squid"].filter((name) => skipsWithout(name));
const title = missing.length === 0 ? "" : ` (skipped: needs ${missing.join(" and ")})`;

/** From where the proxies ask: the one is known to the walls, the other is not. */
const KNOWN = "127.0.0.2";
const UNKNOWN = "127.0.0.3";

describe.skipIf(missing.length > 0)(`pages through real proxies${title}`, () => {
  let socks: RunningProxy;
  let squid: RunningProxy;
  let picky: WallSite;
  let open: WallSite;
  let secure: WallSite;
  const chromium = new BrowserTransport({ insecure: true });
  const fetchers: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    [socks, squid] = await Promise.all([startMicrosocks({ from: KNOWN }), startSquid({ from: UNKNOWN })]);
    picky = await startWallSite(({ address }: Caller): Reply => (address === KNOWN ? DENIED : GOODS));
    open = await startWallSite(() => GOODS);
    secure = await startWallSite(() => GOODS, { tls: true });
  });

  afterEach(async () => {
    for (const fetcher of fetchers.splice(0)) await fetcher.close();
    for (const site of [picky, open, secure]) site.callers.length = 0;
  });

  afterAll(async () => {
    await chromium.close();
    for (const each of [socks, squid, picky, open, secure]) await each.close();
  });

  const fetcherWith = (options: FetcherOptions): ReturnType<typeof createFetcher> => {
    const fetcher = createFetcher({ robots: false, backoff: { base: 1 }, transports: { chromium }, ...options });
    fetchers.push(fetcher);
    return fetcher;
  };
  const wrong = (proxy: RunningProxy): string => proxy.url.replace("user:pass", "user:not-it");
  const hostOf = (site: WallSite): string => new URL(site.url).host;
  const ledgerOf = (page: Page): unknown[] =>
    page.attempts.map(({ transport, proxy, status, outcome }) => [transport, proxy, status ?? outcome]);

  it("learns which proxy a host blocks, for that host alone", async () => {
    // So that the first turn is that of the proxy that is known.
    const fetcher = fetcherWith({ proxies: [squid.url, socks.url], rotation: "request", retries: 1 });
    const first = [await fetcher.get(`${picky.url}/1`), await fetcher.get(`${picky.url}/2`)];
    const blocked = first.filter(({ attempts }) => attempts.length === 2);
    expect(first.map(({ verdict }) => verdict)).toEqual(["ok", "ok"]);
    expect(blocked.map(ledgerOf)).toEqual([
      [
        ["plain", new URL(socks.url).href.replace("user:pass@", "").replace(/\/$/, ""), 403],
        ["plain", `http://127.0.0.1:${squid.port}`, 200],
      ],
    ]);
    expect(blocked[0]?.attempts[0]?.next).toMatch(/^blocked \(.*\): again after/);
    expect(fetcher.explain(hostOf(picky)).restingProxies).toEqual([`socks5://127.0.0.1:${socks.port}`]);
    expect(fetcher.explain(hostOf(open)).restingProxies).toEqual([]);
    for (let n = 3; n < 6; n++) expect((await fetcher.get(`${picky.url}/${n}`)).attempts).toHaveLength(1);
    for (let n = 0; n < 4; n++) await fetcher.get(`${open.url}/${n}`);
    expect(picky.callers.filter(({ address }) => address === KNOWN)).toHaveLength(1);
    expect(new Set(open.callers.map(({ address }) => address))).toEqual(new Set([KNOWN, UNKNOWN]));
  });

  it("climbs to the proxies of a higher tier where the cheaper ones are blocked", async () => {
    const proxies = [socks.url, { url: squid.url, tier: 1 }];
    const page = await fetcherWith({ proxies, retries: 0, maxCost: 14, render: false }).get(picky.url);
    expect(page.verdict).toBe("ok");
    expect(page.attempts.map(({ transport, status, cost }) => [transport, status, cost])).toEqual([
      ["plain", 403, 1],
      ["identity", 403, 2],
      ["plain", 200, 11],
    ]);
    expect(page.attempts[1]?.next).toContain("by plain, proxy tier 1");
    expect(picky.callers.map(({ address }) => address)).toEqual([KNOWN, KNOWN, UNKNOWN]);
  });

  const vehicles: [string, FetcherOptions][] = [
    ["plain requests", {}],
    ["an identity", { identity: "chrome" }],
    ...(hasChromium ? ([["Chromium", { render: true }]] as [string, FetcherOptions][]) : []),
  ];

  it.each(vehicles)("go there with credentials, with TLS and without, for %s", { timeout: 30_000 }, async (_, how) => {
    for (const proxy of [socks, squid]) {
      const fetcher = fetcherWith({ proxies: [proxy.url], insecure: true, ...how });
      for (const site of [open, secure]) {
        const page = await fetcher.get(`${site.url}/page`);
        expect(page).toMatchObject({ verdict: "ok", status: 200, attempts: [{ outcome: "ok" }] });
        expect(JSON.stringify(page.attempts)).not.toContain("pass");
      }
    }
    const from = (site: WallSite): string[] =>
      site.callers.filter(({ path }) => path === "/page").map(({ address }) => address);
    expect([from(open), from(secure)]).toEqual([
      [KNOWN, UNKNOWN],
      [KNOWN, UNKNOWN],
    ]);
  });

  it.each(vehicles)(
    "charge wrong credentials to the proxy, and never to the site, for %s",
    { timeout: 30_000 },
    async (_, how) => {
      for (const proxy of [socks, squid]) {
        const fetcher = fetcherWith({ proxies: [wrong(proxy)], insecure: true, retries: 0, ...how });
        for (const site of [open, secure]) {
          const page = await fetcher.get(`${site.url}/page`);
          expect(page).toMatchObject({ verdict: "dead", kind: "proxy", status: null });
          expect(page.failure).toMatchObject({ outcome: "proxy", code: "PROXY_AUTH" });
          expect(page.attempts).toMatchObject([{ outcome: "proxy", status: null }]);
          expect(JSON.stringify(page)).not.toContain("not-it");
          expect(fetcher.explain(hostOf(site))).toMatchObject({ strikes: 0, parkedFor: 0, spacing: 0, limit: 6 });
        }
      }
      expect([open.callers, secure.callers]).toEqual([[], []]);
    },
  );

  it("get there by another proxy where one does not work", async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    for (const bad of [wrong(squid), wrong(socks), nobody]) {
      const fetcher = fetcherWith({ proxies: [bad, squid.url.replace("127.0.0.1", "localhost")], retries: 1 });
      const pages = [await fetcher.get(open.url), await fetcher.get(open.url)];
      expect(pages.map(({ verdict }) => verdict)).toEqual(["ok", "ok"]);
      const failed = pages.flatMap(({ attempts }) => attempts).filter(({ outcome }) => outcome !== "ok");
      expect(failed).toMatchObject([{ outcome: "proxy", status: null, cost: 1 }]);
    }
  });

  it("say whose failure it is that the site cannot be reached", { timeout: 30_000 }, async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    for (const [, how] of vehicles) {
      for (const proxy of [socks, squid]) {
        const fetcher = fetcherWith({ proxies: [proxy.url], retries: 0, ...how });
        const page = await fetcher.get(url);
        expect(page).toMatchObject({ verdict: "dead", kind: "proxy", status: null });
        expect(page.failure?.code).toMatch(/^PROXY_(FAILED|REFUSED)$/);
        expect((await fetcher.get(open.url)).verdict).toBe("ok");
      }
    }
  });
});
