import { cancelScope, gather, now, shield, sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import type { Fetcher, FetcherOptions } from "../../src/index.js";
import { createFetcher as create, HostLimits } from "../../src/index.js";
import { faultsOf } from "../faults/behaviours.js";
import { startFaultServer } from "../faults/faultServer.js";
import { FakeTransport } from "../support/fakeTransport.js";

/** A fetcher of sites that have no robots.txt. */
const createFetcher = (options: FetcherOptions = {}): Fetcher => create({ robots: false, ...options });

const urlsOf = (host: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `http://${host}.test/${n}`);

/** Fetches all at once. */
const fetchEach = (fetcher: Fetcher, urls: readonly string[]): Promise<string[]> =>
  gather(
    urls.map((url) => async () => (await fetcher.get(url)).verdict),
    { limit: urls.length },
  );

describe("createFetcher()", () => {
  it("keeps all pages together to the concurrency, and to each host's limit", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ delay: 100 }));
      const fetcher = createFetcher({ transport, concurrency: 4, perHost: 3 });
      const verdicts = await fetchEach(fetcher, [...urlsOf("a", 20), ...urlsOf("b", 20)]);
      expect(new Set(verdicts)).toEqual(new Set(["ok"]));
      expect(transport.mostActive).toBe(4);
      expect(Math.max(...transport.mostActiveAt.values())).toBe(3);
      expect(fetcher.stats()).toMatchObject({ hosts: 0, parked: 0, requests: 0, held: 0 });
    }));

  it("shows what is under way and which hosts are parked", () =>
    virtualTime(async () => {
      const refusing = { status: 429, headers: { "retry-after": "60" } };
      const transport = new FakeTransport(({ host }) => (host === "strict.test" ? refusing : { delay: 1000 }));
      const fetcher = createFetcher({ transport });
      const urls = [...urlsOf("strict", 1), ...urlsOf("a", 2)];
      await cancelScope(async (scope) => {
        const pages = fetchEach(fetcher, urls);
        await sleep(500);
        expect(fetcher.stats()).toMatchObject({ hosts: 2, parked: 1, requests: 2, held: 0 });
        await sleep(1000);
        expect(fetcher.stats()).toMatchObject({ hosts: 1, parked: 1, requests: 0, held: 0 });
        scope.cancel();
        await pages;
      });
      expect(fetcher.stats()).toMatchObject({ hosts: 1, parked: 1, requests: 0, held: 0 });
    }));

  it("makes a record of a URL that is none, and throws for what is no URL at all", () =>
    virtualTime(async () => {
      const fetcher = createFetcher({ transport: new FakeTransport(() => ({})) });
      expect(await fetcher.get("nonsense")).toMatchObject({
        verdict: "dead",
        failure: { outcome: "bad-url" },
        attempts: [],
      });
      await expect(fetcher.get(5 as unknown as string)).rejects.toThrow("the URL must be a string or a URL");
    }));

  it("throws when cancelled, and gives the slot and the host's place back", () =>
    virtualTime(async (clock) => {
      const transport = new FakeTransport(() => ({ delay: 10_000 }));
      const fetcher = createFetcher({ transport, concurrency: 1 });
      await cancelScope(() => fetcher.get("http://a.test/"), { timeout: 50 });
      expect(now()).toBe(50);
      expect(fetcher.stats()).toMatchObject({ hosts: 0, parked: 0, requests: 0, held: 0 });
      expect(transport.active).toBe(0);
      expect(clock.pending).toBe(0);
    }));

  it("loses no record to a cancellation when each is delivered where it is fetched", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(({ url }) => ({ delay: url.endsWith("/0") ? 10_000 : 10 }));
      const fetcher = createFetcher({ transport });
      const delivered: string[] = [];
      await cancelScope(
        () =>
          gather(
            urlsOf("a", 5).map((url) => async () => {
              const record = await fetcher.get(url);
              await shield(() => void delivered.push(record.url.slice(-1)));
            }),
          ),
        { timeout: 100 },
      );
      expect(delivered).toEqual(["1", "2", "3", "4"]);
    }));

  describe("holdSlot()", () => {
    it("lets one request less be under way, until it is disposed of for the first time", () =>
      virtualTime(async () => {
        const transport = new FakeTransport(() => ({ delay: 100 }));
        const fetcher = createFetcher({ transport, concurrency: 3 });
        const [one, two] = [fetcher.holdSlot(), fetcher.holdSlot()];
        expect(fetcher.stats()).toMatchObject({ held: 2, requests: 0 });
        await fetchEach(fetcher, urlsOf("a", 4));
        expect([transport.mostActive, now()]).toEqual([1, 400]);

        one[Symbol.dispose]();
        one[Symbol.dispose]();
        expect(fetcher.stats().held).toBe(1);
        await fetchEach(fetcher, urlsOf("a", 4));
        expect([transport.mostActive, now()]).toEqual([2, 600]);

        two[Symbol.dispose]();
        await fetchEach(fetcher, urlsOf("a", 3));
        expect([transport.mostActive, now()]).toEqual([3, 700]);
      }));

    it("stops all requests when more are held than there are slots, and lets them go on after that", () =>
      virtualTime(async () => {
        const transport = new FakeTransport(() => ({}));
        const fetcher = createFetcher({ transport, concurrency: 2 });
        const held = Array.from({ length: 5 }, () => fetcher.holdSlot());
        const page = fetcher.get("http://a.test/");
        await sleep(1000);
        expect(transport.log).toHaveLength(0);
        for (const slot of held) slot[Symbol.dispose]();
        expect((await page).verdict).toBe("ok");
      }));
  });

  describe("close()", () => {
    it("refuses further pages, and leaves a transport alone that is not its own", () =>
      virtualTime(async () => {
        const transport = new FakeTransport(() => ({}));
        const fetcher = createFetcher({ transport, limits: new HostLimits() });
        await fetcher.close();
        await fetcher.close();
        await expect(fetcher.get("http://a.test/")).rejects.toThrow(
          "Cannot fetch a page as the fetcher is closed: make another one",
        );
        expect(transport.closed).toBe(false);
      }));

    it("lets go of its connections, and ends what is under way with a record", async () => {
      const server = await startFaultServer({
        faults: faultsOf({ "/": ({ send }) => send({ body: "page" }), "/hang": () => {} }),
      });
      const fetcher = createFetcher({ retries: 0 });
      expect((await fetcher.get(`${server.origin}/`)).verdict).toBe("ok");
      const page = fetcher.get(`${server.origin}/hang`);
      await server.asked(2);
      await fetcher.close();
      expect((await page).verdict).not.toBe("ok");
      await server.idle();
      await server.close();
    });
  });
});
