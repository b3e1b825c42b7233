import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Site } from "../../crawl/test/support/site.js";
import { startSite } from "../../crawl/test/support/site.js";
import type { ServeOptions } from "../src/index.js";
import type { Served } from "./support/served.js";
import { refusalOf, served as servedFor } from "./support/served.js";

const WORDS = "With more than a few words in it. ".repeat(50);
const TEXT = `<!doctype html><html lang=en><head><title>A page</title><meta name=description content="What it is about"></head>
  <body><main><article><h1>A page</h1><p>${WORDS}</p><p>See <a href="/other">the other</a>.</p><p>${WORDS}</p></article></main></body></html>`;

interface Echo {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

let site: Site;
beforeAll(async () => {
  site = await startSite({
    "/": TEXT,
    "/image": (_request, response) =>
      void response.writeHead(200, { "content-type": "image/png" }).end(Buffer.from([1, 2, 255])),
    "/gone": (_request, response) => void response.writeHead(404, { "content-type": "text/html" }).end(TEXT),
    "/moved": (_request, response) => void response.writeHead(302, { location: "/" }).end(),
    // What it was asked, as JSON.
    "/echo": async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method, headers } = request;
      const echo = { method, headers, body: Buffer.concat(chunks).toString("latin1") };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(echo));
    },
  });
});
afterAll(() => site.close());

const served = (options: ServeOptions, body: (service: Served) => Promise<void>): Promise<void> =>
  servedFor(site, options, body);
const echoOf = async (answer: Response): Promise<Echo> => (await answer.json()) as Echo;

describe("parameters", () => {
  it("are the options of a page, by both of their names", () =>
    served({}, async ({ page, pages }) => {
      await page("/moved", "&max_redirects=0");
      await page("/moved", "&maxRedirects=0");
      expect(pages.map(({ failure }) => failure?.outcome)).toEqual(["too-many-redirects", "too-many-redirects"]);
    }));

  it("name headers to send in brackets, as JSON, or by headers of the request", () =>
    served({}, async ({ page }) => {
      const one = await echoOf(await page("/echo", "&header[X-One]=1&headers[Accept-Language]=de"));
      expect(one.headers).toMatchObject({ "x-one": "1", "accept-language": "de" });
      const two = await echoOf(await page("/echo", `&headers=${encodeURIComponent('{"X-Two": "2, or more"}')}`));
      expect(two.headers).toMatchObject({ "x-two": "2, or more" });
      const three = await echoOf(
        await page("/echo", "", { headers: { "X-Heddle-Header-X-Three": "3", "X-Mine": "4" } }),
      );
      expect(three.headers).toMatchObject({ "x-three": "3" });
      expect(three.headers).not.toHaveProperty("x-mine");
    }));

  it.each<[string, string, string]>([
    ["/", "url", "its URL is missing"],
    ["/?url=", "url", "its URL must be a string"],
    ["/?url=http://a.test/&url=http://b.test/", "url", "url is there twice"],
    ["/?url=http://a.test/&timeout=soon", "timeout", 'timeout must be a number: received "soon"'],
    ["/?url=http://a.test/&timeout=0", "timeout", "timeout must be a number of milliseconds, 1 or more"],
    ["/?url=http://a.test/&stall_timeout=0", "stall_timeout", "stallTimeout must be a number of milliseconds"],
    ["/?url=http://a.test/&timeuot=5", "timeuot", "perhaps timeout was meant"],
    ["/?url=http://a.test/&concurrency=5", "concurrency", "there is no such option"],
    ["/?url=http://a.test/&saveTo=/tmp", "saveTo", "saveTo is not for clients to set"],
    ["/?url=http://a.test/&__proto__=5", "__proto__", "there is no such"],
    ["/?url=http://a.test/&retries=1&retries=2", "retries", "retries is there twice"],
    ["/?url=http://a.test/&max_bytes=1&maxBytes=2", "maxBytes", "maxBytes is there twice"],
    ["/?url=http://a.test/&render=maybe", "render", "render must be true or false"],
    ["/?url=http://a.test/&method=FETCH", "method", "method must be one of GET, HEAD, POST"],
    ["/?url=http://a.test/&body=x", "body", "a body is sent as the body of a POST"],
    ["/?url=http://a.test/&format=xml", "format", "format must be one of html, text, markdown, article, links"],
    ["/?url=http://a.test/&headers=x", "headers", 'headers must be JSON: received "x"'],
    ["/?url=http://a.test/&headers=[1]", "headers", "headers must be an object of names and values"],
    ["/?url=http://a.test/&header[a%20b]=1", "headers", 'the header "a b" cannot be sent'],
    ["/?url=http://a.test/&header[a]=1&header[A]=2", "header[A]", "header[A] is there twice"],
    ["/?url=http://a.test/&steps=click", "steps", 'steps must be JSON: received "click"'],
    ["/?url=http://a.test/&steps=[{}]", "steps", "step 1 must have one of click, fill, press"],
    ["/?url=http://a.test/&viewport=wide", "viewport", "viewport must be a size such as 1280x720"],
    ["/?url=http://a.test/&viewport=0x10", "viewport", "width of viewport must be a whole number, 1 to 8192"],
    ["/?url=http://a.test/&block_resources=images", "block_resources", "blockResources may name image, media"],
    ['/?url=http://a.test/&screenshot={"css":"p"}', "screenshot", 'screenshot must be true, "full" or { selector }'],
    ["/?url=http://a.test/&identity=netscape", "identity", "there is no such profile"],
  ])("are refused with 400 in %s, with a name and what is allowed", (path, parameter, message) =>
    served({}, async ({ ask, pages }) => {
      const answer = await ask(path);
      expect(answer.status).toBe(400);
      expect(answer.headers.get("content-type")).toBe("application/json");
      const refusal = await refusalOf(answer);
      expect(refusal.message).toMatch(/^Cannot /);
      expect(refusal.message).toContain(message);
      expect(refusal.parameter).toBe(parameter);
      expect(pages).toHaveLength(0);
    }),
  );
});

describe("format", () => {
  it.each<[string, string, (text: string) => void]>([
    ["html", "text/html; charset=utf-8", (text) => expect(text).toBe(TEXT)],
    ["text", "text/plain; charset=utf-8", (text) => expect(text).toMatch(/^A page\n+With more/)],
    [
      "markdown",
      "text/markdown; charset=utf-8",
      (text) => expect(text).toMatch(/^# A page\n[\s\S]*\[the other\]\(http/),
    ],
    ["article", "application/json", (text) => expect(JSON.parse(text)).toMatchObject({ title: "A page" })],
    ["links", "application/json", (text) => expect(JSON.parse(text)).toMatchObject([{ url: `${site.url}/other` }])],
    [
      "metadata",
      "application/json",
      (text) => expect(JSON.parse(text)).toMatchObject({ title: "A page", description: "What it is about" }),
    ],
    [
      "json",
      "application/json",
      (text) =>
        expect(JSON.parse(text)).toMatchObject({
          url: `${site.url}/`,
          status: 200,
          verdict: "ok",
          html: TEXT,
          attempts: [{ transport: "plain" }],
          metadata: { title: "A page" },
          rendered: null,
        }),
    ],
  ])("gives a page as %s", (format, type, check) =>
    served({}, async ({ page }) => {
      const answer = await page("/", `&format=${format}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe(type);
      expect(answer.headers.get("x-heddle-verdict")).toBe("ok");
      check(await answer.text());
    }),
  );

  it("keeps the status of what became of the page", () =>
    served({}, async ({ page, ask }) => {
      const gone = await page("/gone", "&format=text");
      expect(gone.status).toBe(404);
      expect(await gone.text()).toMatch(/^A page/);
      const dead = await ask("/?url=http%3A%2F%2F127.0.0.1%3A1%2F&format=json");
      expect(dead.status).toBe(502);
      expect(await dead.json()).toMatchObject({
        verdict: "dead",
        status: null,
        html: null,
        error: { outcome: "refused" },
      });
      const none = await ask("/?url=http%3A%2F%2F127.0.0.1%3A1%2F&format=markdown");
      expect(none.status).toBe(502);
      expect(await refusalOf(none)).toMatchObject({ code: "ECONNREFUSED" });
    }));

  it("is refused for what is no text, and for a picture that nobody took", () =>
    served({}, async ({ page }) => {
      const image = await page("/image", "&format=markdown");
      expect(image.status).toBe(422);
      expect(await refusalOf(image)).toMatchObject({ code: "NO_TEXT", parameter: "format" });
      const all = (await (await page("/image", "&format=json")).json()) as { html: unknown; body: string };
      expect(all).toMatchObject({ html: null, body: "AQL/" });
      const picture = await page("/", "&format=screenshot");
      expect(picture.status).toBe(422);
      expect(await refusalOf(picture)).toMatchObject({ code: "NO_SCREENSHOT" });
    }));
});

describe("POST / with JSON", () => {
  it("takes the same options, with method, headers and body", () =>
    served({}, async ({ post }) => {
      const call = { url: `${site.url}/echo`, method: "PUT", headers: { "X-One": "1" }, body: "a=b", timeout: 5000 };
      const echo = await echoOf(await post(call));
      expect(echo).toMatchObject({ method: "PUT", body: "a=b" });
      expect(echo.headers).toMatchObject({ "x-one": "1" });
      expect(echo.headers["content-type"]).toBeUndefined();
    }));

  it("takes bytes as base64, a format, and names with underscores", () =>
    served({}, async ({ post, pages }) => {
      const bytes = { body: "AQL/", bodyEncoding: "base64", method: "POST" };
      expect(await echoOf(await post({ url: `${site.url}/echo`, ...bytes }))).toMatchObject({
        body: "\u0001\u0002\u00ff",
      });
      const links = await post({ url: `${site.url}/`, format: "links", stall_timeout: 5000 });
      expect(await links.json()).toMatchObject([{ url: `${site.url}/other` }]);
      expect(pages).toHaveLength(2);
    }));

  it.each<[unknown, number, string | undefined, string]>([
    ["{", 400, undefined, "the body of the request must be JSON"],
    [[1], 400, undefined, "the body of the request must be an object such as"],
    [{}, 400, "url", "its URL is missing"],
    [{ url: 5 }, 400, "url", "its URL must be a string: received 5"],
    [{ url: "http://a.test/", timeout: "5s" }, 400, "timeout", "timeout must be a number of milliseconds, 1 or more"],
    [{ url: "http://a.test/", stall_timeout: 0 }, 400, "stall_timeout", "stallTimeout must be a number"],
    [{ url: "http://a.test/", saveTo: "/tmp" }, 400, "saveTo", "saveTo is not for clients to set"],
    [{ url: "http://a.test/", proxies: ["http://b.test"] }, 400, "proxies", "there is no such option"],
    [{ url: "http://a.test/", headers: ["a"] }, 400, "headers", "headers must be an object of names and values"],
    [{ url: "http://a.test/", headers: { a: 1 } }, 400, "headers", 'the header "a" must be a string: received 1'],
    [{ url: "http://a.test/", body: { a: 1 } }, 400, "body", "body must be a string, a Uint8Array or URLSearchParams"],
    [{ url: "http://a.test/", body: "x", bodyEncoding: "hex" }, 400, "bodyEncoding", 'bodyEncoding must be "base64"'],
    [{ url: "http://a.test/", steps: [{ jump: 1 }] }, 400, "steps", "step 1 must have one of click"],
    [{ url: "http://a.test/", body: "x".repeat(2000) }, 413, undefined, "larger than 1000 bytes"],
  ])("is refused for %j", (call, status, parameter, message) =>
    served({ maxRequestBytes: 1000 }, async ({ post, pages }) => {
      const answer = await post(call);
      expect(answer.status).toBe(status);
      const refusal = await refusalOf(answer);
      expect(refusal.message).toContain(message);
      expect(refusal.parameter).toBe(parameter);
      expect(pages).toHaveLength(0);
    }),
  );

  it("is refused for a body of another type, and one that is too large without saying so", () =>
    served({ maxRequestBytes: 1000 }, async ({ post, ask }) => {
      const form = await post("url=x", { "content-type": "application/x-www-form-urlencoded" });
      expect(form.status).toBe(415);
      expect((await refusalOf(form)).message).toContain("must be application/json where the URL is not in the query");
      const body = new ReadableStream({
        pull: (controller) => controller.enqueue(Buffer.alloc(500, " ")),
      });
      const endless = await ask("/", { method: "POST", body, duplex: "half" } as RequestInit);
      expect(endless.status).toBe(413);
    }));
});

describe("POST /?url=…", () => {
  it("is sent on to the page, with its body and the type of that", () =>
    served({}, async ({ page }) => {
      const form = await echoOf(await page("/echo", "", { method: "POST", body: new URLSearchParams({ a: "b c" }) }));
      expect(form).toMatchObject({ method: "POST", body: "a=b+c" });
      expect(form.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
      const bytes = { method: "PUT", body: Buffer.from([0, 255]), headers: { "content-type": "image/x" } };
      expect(await echoOf(await page("/echo", "&header[Content-Type]=image/y", bytes))).toMatchObject({
        method: "PUT",
        body: "\u0000\u00ff",
        headers: { "content-type": "image/y" },
      });
      expect(await echoOf(await page("/echo", "", { method: "DELETE" }))).toMatchObject({ method: "DELETE", body: "" });
    }));

  it("is not asked again for what the page says, as a POST is done once", () =>
    served({ fetching: { retries: 3 } }, async ({ ask, pages }) => {
      const before = site.log.length;
      await ask(`/?url=${encodeURIComponent(`${site.url}/gone`)}`, { method: "POST", body: "x" });
      expect(site.log.slice(before)).toEqual(["POST /gone"]);
      expect(pages).toHaveLength(1);
    }));
});
