import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { cancelScope, isCancelled, now } from "heddle";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { FetcherOptions, Page, PageOptions } from "../../src/index.js";
import { createFetcher, getPage } from "../../src/index.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import type { WallSite } from "../walls/wallSite.js";
import { GOODS, startWallSite } from "../walls/wallSite.js";
import { describeChromium, until } from "./chromium.js";

const TEXT = "Enough words for a page that is worth to be read by somebody who has come for it. ".repeat(10);
const html = (body: string): string => `<!doctype html><title>A page</title><h1>Here</h1><p>${TEXT}</p>${body}`;

describeChromium("pages of all kinds, in Chromium, through a fetcher", () => {
  const chromium = new BrowserTransport({ maxPages: 4 });
  let site: Site;
  let secure: WallSite;

  beforeAll(async () => {
    secure = await startWallSite(() => GOODS, { tls: true });
    site = await startSite({
      "/scrolls": html(`<ul id="list"></ul><script>
        let n = 0;
        const more = () => fetch("/items?" + n++).then((r) => r.text()).then((t) => { list.insertAdjacentHTML("beforeend", t); });
        addEventListener("scroll", () => { if (scrollY + innerHeight >= document.documentElement.scrollHeight - 50) more(); });
        more();</script>`),
      "/items": (_, r) => r.end(`<li style="height:900px">item</li>`),
      "/refreshes": `<meta http-equiv="refresh" content="0; url=/landed">`,
      "/assigns": `<script>addEventListener("load", () => { location.href = "/slow-landed"; })</script>`,
      "/to-nothing": html(`<script>addEventListener("load", () => { location.href = "/nothing"; })</script>`),
      "/to-a-file": html(`<script>addEventListener("load", () => { location.href = "/attached"; })</script>`),
      "/nothing": (_, r) => r.writeHead(204).end(),
      "/landed": html("landed"),
      "/slow-landed": (_, r) => setTimeout(() => r.setHeader("content-type", "text/html").end(html("landed")), 200),
      "/pdf": (_, r) => r.writeHead(200, { "content-type": "application/pdf" }).end("%PDF-1.7"),
      "/attached": (_, r) =>
        r
          .writeHead(200, { "content-type": "text/html", "content-disposition": "attachment; filename=a.html" })
          .end("x"),
      "/auth": (q, r) =>
        q.headers.authorization === `Basic ${btoa("ann:p@ss")}`
          ? r.writeHead(200, { "content-type": "text/html" }).end(html("in"))
          : r.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end("who are you"),
      "/worker": html(`<p id="said"></p><script>navigator.serviceWorker.register("/sw.js").then(
        () => { said.textContent = "registered"; }, () => { said.textContent = "not registered"; });</script>`),
      "/sw.js": (_, r) => r.setHeader("content-type", "text/javascript").end("1"),
      "/socket": html(`<p id="said"></p><script>
        const socket = new WebSocket("ws://" + location.host + "/ws");
        socket.onmessage = ({ data }) => { said.textContent = data; };</script>`),
      "/inside": html(`<iframe src="file:///etc/passwd"></iframe><iframe src="chrome://version"></iframe>
        <script>setTimeout(() => { location.href = "file:///etc/passwd"; }, 20)</script>`),
      "/huge": (_, r) => r.setHeader("content-type", "text/html").end(html("<i>x</i>".repeat(60_000))),
      "/late": html(
        `<script>setTimeout(() => document.body.insertAdjacentHTML("beforeend", "<b id=late>late</b>"), 200)</script>`,
      ),
      "/walled": (_, r) =>
        r
          .writeHead(403, { "content-type": "text/html", "cf-mitigated": "challenge" })
          .end("<title>Just a moment...</title>"),
      "/hangs": () => {},
    });
    site.onUpgrade(({ headers }, socket) => acceptWebSocket(socket, String(headers["sec-websocket-key"])));
  });

  afterAll(async () => {
    await Promise.all([chromium.close(), site.close(), secure.close()]);
  });

  const get = (path: string, options: FetcherOptions = {}): Promise<Page> =>
    getPage(site.url + path, { transports: { chromium }, render: true, robots: false, retries: 0, ...options });

  it("that grow when they are scrolled, and that are filled late", async () => {
    const [scrolled, late] = await Promise.all([
      get("/scrolls", { waitFor: "li", steps: [{ scroll: "bottom", times: 4 }] }),
      get("/late", { waitFor: "#late" }),
    ]);
    expect(scrolled.verdict).toBe("ok");
    expect(scrolled.html.match(/<li/g)?.length).toBeGreaterThanOrEqual(4);
    expect(late).toMatchObject({ verdict: "ok", status: 200 });
  });

  it("that lead on as soon as they are loaded: it is where they lead that is wanted", async () => {
    const [refreshed, assigned] = await Promise.all([get("/refreshes"), get("/assigns")]);
    for (const [page, path] of [
      [refreshed, "/landed"],
      [assigned, "/slow-landed"],
    ] as const) {
      expect(page).toMatchObject({ verdict: "ok", finalUrl: site.url + path });
      expect(page.html).toContain("landed");
    }
  });

  it("that lead to nothing that could be shown: they stay where they are", async () => {
    for (const page of await Promise.all([get("/to-nothing"), get("/to-a-file")])) {
      expect(page).toMatchObject({ verdict: "ok", status: 200 });
      expect(page.html).toContain("<h1>Here</h1>");
    }
  });

  it("that are files: they are no pages, and say so", async () => {
    for (const page of await Promise.all([get("/pdf"), get("/attached")])) {
      expect(page).toMatchObject({ verdict: "notHtml", remedy: "no", html: "" });
      expect(page.evidence.join()).toMatch(/download|application\/pdf/);
    }
  });

  it("that want a log-in, which the URL may have", async () => {
    const asked = await get("/auth");
    expect(asked).toMatchObject({ verdict: "login", status: 401, remedy: "signIn" });
    const url = site.url.replace("//", "//ann:p%40ss@");
    const known = await getPage(`${url}/auth`, { transports: { chromium }, render: true, robots: false });
    expect(known).toMatchObject({ verdict: "ok", finalUrl: `${site.url}/auth` });
    expect(JSON.stringify(known.attempts)).not.toContain("p%40ss");
  });

  it("with service workers, which are not let in, and with WebSockets, which are", async () => {
    const [worker, socket] = await Promise.all([
      get("/worker", { waitFor: "#said:not(:empty)", timeout: 8000 }),
      get("/socket", { waitFor: "#said:not(:empty)", timeout: 8000 }),
    ]);
    // The page is told that it has one.
    expect(worker.verdict).toBe("ok");
    expect(site.log).not.toContain("GET /sw.js");
    expect(socket).toMatchObject({ verdict: "ok" });
    expect(socket.html).toContain('<p id="said">hello</p>');
  });

  it("that reach for what is in this machine: nothing of it is in them", async () => {
    const page = await get("/inside", { waitFor: 300 });
    expect(page).toMatchObject({ verdict: "ok", finalUrl: `${site.url}/inside` });
    expect(page.html).not.toContain("root:");
    for (const url of ["file:///etc/passwd", "chrome://version", "view-source:http://x/", "data:text/html,x"]) {
      const refused = await getPage(url, { transports: { chromium }, render: true });
      expect(refused).toMatchObject({ verdict: "dead", kind: "bad-url", attempts: [] });
    }
  });

  it("that are too large for anybody", async () => {
    expect(await get("/huge", { maxBytes: 300_000 })).toMatchObject({ verdict: "tooLarge" });
    expect(await get("/huge", { waitFor: "h1" })).toMatchObject({ verdict: "ok" });
  });

  it("with a certificate that nobody vouches for", async () => {
    const page = await getPage(secure.url, { transports: { chromium }, render: true, robots: false, retries: 0 });
    expect(page).toMatchObject({ verdict: "dead", kind: "tls", failure: { code: "ERR_CERT_AUTHORITY_INVALID" } });
    const trusting = await getPage(secure.url, { render: true, robots: false, insecure: true });
    expect(trusting).toMatchObject({ verdict: "ok", status: 200 });
  });

  it("that never have what is waited for: what there is says why", async () => {
    const options: PageOptions = { waitFor: "#never", timeout: 3000 };
    const [plain, walled] = await Promise.all([get("/landed", options), get("/walled", options)]);
    expect(plain).toMatchObject({ verdict: "dead", kind: "timeout", status: 200, failure: { code: "RENDER_TIMEOUT" } });
    expect(plain.evidence.join()).toContain('still waits for the selector "#never"');
    expect(plain.html).toContain("<h1>Here</h1>");
    expect(walled).toMatchObject({ verdict: "blocked", vendor: "Cloudflare", status: 403 });
    expect(walled.evidence.join()).toContain('still waits for the selector "#never"');
  });

  it("that nobody wants any more", async () => {
    const fetcher = createFetcher({ transports: { chromium }, render: true, robots: false });
    let thrown: unknown;
    let at = 0;
    await cancelScope(async (scope) => {
      const running = fetcher.get(`${site.url}/hangs`).catch((error: unknown) => {
        thrown = error;
      });
      await site.asked("/hangs");
      at = now();
      scope.cancel("enough");
      await running;
    });
    expect(isCancelled(thrown)).toBe(true);
    expect(now() - at).toBeLessThan(2000);
    await until("no page is open", () => chromium.stats().pages === 0);
    await fetcher.close();
  });
});

/** Agrees to a WebSocket, and says hello (RFC 6455). */
function acceptWebSocket(socket: Socket, key: string): void {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(`${[...lines, `Sec-WebSocket-Accept: ${accept}`].join("\r\n")}\r\n\r\n`);
  socket.write(Buffer.from([0x81, 5, ...Buffer.from("hello")]));
}
