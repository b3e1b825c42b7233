import { cancelScope, gather, moveOnAfter, now, run, sleep, taskGroup } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import type { RobotsResponse } from "../../src/politeness/robotsFetch.js";
import type { RobotsRegistryOptions } from "../../src/politeness/robotsRegistry.js";
import { RobotsRegistry } from "../../src/politeness/robotsRegistry.js";

const MINUTE = 60_000;
const HOUR = 3_600_000;

const FORBIDDING = "User-agent: *\nDisallow: /private\nCrawl-delay: 2\nSitemap: https://a.example/s.xml";

type Reply = Partial<RobotsResponse> | Error;

/** A registry whose fetch takes a second and answers by URL: always the same, or one reply after the other. */
function registryOf(
  replies: Record<string, Reply | Reply[]>,
  options: Partial<RobotsRegistryOptions> = {},
): { registry: RobotsRegistry; asked: string[] } {
  const asked: string[] = [];
  const registry = new RobotsRegistry({
    userAgent: "heddle/0.1",
    async fetch(url) {
      asked.push(url.href);
      await sleep(1000);
      const all = replies[url.href] ?? { status: 404 };
      const reply = Array.isArray(all) ? (all.length > 1 ? all.shift() : all[0]) : all;
      if (reply instanceof Error) throw reply;
      return { status: 200, body: new Uint8Array(0), ...reply };
    },
    ...options,
  });
  return { registry, asked };
}

const body = (text: string): { body: Uint8Array } => ({ body: Buffer.from(text) });
const PAGE = new URL("https://a.example/private/1");
const ROBOTS = "https://a.example/robots.txt";

describe("RobotsRegistry", () => {
  it("answers by the rules of the origin's file, and asks for it once", () =>
    virtualTime(async () => {
      const { registry, asked } = registryOf({ [ROBOTS]: body(FORBIDDING) });
      expect(await registry.allowed(PAGE)).toEqual({ allowed: false, rule: "Disallow: /private", crawlDelay: 2000 });
      expect(await registry.allowed(new URL("/", PAGE))).toEqual({ allowed: true, crawlDelay: 2000 });
      expect(await registry.sitemaps(PAGE)).toEqual(["https://a.example/s.xml"]);
      expect(asked).toEqual([ROBOTS]);
    }));

  it("asks once however many want to know at the same time, and never with credentials", () =>
    virtualTime(async () => {
      const { registry, asked } = registryOf({ [ROBOTS]: body(FORBIDDING) });
      const page = new URL("https://user:secret@a.example/private");
      const answers = await gather(
        Array.from({ length: 50 }, () => () => registry.allowed(page)),
        { limit: 50 },
      );
      expect(new Set(answers.map(({ allowed }) => allowed))).toEqual(new Set([false]));
      expect(asked).toEqual([ROBOTS]);
    }));

  it("tells schemes and ports apart", () =>
    virtualTime(async () => {
      const { registry, asked } = registryOf({});
      for (const url of ["https://a.example/", "http://a.example/", "http://a.example:8080/", "http://a.example:80/"]) {
        await registry.allowed(new URL(url));
      }
      expect(asked).toEqual([
        "https://a.example/robots.txt",
        "http://a.example/robots.txt",
        "http://a.example:8080/robots.txt",
      ]);
    }));

  describe("when one of those who ask is cancelled", () => {
    it("goes on for the others, also when it is the first", () =>
      virtualTime(async () => {
        const { registry, asked } = registryOf({ [ROBOTS]: body(FORBIDDING) });
        await taskGroup(async (group) => {
          const first = group.createTask(() => registry.allowed(PAGE));
          const second = group.createTask(() => registry.allowed(PAGE));
          await sleep(500);
          await first.cancelAndWait();
          expect(now()).toBe(500);
          expect(await second).toMatchObject({ allowed: false });
          expect(now()).toBe(1000);
        });
        expect(asked).toHaveLength(1);
      }));

    it("ends the fetch when it was the last, and asks again the next time", () =>
      virtualTime(async (clock) => {
        const { registry, asked } = registryOf({ [ROBOTS]: body(FORBIDDING) });
        await moveOnAfter(500, () => registry.allowed(PAGE));
        expect(now()).toBe(500);
        expect(registry.stats()).toEqual({ origins: 1, fetching: 0, fetched: 0, failed: 0 });
        expect(clock.pending).toBe(0);
        expect(await registry.allowed(PAGE)).toMatchObject({ allowed: false });
        expect(asked).toHaveLength(2);
      }));

    it("asks nothing when it was cancelled before", () =>
      virtualTime(async () => {
        const { registry, asked } = registryOf({});
        await cancelScope(async (scope) => {
          scope.cancel();
          await registry.allowed(PAGE);
        });
        expect(asked).toEqual([]);
        expect(registry.stats().origins).toBe(0);
      }));

    it("asks again when the run that had asked is over", async () => {
      const gates: (() => void)[] = [];
      let asks = 0;
      const registry = new RobotsRegistry({
        userAgent: "heddle",
        async fetch() {
          asks++;
          if (asks > 1) return { status: 404, body: new Uint8Array(0) };
          gates.shift()?.();
          await sleep(Infinity);
          throw new Error("not reached");
        },
      });
      const asking = new Promise<void>((resolve) => gates.push(resolve));
      const controller = new AbortController();
      const first = run(() => registry.allowed(PAGE), { signal: controller.signal }).catch((error: unknown) => error);
      await asking;
      const second = run(() => registry.allowed(PAGE));
      controller.abort();
      expect(await first).toMatchObject({ name: "CancelledError" });
      expect(await second).toMatchObject({ allowed: true });
      expect(asks).toBe(2);
    });
  });

  it.each([400, 401, 403, 404, 410, 418, 451, 499])("allows everything after a %d", (status) =>
    virtualTime(async () => {
      const { registry } = registryOf({ [ROBOTS]: { status, ...body(FORBIDDING) } });
      expect(await registry.allowed(PAGE)).toEqual({
        allowed: true,
        rule: `robots.txt: the server answered ${status}`,
      });
    }),
  );

  it.each([
    [{ status: 500 }, "No robots.txt can be had: the server answered 500"],
    [{ status: 503 }, "No robots.txt can be had: the server answered 503"],
    [{ status: 429 }, "No robots.txt can be had: the server answered 429"],
    [new Error("connect ECONNREFUSED"), "No robots.txt can be had: connect ECONNREFUSED"],
  ])("forbids everything for a while after %j, then asks again, less and less often", (reply, rule) =>
    virtualTime(async () => {
      const { registry, asked } = registryOf({ [ROBOTS]: reply });
      expect(await registry.allowed(PAGE)).toEqual({ allowed: false, rule, retryAfter: MINUTE });
      expect(await registry.allowed(new URL("/robots.txt", PAGE))).toEqual({ allowed: true, rule });
      const times: number[] = [];
      for (let minute = 0; minute < 6 * 60; minute++) {
        const before = asked.length;
        const at = now();
        await registry.allowed(PAGE);
        if (asked.length > before) times.push(Math.round(at / MINUTE));
        await sleep(MINUTE);
      }
      const pauses = times.map((time, n) => time - (times[n - 1] ?? 0));
      expect(pauses.slice(0, 5)).toEqual([1, 3, 5, 9, 17].map((each) => expect.closeTo(each, -1)));
      expect(Math.max(...pauses)).toBeLessThanOrEqual(62);
    }),
  );

  it("counts on the last file while no newer one can be had, for a day", () =>
    virtualTime(async () => {
      const { registry } = registryOf({ [ROBOTS]: [body(FORBIDDING), { status: 500 }] });
      await registry.allowed(PAGE);
      await sleep(47 * HOUR);
      expect(await registry.allowed(new URL("/", PAGE))).toMatchObject({ allowed: true, crawlDelay: 2000 });
      expect(registry.stats().failed).toBe(1);
      await sleep(2 * HOUR);
      expect(await registry.allowed(new URL("/", PAGE))).toMatchObject({ allowed: false });
    }));

  it("asks again after a day", () =>
    virtualTime(async () => {
      const { registry, asked } = registryOf({ [ROBOTS]: [body(FORBIDDING), { status: 404 }] });
      expect(await registry.allowed(PAGE)).toMatchObject({ allowed: false });
      await sleep(23 * HOUR);
      expect(await registry.allowed(PAGE)).toMatchObject({ allowed: false });
      await sleep(HOUR);
      expect(await registry.allowed(PAGE)).toMatchObject({ allowed: true });
      expect(asked).toHaveLength(2);
    }));

  it("asks each time where a file counts for no time", () =>
    virtualTime(async () => {
      const { registry, asked } = registryOf({ [ROBOTS]: body(FORBIDDING) }, { maxAge: 0 });
      await registry.allowed(PAGE);
      await registry.allowed(PAGE);
      expect(asked).toHaveLength(2);
    }));

  describe("when it is sent elsewhere", () => {
    const chain = (length: number): Record<string, Reply> => {
      const replies: Record<string, Reply> = { [ROBOTS]: { status: 301, location: "https://hop.example/1" } };
      for (let n = 1; n < length; n++) replies[`https://hop.example/${n}`] = { status: 302, location: `/${n + 1}` };
      replies[`https://hop.example/${length}`] = body(FORBIDDING);
      return replies;
    };

    it("follows five times, also to others", () =>
      virtualTime(async () => {
        const { registry, asked } = registryOf(chain(5));
        expect(await registry.allowed(PAGE)).toMatchObject({ allowed: false });
        expect(asked).toHaveLength(6);
      }));

    it("takes a longer way for none", () =>
      virtualTime(async () => {
        const { registry, asked } = registryOf(chain(6));
        expect(await registry.allowed(PAGE)).toEqual({ allowed: true, rule: "robots.txt: too many redirects" });
        expect(asked).toHaveLength(6);
      }));

    it.each([[undefined], ["ftp://a.example/robots.txt"], ["http://["]])("takes %j for nowhere", (location) =>
      virtualTime(async () => {
        const { registry } = registryOf({ [ROBOTS]: { status: 302, location } });
        expect(await registry.allowed(PAGE)).toMatchObject({ allowed: true });
      }),
    );
  });

  it("remembers so many origins, and forgets the one that was longest not asked about", () =>
    virtualTime(async () => {
      const { registry, asked } = registryOf({}, { maxOrigins: 3 });
      const ask = (host: string): Promise<unknown> => registry.allowed(new URL(`https://${host}/`));
      for (const host of ["a", "b", "c", "a", "d"]) await ask(host);
      expect(registry.stats()).toEqual({ origins: 3, fetching: 0, fetched: 4, failed: 0 });
      await ask("a");
      expect(asked).toHaveLength(4);
      await ask("b");
      expect(asked).toHaveLength(5);
    }));

  it("remembers those for longer that somebody waits for", () =>
    virtualTime(async () => {
      const { registry, asked } = registryOf({}, { maxOrigins: 1 });
      const hosts = Array.from({ length: 20 }, (_, n) => `h${n}`);
      await gather(
        hosts.map((host) => () => registry.allowed(new URL(`https://${host}/`))),
        { limit: 20 },
      );
      expect(asked).toHaveLength(20);
      expect(registry.stats()).toMatchObject({ origins: 1, fetching: 0 });
    }));

  it.each([
    [{}, "Cannot read robots.txt as fetch must be a function: received undefined"],
    [{ fetch: () => {}, userAgent: "" }, 'userAgent must begin with a name, as "heddle/0.1" does: received ""'],
    [{ fetch: () => {}, userAgent: "(x)" }, "userAgent must begin with a name"],
    [{ fetch: () => {}, userAgent: "a", maxOrigins: 0 }, "maxOrigins must be a whole number, 1 or more"],
    [{ fetch: () => {}, userAgent: "a", maxAge: -1 }, "maxAge must be a number of milliseconds"],
    [{ fetch: () => {}, userAgent: "a", ttl: 1 }, 'received "ttl"'],
  ])("refuses %j", (options, message) => {
    expect(() => new RobotsRegistry(options as never)).toThrow(message);
  });

  it("refuses what is no http or https URL", async () => {
    const { registry } = registryOf({});
    await expect(registry.allowed(new URL("ftp://a/"))).rejects.toThrow("it belongs to an http or https URL: received");
    await expect(registry.allowed("https://a/" as never)).rejects.toThrow("it belongs to an http or https URL");
  });
});
