import { InvalidArgumentError } from "heddle";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FetcherOptions } from "../../src/index.js";
import { createFetcher, getPage } from "../../src/index.js";
import { HttpCache } from "../../src/store/httpCache.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";

const TEXT = `<title>A page</title><p>${"With more than a few words in it. ".repeat(60)}</p>`;

/** How the site answers now. */
let version = "one";
let site: Site;
let held: (() => void)[] = [];
let holds = false;

beforeEach(async () => {
  version = "one";
  held = [];
  holds = false;
  const page: Parameters<typeof startSite>[0][string] = (request, response) => {
    const answer = (): void => {
      const { "if-none-match": known } = request.headers;
      const headers = {
        "content-type": "text/html",
        "cache-control": "max-age=0, stale-while-revalidate=100",
        etag: `"${version}"`,
      };
      if (version === "down") response.writeHead(503).end();
      else if (known === `"${version}"`) response.writeHead(304, headers).end();
      else response.writeHead(200, headers).end(`${TEXT}${version}`);
    };
    if (holds) held.push(answer);
    else answer();
  };
  site = await startSite(
    Object.fromEntries([
      ["/", page],
      [
        "/strict",
        (_: unknown, response: { writeHead: (n: number, h: object) => { end: (s: string) => void } }) =>
          response.writeHead(200, { "cache-control": "max-age=0", "content-type": "text/html" }).end(TEXT),
      ],
      ...Array.from({ length: 100 }, (_, n) => [`/${n}`, page]),
    ]) as Parameters<typeof startSite>[0],
  );
});
afterEach(() => site.close());

const options: FetcherOptions = { cache: ":memory:", staleWhileRevalidate: true, robots: false, retries: 0 };
const asked = (): number => site.log.length;
const until = async (state: () => boolean): Promise<void> => {
  while (!state()) await new Promise(setImmediate);
};

describe("staleWhileRevalidate", () => {
  it("serves what is stale at once, and has the new one for the next page", async () => {
    await using fetcher = createFetcher(options);
    const get = (): ReturnType<typeof fetcher.get> => fetcher.get(`${site.url}/`);
    expect(await get()).toMatchObject({ cached: null, verdict: "ok" });
    version = "two";
    const stale = await get();
    expect(stale).toMatchObject({ cached: "stale", verdict: "ok", attempts: [] });
    expect(stale.html).toMatch(/one$/);
    await until(() => fetcher.stats().cache?.revalidating === 0 && asked() === 2);
    version = "three";
    expect((await get()).html).toMatch(/two$/);
    expect(fetcher.stats().cache).toMatchObject({ servedStale: 2, stored: 2 });
  });

  it("takes a 304 for what it is", async () => {
    await using fetcher = createFetcher(options);
    for (let n = 0; n < 2; n++) await fetcher.get(`${site.url}/`);
    await until(() => fetcher.stats().cache?.revalidated === 1);
    expect(site.requests[1]?.headers["if-none-match"]).toBe('"one"');
  });

  it("asks once, however many pages are served meanwhile", async () => {
    await using fetcher = createFetcher(options);
    await fetcher.get(`${site.url}/`);
    holds = true;
    const pages = await Promise.all(Array.from({ length: 20 }, () => fetcher.get(`${site.url}/`)));
    expect(pages.every(({ cached }) => cached === "stale")).toBe(true);
    await until(() => held.length > 0);
    expect(asked()).toBe(2);
    expect(fetcher.stats()).toMatchObject({ cache: { revalidating: 1 }, underWay: 0 });
    for (const answer of held) answer();
    await until(() => fetcher.stats().cache?.revalidating === 0);
  });

  it("has no more than 64 under way, and serves all the same", async () => {
    await using fetcher = createFetcher({ ...options, perHost: 100, concurrency: 200 });
    const urls = Array.from({ length: 100 }, (_, n) => `${site.url}/${n}`);
    for await (const _ of fetcher.fetchAll(urls));
    holds = true;
    for await (const page of fetcher.fetchAll(urls)) expect(page.cached).toBe("stale");
    expect(fetcher.stats().cache?.revalidating).toBe(64);
  });

  it("keeps what it has while the server fails, and asks again for the next page", async () => {
    await using fetcher = createFetcher(options);
    await fetcher.get(`${site.url}/`);
    version = "down";
    for (const times of [2, 3]) {
      expect((await fetcher.get(`${site.url}/`)).html).toMatch(/one$/);
      await until(() => asked() === times && fetcher.stats().cache?.revalidating === 0);
    }
  });

  it("is over when the fetcher is closed: the connection is cut", async () => {
    const fetcher = createFetcher(options);
    await fetcher.get(`${site.url}/`);
    holds = true;
    await fetcher.get(`${site.url}/`);
    await until(() => held.length === 1);
    const closed = new Promise<void>((resolve) => site.requests[1]?.socket.once("close", () => resolve()));
    await fetcher.close();
    await closed;
    expect(fetcher.stats().cache).toMatchObject({ revalidating: 0, entries: 1 });
  });

  it("asks first where the answer does not allow it, or nobody has asked for it", async () => {
    await using fetcher = createFetcher(options);
    for (let n = 0; n < 2; n++) expect((await fetcher.get(`${site.url}/strict`)).cached).toBeNull();
    await using plain = createFetcher({ ...options, staleWhileRevalidate: false });
    await plain.get(`${site.url}/`);
    expect((await plain.get(`${site.url}/`)).cached).toBe("revalidated");
  });

  it("asks first in getPage(), whose fetcher is closed before anything could come", async () => {
    using cache = await HttpCache.open(":memory:", { staleWhileRevalidate: true });
    await getPage(`${site.url}/`, { cache, robots: false });
    expect((await getPage(`${site.url}/`, { cache, robots: false })).cached).toBe("revalidated");
    await expect(getPage(`${site.url}/`, { cache, offline: true })).rejects.toThrow(InvalidArgumentError);
  });
});
