import { cancelScope, gather, now } from "heddle";
import { virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import type { FetcherOptions, Page, PageOptions } from "../../src/index.js";
import { createFetcher, getHtml } from "../../src/index.js";
import type { FakeReply, FakeRequest } from "../support/fakeTransport.js";
import { FakeTransport, systemError } from "../support/fakeTransport.js";

const TEXT = `<title>A page</title><h1>A page</h1><p>${"With more than a few words in it. ".repeat(60)}</p>`;
const GOOD: FakeReply = { body: [TEXT] };
const CAPTCHA: FakeReply = {
  status: 403,
  body: [
    `<title>Are you human?</title><p>Please verify you are human</p><div class="g-recaptcha" data-sitekey="6LcExampleExampleExample"></div><script src="https://www.google.com/recaptcha/api.js"></script>`,
  ],
};
const SHELL: FakeReply = { body: [`<title>App</title><div id="root"></div><script src="/app.js"></script>`] };

const URL_A = "http://a.test/";

interface Run {
  readonly page: Page;
  readonly transport: FakeTransport;
}

async function get(
  reply: (request: FakeRequest, hit: number) => FakeReply,
  options: FetcherOptions = {},
  about?: PageOptions,
): Promise<Run> {
  const transport = new FakeTransport(reply);
  const fetcher = createFetcher({ transport, robots: false, backoff: { random: () => 1 }, ...options });
  const page = await fetcher.get(URL_A, about);
  return { page, transport };
}

describe("robots.txt", () => {
  const rules =
    (text: string, status = 200) =>
    ({ url }: FakeRequest): FakeReply =>
      url.endsWith("/robots.txt") ? { status, headers: { "content-type": "text/plain" }, body: [text] } : GOOD;

  it("is asked once for each host, before its pages, and is obeyed", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(rules("User-agent: heddle\nDisallow: /private"));
      const fetcher = createFetcher({ transport });
      const verdicts: string[] = [];
      for (const path of ["", "private/1", "public"]) {
        verdicts.push((await fetcher.get(URL_A + path)).verdict);
      }
      expect(verdicts).toEqual(["ok", "robotsDenied", "ok"]);
      expect(transport.urls).toEqual([`${URL_A}robots.txt`, URL_A, `${URL_A}public`]);
    }));

  it("says in the evidence which rule it is, and that nobody was asked", () =>
    virtualTime(async () => {
      const { page } = await get(rules("User-agent: *\nDisallow: /"), { robots: true });
      expect(page).toMatchObject({ verdict: "robotsDenied", status: null, attempts: [], remedy: "no" });
      expect(page.evidence.join()).toContain("Disallow: /");
    }));

  it("forbids everything while its server fails, and makes a page of a dead host dead", () =>
    virtualTime(async () => {
      const denied = await get(rules("", 503), { robots: true, retries: 0 });
      expect(denied.page.verdict).toBe("robotsDenied");
      const dead = await get(() => ({ error: systemError("ECONNREFUSED") }), { robots: true, retries: 0 });
      expect(dead.page).toMatchObject({ verdict: "dead", kind: "refused", failure: { outcome: "refused" } });
    }));

  it("is not asked where the user has said so, for one page or for all", () =>
    virtualTime(async () => {
      const { transport } = await get(rules("User-agent: *\nDisallow: /"), { robots: true }, { robots: false });
      expect(transport.urls).toEqual([URL_A]);
    }));

  it("leaves between two requests what it asks for", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(rules("User-agent: *\nCrawl-delay: 7"));
      const fetcher = createFetcher({ transport });
      for await (const _ of fetcher.fetchAll([1, 2, 3].map((n) => `${URL_A}${n}`)));
      const [, ...times] = transport.log.map(({ at }) => at);
      expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 7000, 14_000]);
    }));
});

describe("the ladder", () => {
  const chromium = (reply: FakeReply = GOOD): FakeTransport => new FakeTransport(() => reply);

  it("stays on plain requests unless more is asked for", () =>
    virtualTime(async () => {
      const browser = chromium();
      const { page } = await get(() => CAPTCHA, { transports: { chromium: browser, identity: browser } });
      expect(page).toMatchObject({ verdict: "captcha", captcha: { kind: "recaptcha-v2" }, cost: 1, remedy: "solve" });
      expect(browser.log).toHaveLength(0);
    }));

  it("climbs as far as the page may cost, and says why in the ledger", () =>
    virtualTime(async () => {
      const transports = { identity: new FakeTransport(() => CAPTCHA), chromium: chromium() };
      const { page } = await get(() => CAPTCHA, { transports, maxCost: 13 });
      expect(page.verdict).toBe("ok");
      expect(page.attempts.map(({ transport, cost }) => [transport, cost])).toEqual([
        ["plain", 1],
        ["identity", 2],
        ["chromium", 10],
      ]);
      expect(page.attempts[0]?.next).toMatch(/^captcha \(.*\): by identity$/);
      expect(page.attempts.at(-1)?.next).toBeNull();
      expect(page.cost).toBe(13);
      const less = await get(() => CAPTCHA, { transports, maxCost: 12 });
      expect(less.page.attempts.map(({ transport }) => transport)).toEqual(["plain", "identity"]);
    }));

  it("begins where the host's last pages were had, and forgets that with time", () =>
    virtualTime(async () => {
      const plain = new FakeTransport(() => CAPTCHA);
      const transports = { identity: new FakeTransport(() => GOOD) };
      const fetcher = createFetcher({ transport: plain, transports, robots: false, maxCost: 5, render: false });
      await fetcher.get(URL_A);
      await fetcher.get(URL_A);
      expect([plain.log.length, transports.identity.log.length]).toEqual([1, 2]);
      expect(fetcher.explain("a.test").beginsBy).toBe("identity");
      const { sleep } = await import("heddle");
      await sleep(3_600_000);
      expect(fetcher.explain("a.test").beginsBy).toBeNull();
      await fetcher.get(URL_A);
      expect(plain.log).toHaveLength(2);
    }));

  it("sends our own name on plain requests only", () =>
    virtualTime(async () => {
      const transports = { identity: new FakeTransport(() => GOOD) };
      const { transport } = await get(() => CAPTCHA, { transports, maxCost: 5, headers: { "x-mine": "1" } });
      expect(transport.log[0]?.headers).toMatchObject({ "user-agent": "heddle/0.1", "x-mine": "1" });
      expect(transports.identity.log[0]?.headers).toEqual({ "x-mine": "1" });
    }));

  it('renders an empty shell with `render: "auto"`, and with `false` never', () =>
    virtualTime(async () => {
      const browser = chromium();
      const auto = await get(() => SHELL, { transports: { chromium: browser }, render: "auto" });
      expect(auto.page.attempts.map(({ transport }) => transport)).toEqual(["plain", "chromium"]);
      const never = await get(() => SHELL, { transports: { chromium: browser }, render: false, maxCost: 100 });
      expect(never.page).toMatchObject({ verdict: "emptyShell", attempts: [{ transport: "plain" }] });
    }));

  it("begins with Chromium where every page is to be rendered, and tells it what the page wants", () =>
    virtualTime(async () => {
      const browser = chromium();
      const { page } = await get(() => GOOD, { transports: { chromium: browser }, render: true, waitFor: "#app" });
      expect(page.attempts).toMatchObject([{ transport: "chromium", cost: 10 }]);
      expect(browser.log[0]?.render).toMatchObject({ waitFor: "#app", timeout: 30_000 });
    }));

  it("hands a CAPTCHA to the user's function, and its token to Chromium", () =>
    virtualTime(async () => {
      const browser = new FakeTransport((_, hit) => (hit < 2 ? CAPTCHA : GOOD));
      const met: unknown[] = [];
      const { page } = await get(() => CAPTCHA, {
        transports: { identity: new FakeTransport(() => CAPTCHA), chromium: browser },
        maxCost: 100,
        solve: (challenge) => {
          met.push(challenge);
          return "the token";
        },
      });
      expect(page.verdict).toBe("ok");
      expect(met).toMatchObject([{ kind: "recaptcha-v2", siteKey: "6LcExampleExampleExample", url: URL_A }]);
      expect(JSON.stringify(browser.log.at(-1)?.render?.steps)).toContain("the token");
      expect(page.attempts.at(-1)).toMatchObject({ transport: "chromium", cost: 35 });
    }));

  it("tells in the evidence when the function fails", () =>
    virtualTime(async () => {
      const { page } = await get(() => CAPTCHA, {
        transports: { identity: new FakeTransport(() => CAPTCHA), chromium: new FakeTransport(() => CAPTCHA) },
        maxCost: 100,
        solve: () => Promise.reject(new Error("no credit")),
      });
      expect(page.verdict).toBe("captcha");
      expect(page.evidence).toContain("the CAPTCHA was not solved: no credit");
    }));
});

describe("proxies", () => {
  it("go by turns, and are in the ledger without their credentials", () =>
    virtualTime(async () => {
      const { page, transport } = await get((_, hit) => (hit < 2 ? CAPTCHA : GOOD), {
        proxies: ["http://user:secret@one.test:3128", "http://user:secret@two.test:3128"],
      });
      expect(page.verdict).toBe("ok");
      expect(new Set(transport.log.map(({ proxy }) => proxy?.url.hostname)).size).toBe(2);
      expect(page.attempts.map(({ proxy }) => proxy).sort()).toEqual(["http://one.test:3128", "http://two.test:3128"]);
      expect(JSON.stringify(page)).not.toContain("secret");
    }));

  it("of a higher tier come where the page may cost that much", () =>
    virtualTime(async () => {
      const proxies = ["http://cheap.test:1", { url: "http://dear.test:1", tier: 1 }];
      const reply = ({ proxy }: FakeRequest): FakeReply => (proxy?.url.hostname === "dear.test" ? GOOD : CAPTCHA);
      const transports = { identity: new FakeTransport(reply) };
      const { page } = await get(reply, { proxies, transports, maxCost: 14, retries: 0, render: false });
      expect(page.verdict).toBe("ok");
      expect(page.attempts.at(-1)).toMatchObject({ proxy: "http://dear.test:1", cost: 11 });
    }));
});

describe("cookies", () => {
  const wall = ({ headers }: FakeRequest): FakeReply =>
    headers["cookie"]?.includes("in=1") === true
      ? GOOD
      : { status: 302, headers: { location: "/", "set-cookie": "in=1; Path=/" } };

  it("that a redirect sets are sent by the requests that follow", () =>
    virtualTime(async () => {
      const { page } = await get(wall);
      expect(page).toMatchObject({ verdict: "ok", redirects: 1 });
    }));

  it("stay with a session, and with nobody else", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({
        ...GOOD,
        headers: { "content-type": "text/html", "set-cookie": "id=7" },
      }));
      const fetcher = createFetcher({ transport, robots: false });
      for (const session of ["ann", "ann", "bob"]) await fetcher.get(URL_A, { session });
      await fetcher.get(URL_A);
      expect(transport.log.map(({ headers }) => headers["cookie"])).toEqual([undefined, "id=7", undefined, undefined]);
    }));

  it("and other secrets are not told to another origin by a redirect, nor back again", () =>
    virtualTime(async () => {
      const path = [URL_A, "http://b.test/", `${URL_A}end`];
      const transport = new FakeTransport(({ url }) => {
        const next = path[path.indexOf(url) + 1];
        return next === undefined ? GOOD : { status: 302, headers: { location: next } };
      });
      const headers = {
        authorization: "Bearer x",
        cookie: "a=1",
        "x-api-key": "k",
        "private-token": "t",
        "x-other": "1",
      };
      const page = await createFetcher({ transport, robots: false, headers }).get(URL_A);
      expect(page.verdict).toBe("ok");
      const sent = transport.log.map((request) => Object.keys(request.headers).filter((name) => name in headers));
      expect(sent).toEqual([Object.keys(headers), ["x-other"], ["x-other"]]);
    }));
});

describe("the cache", () => {
  const FRESH = { "content-type": "text/html", "cache-control": "max-age=60", etag: '"1"' };

  it("serves what is still good, asks whether the rest is, and says so", async () => {
    const transport = new FakeTransport(({ headers }) =>
      headers["if-none-match"] === '"1"' ? { status: 304, headers: { etag: '"1"' } } : { ...GOOD, headers: FRESH },
    );
    await using fetcher = createFetcher({ transport, robots: false, cache: ":memory:" });
    const first = await fetcher.get(URL_A);
    const second = await fetcher.get(URL_A);
    const third = await fetcher.get(URL_A, { headers: { "cache-control": "no-cache" } });
    expect([first, second, third].map(({ cached }) => cached)).toEqual([null, "fresh", "revalidated"]);
    expect([first, second, third].map(({ html }) => html)).toEqual([TEXT, TEXT, TEXT]);
    expect([first, second, third].map(({ attempts }) => attempts.length)).toEqual([1, 0, 1]);
    expect(transport.log).toHaveLength(2);
  });

  it("stands in for a server that fails, where that is allowed", async () => {
    const stale = { ...FRESH, "cache-control": "max-age=0, stale-if-error=60" };
    const transport = new FakeTransport((_, hit) => (hit === 1 ? { ...GOOD, headers: stale } : { status: 503 }));
    await using fetcher = createFetcher({ transport, robots: false, cache: ":memory:", retries: 0 });
    await fetcher.get(URL_A);
    expect(await fetcher.get(URL_A)).toMatchObject({ verdict: "ok", cached: "stale", html: TEXT });
  });

  it("is all there is when offline", async () => {
    const transport = new FakeTransport(() => GOOD);
    await using fetcher = createFetcher({ transport, robots: false, cache: ":memory:", offline: true });
    expect(await fetcher.get(URL_A)).toMatchObject({
      verdict: "dead",
      failure: { outcome: "not-cached" },
      attempts: [],
    });
    expect(transport.log).toHaveLength(0);
  });
});

describe("the deadline of a page", () => {
  const cases: [string, (request: FakeRequest, hit: number) => FakeReply][] = [
    ["the request", () => ({ delay: Infinity })],
    ["a body that drips", () => ({ body: Array.from({ length: 100 }, () => "x"), pause: 1000 })],
    ["retries", () => ({ error: systemError("ECONNRESET"), delay: 900 })],
    ["a wait that the server has asked for", () => ({ status: 429, headers: { "retry-after": "60" } })],
    ["redirects", ({ url }) => ({ status: 302, headers: { location: `${url}x` }, delay: 700 })],
    ["robots.txt", ({ url }) => (url.endsWith("robots.txt") ? { delay: Infinity } : GOOD)],
  ];

  it.each(cases)("holds over %s", (_, reply) =>
    virtualTime(async () => {
      const options = { robots: true, retries: 100, maxRedirects: 100, deadline: 5000 };
      const { page } = await get(({ url, ...request }, hit) => {
        const isRobots = url.endsWith("robots.txt");
        return isRobots && _ !== "robots.txt" ? { status: 404 } : reply({ url, ...request }, hit);
      }, options);
      expect(now()).toBe(5000);
      expect(page).toMatchObject({ verdict: "dead", kind: "timeout", failure: { code: "DEADLINE" } });
    }),
  );

  it("counts the time in line if it was set, and does not otherwise", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ ...GOOD, delay: 400_000 }));
      const options = { transport, robots: false, concurrency: 1, timeout: Infinity, stallTimeout: Infinity };
      const usual = createFetcher(options);
      const strict = createFetcher({ ...options, deadline: 500_000 });
      for (const [fetcher, verdicts] of [
        [usual, ["ok", "ok"]],
        [strict, ["ok", "dead"]],
      ] as const) {
        const pages = await gather(
          () => fetcher.get(`${URL_A}1`),
          () => fetcher.get(`${URL_A}2`),
        );
        expect(pages.map(({ verdict }) => verdict)).toEqual(verdicts);
      }
      // Of a list no more pages are begun than there is room for.
      for await (const page of strict.fetchAll([`${URL_A}1`, `${URL_A}2`])) expect(page.verdict).toBe("ok");
    }));
});

describe("which methods are asked for again", () => {
  it.each([
    ["GET", "ECONNRESET", 4],
    ["PUT", "ECONNRESET", 4],
    ["POST", "ECONNRESET", 1],
    ["POST", "ECONNREFUSED", 4],
    ["PATCH", "ETIMEDOUT", 1],
  ])("%s after %s: %i requests", (method, code, requests) =>
    virtualTime(async () => {
      const { transport } = await get(() => ({ error: systemError(code) }), { method, body: "x" });
      expect(transport.log).toHaveLength(requests);
      expect(transport.log[0]).toMatchObject({ method, body: "x" });
    }),
  );

  it("ends with the budget of the host", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ error: systemError("ECONNRESET") }));
      const fetcher = createFetcher({ transport, robots: false, retryBudget: 0, backoff: { base: 1 } });
      const evidence: string[] = [];
      for (let n = 0; n < 6; n++) evidence.push(...(await fetcher.get(URL_A + n)).evidence.slice(1));
      // Ten to begin with.
      expect(transport.log).toHaveLength(6 + 10);
      expect(evidence.at(-1)).toContain("the retries of its host are used up");
    }));
});

describe("getHtml()", () => {
  it("gives the HTML of a page, and throws what keeps it from that", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(({ url }) => (url === URL_A ? GOOD : { status: 404, body: ["no"] }));
      expect(await getHtml(URL_A, { transport, robots: false })).toBe(TEXT);
      await expect(getHtml(`${URL_A}?api_key=x`, { transport, robots: false })).rejects.toThrow(
        "Cannot have the HTML of http://a.test/?api_key=*** as the verdict is notFound (status 404): received 404",
      );
    }));

  it("throws when cancelled", () =>
    virtualTime(async () => {
      const transport = new FakeTransport(() => ({ delay: Infinity }));
      let html: string | undefined;
      await cancelScope(
        async () => {
          html = await getHtml(URL_A, { transport, robots: false });
        },
        { timeout: 10 },
      );
      expect(html).toBeUndefined();
      expect(transport.active).toBe(0);
    }));
});
