import zlib from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FetcherOptions, FetchRecord } from "../../src/index.js";
import { UndiciTransport } from "../../src/index.js";
import type { Behaviour } from "../faults/behaviours.js";
import { faultsOf } from "../faults/behaviours.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import { headOf } from "../faults/headOf.js";
import { fetchRecord, fetchRecords } from "../support/records.js";
import { selfSigned } from "../support/selfSigned.js";

/** What a patient user would choose, in a thousandth of the time. */
const HASTY: FetcherOptions = {
  retries: 0,
  timeout: 5000,
  stallTimeout: 3000,
  maxBytes: 100_000,
  backoff: { base: 1, cap: 2 },
};

/** For servers that keep silent. */
const SHORT: FetcherOptions = { stallTimeout: 200 };

const html = (body: string | Uint8Array, headers: Record<string, string> = {}): Behaviour => {
  return ({ send }) => send({ headers: { "content-type": "text/html", ...headers }, body });
};
const encoded = (encoding: string, body: Uint8Array): Behaviour => html(body, { "content-encoding": encoding });
const redirect = (status: number, location: string): Behaviour => {
  return ({ send }) => send({ status, headers: { location }, body: "This way." });
};
/** The head of an answer whose body is as long as it says, or as it is cut. */
const headed = (headers: Record<string, string>, body: string, end: "stay" | "end" | "reset" = "stay"): Behaviour => {
  return ({ raw, end: close, reset }) => {
    raw(headOf(200, headers) + body);
    if (end === "end") close();
    // The bytes have to arrive before the reset, which would overtake them.
    if (end === "reset") setTimeout(reset, 5);
  };
};

const PAGE = "<p>hello, hello, hello, hello, hello, hello</p>";

describe("getPage(), from servers as they are", () => {
  let server: FaultServer;
  let secure: FaultServer;
  const get = (path: string, options: FetcherOptions = {}): Promise<FetchRecord> =>
    fetchRecord(server.origin + path, { ...HASTY, ...options });

  beforeAll(async () => {
    secure = await startFaultServer({ tls: true, faults: faultsOf({ "/": html("secret") }) });
    const behaviours: Record<string, Behaviour> = {
      "/": html(PAGE),
      // Connections
      "/resets": ({ reset }) => reset(),
      "/hangs-up": ({ end }) => end(),
      "/hangs-up-in-headers": ({ raw, end }) => {
        raw("HTTP/1.1 200 OK\r\ncontent-ty");
        end();
      },
      "/stalls": () => {},
      "/stalls-in-headers": ({ raw }) => raw("HTTP/1.1 200 OK\r\ncontent-ty"),
      "/drips-headers": ({ raw, socket }) => {
        raw("HTTP/1.1 200 OK\r\n");
        const timer = setInterval(() => raw("x: y\r\n"), 10);
        socket.on("close", () => clearInterval(timer));
      },
      // Bodies
      "/stalls-in-body": headed({ "content-length": "100" }, "some"),
      "/resets-in-body": headed({ "content-length": "100" }, "some", "reset"),
      "/short": headed({ "content-length": "100" }, "some", "end"),
      "/cut-between-chunks": headed({ "transfer-encoding": "chunked" }, "4\r\nsome\r\n", "end"),
      "/cut-in-chunk": headed({ "transfer-encoding": "chunked" }, "40\r\nsome", "end"),
      "/bad-chunk": headed({ "transfer-encoding": "chunked" }, "zz\r\nsome\r\n"),
      "/until-the-end": ({ raw, end }) => {
        raw("HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nold");
        end();
      },
      "/chunked": headed({ "transfer-encoding": "chunked" }, "4\r\nsome\r\n6;ext=1\r\n bytes\r\n0\r\n\r\n"),
      "/drips": ({ raw, socket }) => {
        raw(headOf(200, { "content-length": "100000" }));
        const timer = setInterval(() => raw("x"), 10);
        socket.on("close", () => clearInterval(timer));
      },
      "/large": html("x".repeat(100_001)),
      "/large-chunked": headed({ "transfer-encoding": "chunked" }, `30d40\r\n${"x".repeat(200_000)}\r\n0\r\n\r\n`),
      "/empty": html(""),
      "/no-content": ({ raw }) => raw("HTTP/1.1 204 No Content\r\n\r\n"),
      // HTTP
      "/garbage": ({ raw }) => raw("SSH-2.0-OpenSSH_9.2\r\n"),
      "/huge-headers": ({ send }) => send({ headers: { big: "x".repeat(70_000) } }),
      "/large-headers": ({ send }) => send({ headers: { big: "x".repeat(40_000) }, body: "fits" }),
      "/bad-header": ({ raw }) => raw("HTTP/1.1 200 OK\r\nbad header: x\r\n\r\n"),
      "/upgrade": ({ raw }) => raw("HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
      "/early-hints": ({ raw }) =>
        raw(`HTTP/1.1 103 Early\r\nlink: <a>\r\n\r\n${headOf(200, { "content-length": "4" })}late`),
      // Encodings
      "/gzip": encoded("gzip", zlib.gzipSync(PAGE)),
      "/br": encoded("br", zlib.brotliCompressSync(PAGE)),
      "/deflate": encoded("deflate", zlib.deflateSync(PAGE)),
      "/deflate-raw": encoded("deflate", zlib.deflateRawSync(PAGE)),
      "/twice": encoded("deflate, gzip", zlib.gzipSync(zlib.deflateSync(PAGE))),
      "/bad-gzip": encoded("gzip", Buffer.from("this is no gzip")),
      "/cut-gzip": encoded("gzip", zlib.gzipSync(PAGE).subarray(0, 30)),
      "/zstd": encoded("zstd", Buffer.from("whatever")),
      "/empty-gzip": encoded("gzip", Buffer.alloc(0)),
      "/bomb": encoded("gzip", zlib.gzipSync(Buffer.alloc(30_000_000))),
      "/stalls-in-gzip": ({ raw }) => {
        raw(headOf(200, { "content-encoding": "gzip", "content-length": "10000" }));
        raw(zlib.gzipSync(PAGE).subarray(0, 20));
      },
      // Redirects
      "/moved": redirect(301, "/relative"),
      "/relative": redirect(302, "gone/../?a=b"),
      "/to-a": redirect(307, "/to-b"),
      "/to-b": redirect(308, "/to-a"),
      "/to-itself": redirect(302, "/to-itself"),
      "/to-ftp": redirect(302, "ftp://example.com/"),
      "/to-nowhere": redirect(302, "http://127.0.0.1:1/"),
      "/to-secure": ({ send }) => send({ status: 302, headers: { location: secure.origin } }),
      "/nowhere": ({ send }) => send({ status: 302, body: "where?" }),
      "/count": ({ path, send }) => {
        const n = Number(path.split("=")[1]);
        send(n === 0 ? { body: "arrived" } : { status: 302, headers: { location: `/count?n=${n - 1}` } });
      },
      // Retries
      "/third-time": ({ hit, send }) => send(hit < 3 ? { status: 500, body: "not yet" } : { body: "now" }),
      "/resets-once": ({ hit, reset, send }) => (hit === 1 ? reset() : send({ body: "now" })),
      "/cut-once": ({ hit, raw, end, send }) => {
        if (hit > 1) return send({ body: "now" });
        raw(`${headOf(200, { "content-length": "100" })}some`);
        end();
      },
      "/busy": ({ hit, send }) => {
        const { date, later } = { date: new Date(1e12), later: new Date(1e12 - 5000) };
        const headers = { date: date.toUTCString(), "retry-after": later.toUTCString() };
        send(hit === 1 ? { status: 429, headers } : hit === 2 ? { status: 503, headers: { "retry-after": "0" } } : {});
      },
      "/broken-error": ({ raw, end }) => {
        raw(`${headOf(404, { "content-length": "100" })}some`);
        end();
      },
      // Texts
      "/utf-8": html("<p>ünï", { "content-type": "text/html; charset=utf-8" }),
      "/utf-8-unsaid": html("<p>ünï"),
      "/latin1-unsaid": html(Buffer.from("<p>caf\xe9 \x80", "latin1")),
      "/meta": html(Buffer.from('<meta charset="windows-1251">\xcf\xf0', "latin1")),
      "/bom": html(Buffer.from("\ufeff<p>ü", "utf16le"), { "content-type": "text/html; charset=utf-8" }),
      "/klingon": html("<p>ü", { "content-type": "text/html; charset=klingon" }),
      "/png": html(Buffer.from([0x89, 0x50, 0x4e, 0x47]), { "content-type": "image/png" }),
      "/typeless": ({ raw }) => raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwords"),
    };
    server = await startFaultServer({ faults: faultsOf(behaviours) });
  });

  afterAll(async () => {
    await server.close();
    await secure.close();
  });

  it("gives a whole record for a plain page", async () => {
    const { ms, ...record } = await get("/");
    expect(ms).toBeLessThan(1000);
    expect(record).toEqual({
      url: `${server.origin}/`,
      finalUrl: `${server.origin}/`,
      remoteAddress: "127.0.0.1",
      status: 200,
      outcome: "ok",
      contentType: "text/html",
      charset: "utf-8",
      charsetFrom: "bytes",
      bytes: PAGE.length,
      wireBytes: PAGE.length,
      attempts: 1,
      redirects: 0,
      verdict: "ok",
      html: PAGE,
    });
  });

  describe("when the answer never comes", () => {
    it.each([
      ["/resets", "reset"],
      ["/hangs-up", "reset"],
      ["/hangs-up-in-headers", "reset"],
      ["/stalls", "stalled"],
      ["/stalls-in-headers", "stalled"],
      ["/garbage", "protocol"],
      ["/huge-headers", "protocol"],
      ["/bad-header", "protocol"],
      ["/upgrade", "protocol"],
    ])("records %s as %s", async (path, outcome) => {
      const record = await get(path, outcome === "stalled" ? SHORT : {});
      expect(record).toMatchObject({ outcome, status: null, attempts: 1, bytes: 0 });
      expect(record.error?.code).toBeTruthy();
      expect(record).not.toHaveProperty("html");
    });

    it.each([
      ["http://127.0.0.1:1/", "refused", "ECONNREFUSED"],
      ["http://nosuchhost.invalid/", "dns", undefined],
      ["nonsense", "bad-url", "INVALID_URL"],
      ["ftp://127.0.0.1/", "bad-url", "UNSUPPORTED_SCHEME"],
    ])("records %s as %s", async (url, outcome, code) => {
      const record = await fetchRecord(url, HASTY);
      expect(record).toMatchObject({ url, finalUrl: url, outcome, status: null });
      if (code !== undefined) expect(record.error?.code).toBe(code);
    });

    it("records a certificate that nobody vouches for as tls", async () => {
      expect(await fetchRecord(secure.origin, HASTY)).toMatchObject({ outcome: "tls", status: null });
    });

    it("records headers that drip as a timeout, as the time for all of it passes", async () => {
      // Nothing tells a transport's user that a part of the headers has come, so patience is needed here.
      expect(await get("/drips-headers", { timeout: 100, stallTimeout: 5000 })).toMatchObject({ outcome: "timeout" });
    });
  });

  describe("when the body is not whole", () => {
    it.each([
      ["/stalls-in-body", "stalled", 4],
      ["/short", "truncated", 4],
      ["/cut-between-chunks", "truncated", 4],
      ["/cut-in-chunk", "truncated", 4],
      ["/bad-chunk", "protocol", 0],
      ["/large", "too-large", 0],
      ["/bad-gzip", "undecodable", 0],
      ["/zstd", "undecodable", 0],
    ])("records %s as %s, with the status and without the body", async (path, outcome, bytes) => {
      const record = await get(path, outcome === "stalled" ? SHORT : {});
      expect(record).toMatchObject({ outcome, status: 200, bytes });
      expect(record).not.toHaveProperty("html");
      expect(record).not.toHaveProperty("body");
    });

    it("records a body that ends in the middle of its compression as truncated", async () => {
      expect(await get("/cut-gzip")).toMatchObject({ outcome: "truncated", error: { code: "Z_BUF_ERROR" } });
    });

    it("records a connection that breaks in the middle of the body as that, or as an end that came too early", async () => {
      // Which of the two a reset looks like is up to the system, and to who reads first.
      const { outcome, status } = await get("/resets-in-body");
      expect(["reset", "truncated"]).toContain(outcome);
      expect(status).toBe(200);
    });

    it("records a compressed body that stalls as that, not as one that ended", async () => {
      expect(await get("/stalls-in-gzip", SHORT)).toMatchObject({ outcome: "stalled", status: 200 });
    });

    it("records a body that drips as a timeout", async () => {
      expect(await get("/drips", { timeout: 400 })).toMatchObject({ outcome: "timeout", status: 200 });
    });

    it("stops a body of unknown length, and a bomb, at the limit", async () => {
      for (const path of ["/large-chunked", "/bomb"]) {
        const record = await get(path);
        expect(record).toMatchObject({ outcome: "too-large", error: { code: "BODY_TOO_LARGE" } });
        expect(record.bytes).toBeLessThan(300_000);
      }
    });

    it("takes an answer of 404 for that, although its body is cut", async () => {
      expect(await get("/broken-error")).toMatchObject({
        outcome: "http-error",
        status: 404,
        error: { code: "HTTP_404", message: expect.stringContaining("its body could not be had") as string },
      });
    });
  });

  describe("when all is well in an unusual way", () => {
    it.each([
      ["/until-the-end", "old"],
      ["/chunked", "some bytes"],
      ["/large-headers", "fits"],
      ["/early-hints", "late"],
      ["/empty", ""],
      ["/empty-gzip", ""],
      ["/no-content", ""],
      ["/gzip", PAGE],
      ["/br", PAGE],
      ["/deflate", PAGE],
      ["/deflate-raw", PAGE],
      ["/twice", PAGE],
      ["/nowhere", "where?"],
    ])("reads %s", async (path, text) => {
      expect(await get(path)).toMatchObject({ outcome: "ok", html: text, bytes: text.length });
    });

    it("counts the bytes after decompression and before", async () => {
      expect(await get("/gzip")).toMatchObject({ bytes: PAGE.length, wireBytes: zlib.gzipSync(PAGE).length });
    });
  });

  describe("with redirects", () => {
    it("goes where they lead", async () => {
      expect(await get("/moved")).toMatchObject({
        url: `${server.origin}/moved`,
        finalUrl: `${server.origin}/?a=b`,
        outcome: "ok",
        redirects: 2,
        html: PAGE,
      });
    });

    it.each([
      ["/to-a", "redirect-loop", 1],
      ["/to-itself", "redirect-loop", 0],
      ["/to-ftp", "bad-redirect", 0],
    ])("records %s as %s", async (path, outcome, redirects) => {
      expect(await get(path)).toMatchObject({ outcome, redirects });
    });

    it("goes as far as it may, and no further", async () => {
      expect(await get("/count?n=20")).toMatchObject({ outcome: "ok", redirects: 20, html: "arrived" });
      expect(await get("/count?n=21")).toMatchObject({ outcome: "too-many-redirects", redirects: 20 });
      expect(await get("/moved", { maxRedirects: 0 })).toMatchObject({ outcome: "too-many-redirects", status: 301 });
    });

    it("records what it met at the end of the way", async () => {
      expect(await get("/to-nowhere")).toMatchObject({
        outcome: "refused",
        status: null,
        redirects: 1,
        finalUrl: "http://127.0.0.1:1/",
      });
      const transport = new UndiciTransport({ ca: selfSigned.cert });
      expect(await get("/to-secure", { transport })).toMatchObject({ outcome: "ok", html: "secret", redirects: 1 });
      await transport.close();
    });

    it("uses the connection of a redirect again", async () => {
      const transport = new UndiciTransport();
      const before = server.connections;
      await get("/count?n=5", { transport });
      // The next request leaves a moment before the first connection is free; then there are two to choose
      // from.
      expect(server.connections - before).toBeLessThanOrEqual(2);
      await transport.close();
    });
  });

  describe("with retries", () => {
    it.each([
      ["/third-time", 3],
      ["/resets-once", 2],
      ["/cut-once", 2],
    ])("has %s in the end", async (path, attempts) => {
      expect(await get(path, { retries: 3 })).toMatchObject({ outcome: "ok", html: "now", attempts });
    });

    it("waits as told by a date that has passed, and by no seconds: not at all", async () => {
      expect(await get("/busy", { retries: 3 })).toMatchObject({ outcome: "ok", attempts: 3 });
    });

    it("gives up in the end", async () => {
      expect(await get("/resets", { retries: 2 })).toMatchObject({ outcome: "reset", attempts: 3 });
    });
  });

  describe("with text", () => {
    it.each([
      ["/utf-8", "<p>ünï", "utf-8", "header"],
      ["/utf-8-unsaid", "<p>ünï", "utf-8", "bytes"],
      ["/latin1-unsaid", "<p>café €", "windows-1252", "default"],
      ["/meta", '<meta charset="windows-1251">Пр', "windows-1251", "document"],
      ["/bom", "<p>ü", "utf-16le", "bom"],
    ])("decodes %s", async (path, text, charset, charsetFrom) => {
      expect(await get(path)).toMatchObject({ outcome: "ok", html: text, charset, charsetFrom });
    });

    it("says which charset was named that there is not", async () => {
      expect(await get("/klingon")).toMatchObject({ html: "<p>ü", charset: "utf-8", charsetUnknown: "klingon" });
    });

    it("leaves what is no text as bytes", async () => {
      const record = await get("/png");
      expect(record).toMatchObject({ outcome: "ok", charset: null, charsetFrom: null, bytes: 4 });
      expect([...(record.body ?? [])]).toEqual([0x89, 0x50, 0x4e, 0x47]);
      expect(record).not.toHaveProperty("html");
    });

    it("looks at the bytes where the server does not say what they are", async () => {
      expect(await get("/typeless")).toMatchObject({ html: "words", contentType: null });
    });
  });

  it("fetches everything at once through fetchAll(), and leaves no connection open", async () => {
    const paths = [
      "/",
      "/gzip",
      "/resets",
      "/stalls",
      "/short",
      "/bomb",
      "/moved",
      "/to-a",
      "/garbage",
      "/latin1-unsaid",
    ];
    const urls = Array.from({ length: 100 }, (_, n) => `${server.origin}${paths[n % paths.length]}`);
    const counts = new Map<string, number>();
    for await (const { outcome } of fetchRecords(urls, {
      ...HASTY,
      stallTimeout: 2000,
      concurrency: 20,
      perHost: 20,
    })) {
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({
      ok: 40,
      reset: 10,
      stalled: 10,
      truncated: 10,
      "too-large": 10,
      "redirect-loop": 10,
      protocol: 10,
    });
  });

  it("cuts its connections when the loop is left in the middle", async () => {
    const other = await startFaultServer({ faults: faultsOf({ "/": html(PAGE), "/stalls": () => {} }) });
    const urls = [`${other.origin}/`, ...Array<string>(50).fill(`${other.origin}/stalls`)];
    for await (const { outcome } of fetchRecords(urls, { perHost: 10 })) {
      expect(outcome).toBe("ok");
      break;
    }
    await other.idle();
    await other.close();
  });
});
