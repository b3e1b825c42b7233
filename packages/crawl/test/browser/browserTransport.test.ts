import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, failureOf, get, textOf } from "./chromium.js";

describeChromium("BrowserTransport", () => {
  let transport: BrowserTransport;
  let site: Site;
  let other: Site;

  beforeAll(async () => {
    transport = new BrowserTransport();
    other = await startSite({ "/": "elsewhere", "/landed": "<h1>landed</h1>", "/api": (_, r) => cors(r).end("{}") });
    site = await startSite({
      "/spa": SPA,
      "/data": (_, r) => setTimeout(() => r.end('{"title":"Späte Ware"}'), 300),
      "/missing": (_, r) => r.writeHead(404, { "content-type": "text/html" }).end("<h1>gone</h1>"),
      "/bare-404": (_, r) => r.writeHead(404).end(),
      "/bare-204": (_, r) => r.writeHead(204).end(),
      "/log-in": (_, r) => r.writeHead(401, { "www-authenticate": "Basic realm=x" }).end("who are you"),
      "/headers": (_, r) =>
        r
          .writeHead(200, { "content-type": "text/html; charset=iso-8859-1", "set-cookie": ["a=1", "b=2"], "x-y": "z" })
          .end(Buffer.from("<p>\xfcber", "latin1")),
      "/moved": (_, r) => r.writeHead(302, { location: "/moved-again" }).end(),
      "/moved-again": (_, r) => r.writeHead(301, { location: `${other.url}/landed` }).end(),
      "/script-moved": `<script>setTimeout(() => location.replace("/spa?late"), 50)</script>`,
      "/pushed": `<script>history.pushState(0, "", "/pushed/to/here")</script>`,
      "/json": (_, r) => r.writeHead(200, { "content-type": "application/json" }).end('{"a":"ü"}'),
      "/errors": `<script>console.error("first", 1); console.log("no"); nowhere.to.be.found()</script><img src="/no.png">`,
      "/zip": (_, r) => r.writeHead(200, { "content-type": "application/zip" }).end("PK"),
      "/resets": (q) => q.socket.resetAndDestroy(),
      "/short": (_, r) => {
        r.writeHead(200, { "content-type": "text/html", "content-length": "1000" }).write("<p>some");
        setTimeout(() => r.destroy(), 50);
      },
      "/echo": (q, r) => r.writeHead(200, { "content-type": "text/html" }).end(JSON.stringify(q.headers)),
      "/posted": (q, r) => {
        let body = "";
        q.on("data", (chunk) => {
          body += chunk;
        });
        q.on("end", () =>
          r.writeHead(200, { "content-type": "text/html" }).end(`<meta charset=utf-8>${q.method} ${body}`),
        );
      },
      "/rich": `<link rel="stylesheet" href="/a.css"><img src="/a.png"><script src="/a.js"></script><iframe src="/frame"></iframe>
        <script>fetch("/fetched")</script>`,
      "/frame": "<p>in a frame<img src='/b.png'>",
      "/calls-out": () => {},
      "/agent": `<script>document.write([navigator.userAgent, navigator.language, innerWidth, innerHeight, devicePixelRatio])</script>`,
      "/leaves": `<script>
        const seen = [document.cookie, localStorage.x, sessionStorage.x].join();
        document.cookie = "c=1; max-age=1000"; localStorage.x = 1; sessionStorage.x = 1;
        const open = indexedDB.open("db", 1);
        let fresh = false;
        open.onupgradeneeded = () => { fresh = true; };
        open.onsuccess = () => { document.title = "seen:" + seen + " fresh:" + fresh; };
      </script>`,
    });
  });

  afterEach(() => {
    site.log.length = 0;
    site.requests.length = 0;
    other.requests.length = 0;
  });

  afterAll(async () => {
    await Promise.all([transport.close(), site.close(), other.close()]);
  });

  it("returns the HTML that the scripts have made, as UTF-8", async () => {
    const answer = await get(transport, `${site.url}/spa`, { waitFor: "#ware" });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.headers["content-length"]).toBeUndefined();
    expect(answer.remoteAddress).toBe("127.0.0.1");
    const html = await textOf(answer);
    expect(html).toContain('<h1 id="ware">Späte Ware</h1>');
    expect(answer.rendered.html).toBe(html);
  });

  it("waits for an event, for a selector in XPath, or for so many milliseconds", async () => {
    for (const waitFor of ["networkidle", "//h1[@id='ware']", 700]) {
      expect((await get(transport, `${site.url}/spa`, { waitFor })).rendered.html).toContain("Späte Ware");
    }
    expect((await get(transport, `${site.url}/spa`, { waitFor: "domcontentloaded" })).rendered.html).toContain("app");
  });

  it("returns every answer, whatever its status", async () => {
    const missing = await get(transport, `${site.url}/missing`);
    expect([missing.status, await textOf(missing)]).toEqual([404, expect.stringContaining("<h1>gone</h1>")]);
    for (const [path, status] of [
      ["/bare-404", 404],
      ["/bare-204", 204],
      ["/log-in", 401],
    ] as const) {
      expect((await get(transport, site.url + path)).status).toBe(status);
    }
  });

  it("returns the headers, and the charset that the body has now", async () => {
    const answer = await get(transport, `${site.url}/headers`);
    expect(answer.headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], "x-y": "z" });
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(await textOf(answer)).toContain("über");
    expect(answer.rendered.cookies.map(({ name, value }) => `${name}=${value}`)).toEqual(["a=1", "b=2"]);
  });

  it("follows redirects, and scripts that lead elsewhere", async () => {
    const moved = await get(transport, `${site.url}/moved`);
    expect([moved.status, moved.finalUrl, moved.rendered.navigations]).toEqual([200, `${other.url}/landed`, 1]);
    const led = await get(transport, `${site.url}/script-moved`, { waitFor: "#ware" });
    expect([led.finalUrl, led.rendered.navigations]).toEqual([`${site.url}/spa?late`, 2]);
    const pushed = await get(transport, `${site.url}/pushed`);
    expect([pushed.finalUrl, pushed.rendered.navigations]).toEqual([`${site.url}/pushed/to/here`, 1]);
  });

  it("returns what is no HTML as it came", async () => {
    const answer = await get(transport, `${site.url}/json`);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(await textOf(answer)).toBe('{"a":"ü"}');
    expect(answer.rendered.html).toBe("");
    expect(await failureOf(get(transport, `${site.url}/zip`))).toMatch(/^RENDER_DOWNLOAD: .* as it is a download/);
  });

  it("says what went wrong on the network, in the fetcher's vocabulary", async () => {
    const failed = await get(transport, `${site.url}/resets`).catch((error: unknown) => error);
    expect(failed).toMatchObject({ outcome: "reset", code: "ERR_CONNECTION_RESET" });
    const short = await get(transport, `${site.url}/short`).catch((error: unknown) => error);
    expect(short).toMatchObject({ outcome: "truncated", code: "ERR_CONTENT_LENGTH_MISMATCH" });
    const refused = await get(transport, "http://127.0.0.1:1/").catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: "FetchError", code: "ERR_UNSAFE_PORT" });
  });

  it("collects errors of scripts, and what was logged as one", async () => {
    const { consoleErrors } = (await get(transport, `${site.url}/errors`)).rendered;
    expect(consoleErrors).toContain("first 1");
    expect(consoleErrors.join()).toContain("ReferenceError: nowhere is not defined");
    expect(consoleErrors.join()).toContain("404");
    expect(consoleErrors).not.toContain("no");
  });

  it("counts the requests of a page and their bytes, and what was blocked", async () => {
    const all = await get(transport, `${site.url}/rich`, { waitFor: "networkidle" });
    expect(all.rendered).toMatchObject({ requests: 6, blocked: {} });
    expect(all.rendered.bytes).toBeGreaterThan(500);
    site.log.length = 0;
    const blockResources = ["image", "stylesheet", "frame", "fetch"] as const;
    const few = await get(transport, `${site.url}/rich`, { waitFor: "networkidle", blockResources });
    expect(few.rendered).toMatchObject({ requests: 1, blocked: { image: 1, stylesheet: 1, frame: 1, fetch: 1 } });
    expect(site.log.toSorted()).toEqual(["GET /a.js", "GET /rich"]);
  });

  it("sends header fields to the origin that was asked for, and to no other", async () => {
    const headers = { authorization: "Bearer secret", "x-own": "1" };
    const answer = await get(transport, `${site.url}/echo`, { headers: { "X-Own": "2" } }, { headers });
    expect(answer.rendered.html).toContain('"x-own":"2"');
    expect(answer.rendered.html).toContain('"authorization":"Bearer secret"');
    await get(transport, `${site.url}/moved`, {}, { headers });
    expect(site.requests.every((request) => request.headers.authorization === "Bearer secret")).toBe(true);
    expect(other.requests.map((request) => request.url)).toContain("/landed");
    expect(other.requests.some((request) => request.headers.authorization ?? request.headers["x-own"])).toBe(false);
  });

  it("keeps the fields that are Chromium's own, and takes user agent, language, cookies and referer from the request", async () => {
    const headers = {
      accept: "x/y",
      "accept-encoding": "identity",
      "user-agent": "me/1",
      "accept-language": "de-CH,de;q=0.9",
      cookie: "a=1; b=2",
      referer: `${site.url}/from`,
    };
    const { html } = (await get(transport, `${site.url}/echo`, {}, { headers })).rendered;
    const echoed = JSON.parse(/\{.*\}/.exec(html)?.[0] ?? "") as Record<string, string>;
    expect(echoed).toMatchObject({ "user-agent": "me/1", cookie: "a=1; b=2", referer: `${site.url}/from` });
    expect(echoed["accept-language"]).toContain("de-CH");
    expect(echoed["accept"]).toContain("text/html");
    expect(echoed["accept-encoding"]).toContain("gzip");
  });

  it("tells the page of user agent, language and window", async () => {
    const viewport = { width: 400, height: 300, scale: 2 };
    const answer = await get(transport, `${site.url}/agent`, { userAgent: "me/2", locale: "fr-FR", viewport });
    expect(answer.rendered.html).toContain("me/2,fr-FR,400,300,2");
  });

  it("posts", async () => {
    const answer = await get(
      transport,
      `${site.url}/posted`,
      {},
      { method: "POST", body: "a=ü", headers: { "content-type": "text/plain" } },
    );
    expect(answer.rendered.html).toContain("POST a=ü");
  });

  it("leaves nothing of a request for the next, unless both are of one session", async () => {
    const titleOf = async (session?: string): Promise<string | undefined> => {
      const answer = await get(transport, `${site.url}/leaves`, { waitFor: "title", session });
      return /<title>(.*)<\/title>/.exec(answer.rendered.html)?.[1];
    };
    const fresh = "seen:,, fresh:true";
    expect([await titleOf(), await titleOf(), await titleOf()]).toEqual([fresh, fresh, fresh]);
    expect([await titleOf("s"), await titleOf("s")]).toEqual([fresh, "seen:c=1,1, fresh:false"]);
    expect([await titleOf("t"), await titleOf()]).toEqual([fresh, fresh]);
    await transport.closeSession("s");
    expect(await titleOf("s")).toBe(fresh);
  });

  it("does not share a session's context with another user agent", async () => {
    await get(transport, `${site.url}/leaves`, { session: "u", userAgent: "one", waitFor: "title" });
    const answer = await get(transport, `${site.url}/leaves`, { session: "u", userAgent: "two", waitFor: "title" });
    expect(answer.rendered.html).toContain("seen:,, fresh:true");
  });

  it("renders many at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => get(transport, `${site.url}/spa`, { waitFor: "#ware" })),
    );
    expect(all.map((answer) => answer.status)).toEqual(Array(8).fill(200));
    expect(transport.stats()).toMatchObject({ state: "running", starts: 1, pages: 0, waiting: 0 });
  });

  it("refuses what it cannot do", async () => {
    expect(await failureOf(get(transport, "file:///etc/passwd"))).toContain("its URL must be http or https");
    expect(await failureOf(get(transport, site.url, {}, { method: "PUT" }))).toContain("GET or POST");
    expect(await failureOf(get(transport, site.url, {}, { identity: "chrome_149" }))).toContain("its own identity");
    expect(await failureOf(get(transport, site.url, {}, { body: "x" }))).toContain("a GET has no body");
    expect(site.log).toEqual([]);
  });
});

const SPA = `<!doctype html><title>Shop</title><div id="app">…</div><script>
  fetch("/data").then((response) => response.json()).then(({ title }) => {
    const ware = document.createElement("h1");
    ware.id = "ware";
    ware.textContent = title;
    document.querySelector("#app").replaceChildren(ware);
  });
</script>`;

function cors<T extends { setHeader: (name: string, value: string) => unknown }>(response: T): T {
  response.setHeader("access-control-allow-origin", "*");
  return response;
}
