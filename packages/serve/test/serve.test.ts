import { once } from "node:events";
import { connect } from "node:net";
import { InvalidArgumentError, run } from "heddle";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Site } from "../../crawl/test/support/site.js";
import { startSite } from "../../crawl/test/support/site.js";
import type { ServeOptions } from "../src/index.js";
import { serve } from "../src/index.js";
import type { Served } from "./support/served.js";
import { refusalOf, served as servedFor } from "./support/served.js";

const TEXT = `<title>A page</title><h1>A page</h1><p>${"With more than a few words in it. ".repeat(50)}</p>`;

let site: Site;
let release: () => void = () => {};

beforeAll(async () => {
  site = await startSite({
    "/": TEXT,
    "/latin1": (_request, response) =>
      void response
        .writeHead(200, { "content-type": "text/html; charset=iso-8859-1" })
        .end(Buffer.from(`${TEXT}caf\xe9`, "latin1")),
    "/moved": (_request, response) => void response.writeHead(301, { location: "/" }).end(),
    "/inside": (_request, response) => void response.writeHead(302, { location: "http://127.0.0.2:1/" }).end(),
    "/image": (_request, response) =>
      void response.writeHead(200, { "content-type": "image/png" }).end(Buffer.from([1, 2, 255])),
    "/busy": (_request, response) => void response.writeHead(429, { "retry-after": "7" }).end("slow down"),
    "/hangs": () => {},
    "/resets": (request) => void request.socket.resetAndDestroy(),
    // It answers when it is told to.
    "/slow": (_request, response) => {
      release = () => response.writeHead(200, { "content-type": "text/html" }).end(TEXT);
    },
  });
});

afterAll(() => site.close());

const served = (options: ServeOptions, body: (service: Served) => Promise<void>): Promise<void> =>
  servedFor(site, options, body);

/** The next request for a path that nobody has asked for yet. */
async function asked(path: string, before: number): Promise<(typeof site.requests)[number]> {
  const find = (): (typeof site.requests)[number] | undefined =>
    site.requests.slice(before).find((request) => request.url === path);
  while (find() === undefined) await new Promise(setImmediate);
  return find() as (typeof site.requests)[number];
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

  it("answers HEAD as it answers GET, without the body", () =>
    served({}, async ({ page, pages }) => {
      const answer = await page("/", "", { method: "HEAD" });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("x-heddle-verdict")).toBe("ok");
      expect(await answer.text()).toBe("");
      expect(pages).toHaveLength(1);
    }));

  it("answers 400 for a URL that is none", () =>
    served({}, async ({ ask }) => {
      const answer = await ask("/?url=example.com");
      expect(answer.status).toBe(400);
      expect(await refusalOf(answer)).toMatchObject({
        parameter: "url",
        message: expect.stringContaining("perhaps https://example.com was meant"),
      });
    }));

  it("says what the fetcher does, under /stats", () =>
    served({}, async ({ page, ask }) => {
      await page("/");
      expect(await (await ask("/stats")).json()).toMatchObject({ pages: 1, verdicts: { ok: 1 }, clientsWaiting: 0 });
    }));

  it("has nothing elsewhere", () =>
    served({}, async ({ ask }) => {
      const answer = await ask("/elsewhere");
      expect(answer.status).toBe(404);
      expect(await refusalOf(answer)).toMatchObject({ code: "NOT_FOUND" });
    }));
});

describe("who may ask, and for what", () => {
  it("wants the key where there is one, in a header or a parameter", () =>
    served({ key: "open sesame" }, async ({ ask, page, post, pages }) => {
      const url = `/?url=${encodeURIComponent(`${site.url}/`)}`;
      expect((await ask(url)).status).toBe(401);
      expect((await ask(url, { headers: { authorization: "Bearer open" } })).status).toBe(401);
      expect((await page("/", "&api_key=close%20sesame")).status).toBe(401);
      expect((await post({ url: `${site.url}/` })).status).toBe(401);
      expect((await ask("/stats")).status).toBe(401);
      expect(pages).toHaveLength(0);
      expect((await page("/", "&key=open%20sesame")).status).toBe(200);
      expect((await page("/", "&api_key=open%20sesame")).status).toBe(200);
      expect((await ask("/stats?api_key=open%20sesame")).status).toBe(200);
    }));

  it("takes a key without spaces from Authorization: Bearer, and does not send that on", () =>
    served({ key: "sesame" }, async ({ post }) => {
      const headers = { authorization: "Bearer sesame", "content-type": "application/json" };
      expect((await post({ url: `${site.url}/` }, headers)).status).toBe(200);
      expect(site.requests.at(-1)?.headers.authorization).toBeUndefined();
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

  it("is not called by sites that send somebody's browser here", () =>
    served({}, async ({ url, pages }) => {
      const { hostname, port, host } = new URL(url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET /?url=http%3A%2F%2Fa.test%2F HTTP/1.1\r\nhost: ${host}\r\nsec-fetch-site: cross-site\r\nconnection: close\r\n\r\n`,
      );
      let text = "";
      for await (const chunk of socket) text += chunk;
      expect(text).toMatch(/^HTTP\/1\.1 403 /);
      expect(text).toContain("OTHER_SITE");
      expect(pages).toHaveLength(0);
    }));

  it.each(["http://127.0.0.2/", "http://2130706434/", "http://[::1]/", "http://0x7f.2/", "http://169.254.169.254/"])(
    "refuses %s with 403, as only this machine can ask there",
    (url) =>
      served({}, async ({ ask }) => {
        const answer = await ask(`/?url=${encodeURIComponent(url)}`);
        expect(answer.status).toBe(403);
        expect(answer.headers.get("x-heddle-verdict")).toBe("dead");
        expect(await refusalOf(answer)).toMatchObject({ code: "ADDRESS_FORBIDDEN", parameter: "url" });
      }),
  );

  it("refuses a redirect that leads there", () =>
    served({}, async ({ page }) => {
      const answer = await page("/inside");
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain("ADDRESS_FORBIDDEN");
    }));
});

describe("a client that goes away", () => {
  it.each([
    ["GET", ""],
    ["POST", '{"a": 1}'],
  ])("cancels what is fetched for its %s: the site sees its connection close", (method, body) =>
    served({}, async ({ url, pages }) => {
      const before = site.requests.length;
      const { hostname, port } = new URL(url);
      const client = connect(Number(port), hostname);
      client.write(
        `${method} /?url=${encodeURIComponent(`${site.url}/hangs`)} HTTP/1.1\r\nhost: localhost\r\n` +
          `content-length: ${body.length}\r\n\r\n${body}`,
      );
      const request = await asked("/hangs", before);
      const closed = once(request.socket, "close");
      client.destroy();
      await closed;
      expect(pages).toHaveLength(0);
    }),
  );

  it("ends while it still sends its request, and nothing is fetched", () =>
    served({}, async ({ url, pages, page }) => {
      const { hostname, port } = new URL(url);
      const client = connect(Number(port), hostname);
      client.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"url":');
      await once(client, "connect");
      client.destroy();
      expect((await page("/")).status).toBe(200);
      expect(pages).toHaveLength(1);
    }));

  it("leaves the line when it waits in it", () =>
    served({ maxPages: 1 }, async ({ url, page, ask }) => {
      const before = site.requests.length;
      const first = page("/slow");
      await asked("/slow", before);
      const { hostname, port } = new URL(url);
      const client = connect(Number(port), hostname);
      client.write(`GET /?url=${encodeURIComponent(`${site.url}/`)} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      const waiting = async (): Promise<unknown> =>
        ((await (await ask("/stats")).json()) as Record<string, unknown>)["clientsWaiting"];
      while ((await waiting()) !== 1);
      client.destroy();
      while ((await waiting()) !== 0);
      release();
      expect((await first).status).toBe(200);
    }));
});

describe("too many clients", () => {
  it("wait in line, and when that is full are told when to come back", () =>
    served({ maxPages: 1, maxWaiting: 1 }, async ({ page, ask }) => {
      const before = site.requests.length;
      const first = page("/slow");
      await asked("/slow", before);
      const second = page("/");
      while (((await (await ask("/stats")).json()) as { clientsWaiting: number }).clientsWaiting === 0);
      const third = await page("/");
      expect(third.status).toBe(503);
      expect(Number(third.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(await refusalOf(third)).toMatchObject({
        code: "BUSY",
        message: expect.stringMatching(/as 1 are under way and 1 wait already: come back in \d+ s$/),
      });
      release();
      expect([(await first).status, (await second).status]).toEqual([200, 200]);
      expect((await page("/")).status).toBe(200);
    }));
});

describe("stop", () => {
  it("lets those who are there be served, and nobody else in", () =>
    served({}, async ({ page, stop, url }) => {
      const before = site.requests.length;
      const answer = page("/slow");
      await asked("/slow", before);
      stop.set();
      await expect(fetch(`${url}/`)).rejects.toThrow();
      release();
      expect((await answer).status).toBe(200);
    }));

  it("cancels for whom it takes too long", () =>
    served({ grace: 50 }, async ({ page, stop }) => {
      const before = site.requests.length;
      const answer = page("/hangs");
      await asked("/hangs", before);
      stop.set();
      expect((await answer).status).toBe(503);
    }));
});

describe("serve()", () => {
  it.each<[ServeOptions, string]>([
    [{ maxPages: 0 }, "Cannot serve as maxPages must be a whole number, 1 or more: received 0"],
    [{ maxWaiting: -1 }, "Cannot serve as maxWaiting must be a whole number, 0 or more: received -1"],
    [{ maxRequestBytes: 1.5 }, "Cannot serve as maxRequestBytes must be a whole number, 0 or more: received 1.5"],
    [{ grace: -1 }, "Cannot serve as grace must be a number of milliseconds, 0 or more: received -1"],
    [{ port: 70_000 }, "Cannot serve as port must be a whole number, 0 to 65535: received 70000"],
    [{ key: "" }, "Cannot serve as key must be a string that is not empty: received an empty one"],
    [{ ports: 1 } as ServeOptions, "Cannot serve as there is no such option: received ports"],
    [{ fetching: { timeout: 0 } }, "timeout must be a number of milliseconds, 1 or more: received 0"],
  ])("refuses %j", async (options, message) => {
    const error: unknown = await run(() => serve(options)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).toContain(message);
  });

  it("throws what Node says of an address that is taken", () =>
    served({}, async ({ url }) => {
      await expect(serve({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
    }));
});
