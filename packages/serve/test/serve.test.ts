import { connect } from "node:net";
import type { Page } from "@heddle/crawl";
import { Event, run, taskGroup } from "heddle";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FaultServer } from "../../crawl/test/support/faultServer.js";
import { faultServer } from "../../crawl/test/support/faultServer.js";
import type { ServeOptions } from "../src/index.js";
import { serve } from "../src/index.js";

let site: FaultServer;

beforeAll(async () => {
  const text = `<title>A page</title><h1>A page</h1><p>${"With more than a few words in it. ".repeat(50)}</p>`;
  site = await faultServer({
    "/": ({ send }) => send({ body: text }),
    "/latin1": ({ send }) =>
      send({
        headers: { "content-type": "text/html; charset=iso-8859-1" },
        body: Buffer.from(`${text}caf\xe9`, "latin1"),
      }),
    "/moved": ({ send }) => send({ status: 301, headers: { location: "/" } }),
    "/inside": ({ send }) => send({ status: 302, headers: { location: "http://127.0.0.2:1/" } }),
    "/image": ({ send }) => send({ headers: { "content-type": "image/png" }, body: Buffer.from([1, 2, 255]) }),
    "/busy": ({ send }) => send({ status: 429, headers: { "retry-after": "7" }, body: "slow down" }),
    "/hangs": () => {},
    "/resets": ({ reset }) => reset(),
    "/slow": ({ socket, send }) => {
      // It answers when it is told to.
      release = () => send({ body: text });
      socket.on("close", () => {});
    },
  });
});

afterAll(() => site.close());

let release: () => void = () => {};

interface Served {
  readonly url: string;
  readonly pages: readonly Page[];
  readonly stop: Event;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** The answer for a page of the site. */
  page(path: string, more?: string): Promise<Response>;
}

/** A service that may ask the site, for as long as `body` runs. */
async function served(options: ServeOptions, body: (service: Served) => Promise<void>): Promise<void> {
  await run(
    () =>
      taskGroup(async (group) => {
        const stop = new Event();
        const pages: Page[] = [];
        const url = await group.start<string>((ready) =>
          serve({
            port: 0,
            stop,
            onPage: (page) => pages.push(page),
            onListening: ready,
            ...options,
            fetching: { allow: [site.host.split(":")[0] ?? ""], robots: false, retries: 0, ...options.fetching },
          }),
        );
        const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
          fetch(url + path, { headers });
        const page = (path: string, more = ""): Promise<Response> =>
          get(`/?url=${encodeURIComponent(site.url + path)}${more}`);
        try {
          await body({ url, pages, stop, get, page });
        } finally {
          stop.set();
        }
      }),
    { handleSignals: false },
  );
}

describe("GET /?url=…", () => {
  it("answers with the HTML of the page, and what became of it in the headers", () =>
    served({}, async ({ page }) => {
      const answer = await page("/moved");
      expect(answer.status).toBe(200);
      expect(await answer.text()).toMatch(/^<title>A page/);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "x-heddle-verdict": "ok",
        "x-heddle-status": "200",
        "x-heddle-final-url": `${site.url}/`,
        "x-heddle-attempts": "1",
        "x-heddle-transport": "plain",
        "content-security-policy": "sandbox",
      });
    }));

  it("sends every text as UTF-8, and what is no text as it is", () =>
    served({}, async ({ page }) => {
      const latin = await page("/latin1");
      expect(latin.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(await latin.text()).toMatch(/café$/);
      const image = await page("/image");
      expect(image.headers.get("content-type")).toBe("image/png");
      expect(image.headers.get("x-heddle-verdict")).toBe("notHtml");
      expect([...new Uint8Array(await image.arrayBuffer())]).toEqual([1, 2, 255]);
    }));

  it.each([
    ["/nothing", 404, "notFound"],
    ["/busy", 429, "rateLimited"],
    ["/resets", 502, "dead"],
    ["/hangs", 504, "dead"],
  ])("answers for %s with %i", (path, status, verdict) =>
    served({}, async ({ page }) => {
      const answer = await page(path, "&stall_timeout=100&maxRetryAfter=1000");
      expect(answer.status).toBe(status);
      expect(answer.headers.get("x-heddle-verdict")).toBe(verdict);
      if (verdict === "rateLimited") expect(answer.headers.get("retry-after")).toBe("7");
    }),
  );

  it("takes the options of a page as parameters, by both of their names", () =>
    served({}, async ({ page, pages }) => {
      await page("/moved", "&max_redirects=0");
      await page("/moved", "&maxRedirects=0");
      expect(pages.map(({ failure }) => failure?.outcome)).toEqual(["too-many-redirects", "too-many-redirects"]);
    }));

  it.each([
    ["/", 400, "URL_MISSING", "its URL is missing"],
    ["/?url=http://a.test/&timeout=soon", 400, "HEDDLE_INVALID_ARGUMENT", 'timeout must be a number: received "soon"'],
    [
      "/?url=http://a.test/&timeout=0",
      400,
      "HEDDLE_INVALID_ARGUMENT",
      "timeout must be a number of milliseconds, 1 or more",
    ],
    ["/?url=http://a.test/&timeuot=5", 400, "HEDDLE_INVALID_ARGUMENT", "perhaps timeout was meant"],
    ["/?url=http://a.test/&concurrency=5", 400, "HEDDLE_INVALID_ARGUMENT", "there is no such option"],
    ["/?url=http://a.test/&retries=1&retries=2", 400, "TWICE", "retries is there twice"],
    ["/elsewhere", 404, "NOT_FOUND", "There is nothing here"],
  ])("refuses %s with %i", (path, status, code, message) =>
    served({}, async ({ get }) => {
      const answer = await get(path);
      expect(answer.status).toBe(status);
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    }),
  );
});

describe("who may ask, and for what", () => {
  it("wants the key where there is one, in a header or a parameter", () =>
    served({ key: "open sesame" }, async ({ get, page, pages }) => {
      const url = `/?url=${encodeURIComponent(`${site.url}/`)}`;
      expect((await get(url)).status).toBe(401);
      expect((await get(url, { authorization: "Bearer open" })).status).toBe(401);
      expect((await page("/", "&api_key=close%20sesame")).status).toBe(401);
      expect(pages).toHaveLength(0);
      expect((await page("/", "&key=open%20sesame")).status).toBe(200);
      expect((await page("/", "&api_key=open%20sesame")).status).toBe(200);
    }));

  it("takes a key without spaces from Authorization: Bearer", () =>
    served({ key: "sesame" }, async ({ get }) => {
      const url = `/?url=${encodeURIComponent(`${site.url}/`)}`;
      expect((await get(url, { authorization: "Bearer sesame" })).status).toBe(200);
    }));

  it("is not called by names that sites in somebody's browser have made up", () =>
    served({}, async ({ url }) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      socket.write("GET /?url=http%3A%2F%2Fa.test%2F HTTP/1.1\r\nhost: evil.test\r\nconnection: close\r\n\r\n");
      let text = "";
      for await (const chunk of socket) text += chunk;
      expect(text).toMatch(/^HTTP\/1\.1 403 /);
      expect(text).toContain("HOST_UNKNOWN");
    }));

  it.each(["http://127.0.0.2/", "http://2130706434/", "http://[::1]/", "http://0x7f.2/", "http://169.254.169.254/"])(
    "refuses %s, as only this machine can ask there",
    (url) =>
      served({}, async ({ get }) => {
        const answer = await get(`/?url=${encodeURIComponent(url)}`);
        expect(answer.status).toBe(502);
        expect(answer.headers.get("x-heddle-verdict")).toBe("dead");
        expect(await answer.text()).toContain("ADDRESS_FORBIDDEN");
      }),
  );

  it("refuses a redirect that leads there", () =>
    served({}, async ({ page }) => {
      expect(await (await page("/inside")).text()).toContain("ADDRESS_FORBIDDEN");
    }));
});

describe("a client that goes away", () => {
  it("cancels what is fetched for it: the site sees its connection close", () =>
    served({}, async ({ url, pages }) => {
      const before = site.requests.length;
      const { hostname, port } = new URL(url);
      const client = connect(Number(port), hostname);
      client.write(`GET /?url=${encodeURIComponent(`${site.url}/hangs`)} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      await site.asked(before + 1);
      const closed = new Promise<void>((resolve) => site.requests[before]?.socket.once("close", () => resolve()));
      client.destroy();
      await closed;
      expect(pages).toHaveLength(0);
    }));
});

describe("stop", () => {
  it("lets those who are there be served, and nobody else in", () =>
    served({}, async ({ page, stop, url }) => {
      const before = site.requests.length;
      const answer = page("/slow");
      await site.asked(before + 1);
      stop.set();
      await expect(fetch(`${url}/`)).rejects.toThrow();
      release();
      expect((await answer).status).toBe(200);
    }));

  it("cancels for whom it takes too long", () =>
    served({ grace: 50 }, async ({ page, stop }) => {
      const before = site.requests.length;
      const answer = page("/hangs");
      await site.asked(before + 1);
      stop.set();
      expect((await answer).status).toBe(503);
    }));
});
