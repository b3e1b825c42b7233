import { cancelScope } from "heddle";
import { Server as ProxyServer } from "proxy-chain";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFetcher } from "../../src/index.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";

const TEXT = `<title>A page</title><p>${"With more than a few words in it. ".repeat(60)}</p>`;

let site: Site;
beforeEach(async () => {
  let flaky = 0;
  site = await startSite({
    "/": TEXT,
    "/moved": (_request, response) => void response.writeHead(302, { location: "/" }).end(),
    "/cached": (_request, response) =>
      void response.writeHead(200, { "content-type": "text/html", "cache-control": "max-age=100" }).end(TEXT),
    "/flaky": (_request, response) => void response.writeHead(++flaky < 3 ? 503 : 200).end(TEXT),
    "/busy": (_request, response) => void response.writeHead(429, { "retry-after": "100" }).end("later"),
    "/hangs": () => {},
  });
});
afterEach(() => site.close());

describe("fetcher.stats()", () => {
  it("counts pages by their verdict, attempts, redirects and bytes", async () => {
    await using fetcher = createFetcher({ robots: false, backoff: { base: 1, cap: 1 } });
    for (const path of ["/", "/moved", "/nothing", "/flaky"]) await fetcher.get(site.url + path);
    await fetcher.get("nonsense");
    const stats = fetcher.stats();
    expect(stats).toMatchObject({
      pages: 5,
      verdicts: { ok: 3, notFound: 1, dead: 1, blocked: 0 },
      attempts: { plain: 6, identity: 0, chromium: 0 },
      redirects: 1,
      cost: 6,
      saved: 0,
      underWay: 0,
      requests: 0,
      held: 0,
      cache: null,
      proxies: [],
      sessions: { size: 0 },
      chromium: null,
    });
    expect(stats.bytes).toBe(stats.wireBytes);
    expect(stats.bytes).toBeGreaterThan(3 * TEXT.length - 1);
    expect(JSON.parse(JSON.stringify(stats))).toEqual(stats);
  });

  it("has the figures of the cache, also when that is closed", async () => {
    const fetcher = createFetcher({ robots: false, cache: ":memory:" });
    for (let n = 0; n < 3; n++) await fetcher.get(`${site.url}/cached`);
    const figures = {
      hits: 2,
      misses: 1,
      stored: 1,
      entries: 1,
      stale: 0,
      revalidated: 0,
      servedStale: 0,
      revalidating: 0,
    };
    expect(fetcher.stats().cache).toMatchObject(figures);
    await fetcher.close();
    expect(fetcher.stats().cache).toMatchObject(figures);
  });

  it("has the hosts that are asked, waited for or left alone, the busiest first", async () => {
    await using fetcher = createFetcher({ robots: false, perHost: 1, maxRetryAfter: 0, retries: 0 });
    const other = site.url.replace("127.0.0.1", "localhost");
    await fetcher.get(`${other}/busy`);
    await cancelScope(async (scope) => {
      const pages = Promise.allSettled([1, 2, 3].map(() => fetcher.get(`${site.url}/hangs`)));
      await site.asked("/hangs");
      const { busiest, hosts, parked, requests, underWay } = fetcher.stats();
      expect(busiest).toMatchObject([
        { host: new URL(site.url).host, active: 1, waiting: 2, state: "full" },
        { host: new URL(other).host, active: 0, waiting: 0, state: "parked" },
      ]);
      expect(busiest[1]?.parkedFor).toBeGreaterThan(90_000);
      expect({ hosts, parked, requests, underWay }).toEqual({ hosts: 2, parked: 1, requests: 1, underWay: 3 });
      scope.cancel();
      await pages;
    });
    expect(fetcher.stats()).toMatchObject({ requests: 0, underWay: 0, pages: 1 });
  });

  it("has each proxy's health, with the hosts that it has trouble with, and no passwords", async () => {
    await using good = Object.assign(new ProxyServer({ port: 0, host: "127.0.0.1" }), {
      [Symbol.asyncDispose]: () => good.close(true),
    });
    await good.listen();
    const dead = "http://me:sesame@127.0.0.1:1";
    const proxies = [`http://me:sesame@127.0.0.1:${good.port}`, dead];
    await using fetcher = createFetcher({ robots: false, proxies, backoff: { base: 1, cap: 1 } });
    for (let n = 0; n < 4; n++) expect((await fetcher.get(`${site.url}/`)).verdict).toBe("ok");
    const stats = fetcher.stats();
    expect(stats.proxies).toHaveLength(2);
    expect(stats.proxies[0]).toMatchObject({ state: "ready", ok: 4, failed: 0, troubles: [] });
    expect(stats.proxies[1]).toMatchObject({ proxy: "http://127.0.0.1:1", ok: 0, failed: 1 });
    expect(stats.proxies[1]?.troubles).toMatchObject([{ host: new URL(site.url).host, strikes: 1 }]);
    expect(JSON.stringify(stats)).not.toContain("sesame");
  });

  it("counts sessions", async () => {
    await using fetcher = createFetcher({ robots: false });
    for (const session of ["a", "b", "a"]) await fetcher.get(`${site.url}/`, { session });
    expect(fetcher.stats().sessions).toMatchObject({ size: 2, created: 2 });
  });
});
