import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { page, zstdOf } from "./bodies.js";
import type { Fault } from "./faultRequest.js";
import { headOf } from "./headOf.js";

/** No faults: what must come through whole. */
export const GOOD_PAGES: Readonly<Record<string, Fault>> = {
  /** `bytes` (1000), `title`. */
  page: good(({ params }, { send }) =>
    send({ body: page(Number(params.get("bytes") ?? 1000), params.get("title") ?? undefined) }),
  ),
  /** Says in JSON what was asked. */
  echo: good(({ method, path, headers, rawHeaders, httpVersion, body }, { send }) =>
    send({
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ method, path, httpVersion, headers, rawHeaders, body: body.toString("utf8") }),
    }),
  ),
  /** `times` (3): so many of `set-cookie`. */
  cookies: good(({ params }, { send }) => {
    const cookies = Array.from({ length: Number(params.get("times") ?? 3) }, (_, n) => `c${n}=v${n}; Path=/`);
    send({ headers: { "set-cookie": cookies }, body: page() });
  }),
  chunked: good((_request, { raw }) => {
    const body = page(500);
    const pieces = [body.slice(0, 100), body.slice(100, 101), body.slice(101)];
    const chunks = pieces.map((each) => `${each.length.toString(16)};note="x"\r\n${each}\r\n`);
    raw(`${headOf(200, { "transfer-encoding": "chunked", trailer: "x-sum" })}${chunks.join("")}0\r\nx-sum: 1\r\n\r\n`);
  }),
  /** `bytes` (24), `ms` (5) between them: all that comes, it comes a byte at a time. */
  drip: good(async ({ params }, { raw, pause }) => {
    const bytes = Number(params.get("bytes") ?? 24);
    const answer = headOf(200, { "content-length": String(bytes) }) + "x".repeat(bytes);
    raw(answer.slice(0, -bytes));
    for (const byte of answer.slice(-bytes)) {
      await pause(Number(params.get("ms") ?? 5));
      raw(byte);
    }
  }),
  "http-1.0": good((_request, { end }) => end(`HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n${page(300)}`)),
  "close-delimited": good((_request, { end }) => end(`${headOf(200, { connection: "close" })}${page(300)}`)),
  "early-hints": good((_request, { raw, send }) => {
    raw("HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n");
    send({ body: page() });
  }),
  "processing-102": good((_request, { raw, send }) => {
    raw("HTTP/1.1 102 Processing\r\n\r\n".repeat(20));
    send({ body: page() });
  }),
  gzip: good((_request, { send }) => send({ headers: { "content-encoding": "gzip" }, body: gzipSync(page()) })),
  br: good((_request, { send }) => send({ headers: { "content-encoding": "br" }, body: brotliCompressSync(page()) })),
  zstd: good((_request, { send }) => send({ headers: { "content-encoding": "zstd" }, body: zstdOf(page()) })),
  deflate: good((_request, { send }) =>
    send({ headers: { "content-encoding": "deflate" }, body: deflateSync(page()) }),
  ),
  "deflate-raw": good((_request, { send }) =>
    send({ headers: { "content-encoding": "deflate" }, body: deflateRawSync(page()) }),
  ),
  "no-content": { ...good((_request, { raw }) => raw("HTTP/1.1 204 No Content\r\n\r\n")), status: 204 },
  "raw-header": good((_request, { raw }) =>
    raw(`${headOf(200, { "x-raw": "\u00c3\u00bc", "content-length": "2" })}ok`),
  ),
  /** As a revalidation ends: with the length of what it does not send. */
  "not-modified": {
    ...good((_request, { raw }) => raw('HTTP/1.1 304 Not Modified\r\netag: "1"\r\ncontent-length: 1000\r\n\r\n')),
    status: 304,
  },
  /** Asks to be closed after every answer. */
  "connection-close": good((_request, { send, end }) => {
    send({ headers: { connection: "close" }, body: page() });
    end();
  }),
};

function good(serve: Fault["serve"]): Fault {
  return { outcome: "ok", status: 200, serve };
}
