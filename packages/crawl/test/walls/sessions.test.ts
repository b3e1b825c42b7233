import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { FetcherOptions } from "../../src/index.js";
import { createFetcher } from "../../src/index.js";
import { describeChromium } from "../browser/chromium.js";
import type { RunningProxy } from "../network/proxies.js";
import { skipsWithout, startMicrosocks } from "../network/proxies.js";
import type { Caller, Reply, WallSite } from "./wallSite.js";
import { DENIED, GOODS, startWallSite } from "./wallSite.js";

const skips = skipsWithout("microsocks");
const title = skips ? " (skipped: needs microsocks)" : "";

/** Hands out a visitor's number, and lets nobody in without one; a visitor who was here too often is known, and so is where he came from. */
function cookieWall(most: number): (caller: Caller) => Reply {
  let last = 0;
  const visits = new Map<string, number>();
  return ({ path, cookie }) => {
    const visitor = /visitor=(\d+)/.exec(cookie)?.[1];
    if (visitor === undefined) {
      return { status: 302, headers: { location: path, "set-cookie": `visitor=${++last}; Path=/; Max-Age=3600` } };
    }
    visits.set(visitor, (visits.get(visitor) ?? 0) + 1);
    return (visits.get(visitor) as number) > most ? DENIED : GOODS;
  };
}

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function behind(wall: (caller: Caller) => Reply, options: FetcherOptions): Promise<[Fetcher, WallSite]> {
  const site = await startWallSite(wall);
  const fetcher = createFetcher({ robots: false, backoff: { base: 1 }, ...options });
  open.push(site, fetcher);
  return [fetcher, site];
}

type Fetcher = ReturnType<typeof createFetcher>;

const visitorsOf = ({ callers }: WallSite): (string | undefined)[] =>
  callers.map(({ cookie }) => /visitor=(\d+)/.exec(cookie)?.[1]);

describe.skipIf(skips)(`a session behind a wall of cookies${title}`, () => {
  const proxies: RunningProxy[] = [];

  beforeAll(async () => {
    for (const from of ["127.0.0.2", "127.0.0.3"]) proxies.push(await startMicrosocks({ from }));
  });

  afterAll(async () => {
    for (const proxy of proxies) await proxy.close();
  });

  it("keeps its cookie and its proxy until it is burnt, and goes on as somebody else then", async () => {
    const [fetcher, site] = await behind(cookieWall(2), { proxies: proxies.map(({ url }) => url), session: "ann" });
    const pages = [];
    for (let n = 1; n <= 3; n++) pages.push(await fetcher.get(`${site.url}/${n}`));
    expect(pages.map(({ verdict }) => verdict)).toEqual(["ok", "ok", "ok"]);
    expect(pages.map(({ attempts }) => attempts.map(({ status }) => status))).toEqual([[200], [200], [403, 200]]);
    // The door, two pages as the first, the third as the first, and then the door and the third as another.
    expect(visitorsOf(site)).toEqual([undefined, "1", "1", "1", undefined, "2"]);
    const [first, second] = [site.callers[0]?.address, site.callers.at(-1)?.address];
    expect(site.callers.map(({ address }) => address)).toEqual([first, first, first, first, second, second]);
    expect(second).not.toBe(first);
    expect(pages[2]?.attempts[0]?.next).toMatch(/^blocked /);
  });

  it("is not that of another", async () => {
    const [fetcher, site] = await behind(cookieWall(9), {});
    for (const session of ["ann", "bob", "ann"]) await fetcher.get(site.url, { session });
    const alone = await fetcher.get(site.url);
    expect(alone).toMatchObject({ verdict: "ok", redirects: 1 });
    expect(visitorsOf(site)).toEqual([undefined, "1", undefined, "2", "1", undefined, "3"]);
  });
});

describeChromium("a session in Chromium and out of it", () => {
  const chromium = new BrowserTransport();
  afterAll(() => chromium.close());

  it("is one visitor, whoever asks, and has no cookie that was taken away", async () => {
    const wall = cookieWall(9);
    const [fetcher, site] = await behind(
      (caller) =>
        caller.path === "/leave"
          ? { ...GOODS, headers: { "set-cookie": "visitor=; Path=/; Max-Age=0" } }
          : wall(caller),
      { session: "ann", transports: { chromium } },
    );
    await fetcher.get(`${site.url}/1`);
    await fetcher.get(`${site.url}/2`, { render: true });
    await fetcher.get(`${site.url}/3`);
    expect(visitorsOf(site)).toEqual([undefined, "1", "1", "1"]);
    await fetcher.get(`${site.url}/leave`, { render: true });
    await fetcher.get(`${site.url}/4`);
    await fetcher.get(`${site.url}/5`, { render: true });
    expect(visitorsOf(site).slice(4)).toEqual(["1", undefined, "2", "2"]);
  });
});
