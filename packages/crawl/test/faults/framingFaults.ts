import { page } from "./bodies.js";
import type { Fault } from "./faultRequest.js";
import { headOf } from "./headOf.js";

const CHUNKED = headOf(200, { "transfer-encoding": "chunked" });

/** Answers that are no HTTP, or lie about where they end. */
export const FRAMING_FAULTS: Readonly<Record<string, Fault>> = {
  garbage: raw("protocol", null, "\u0016\u0003\u0001\u0002\u0000 this is not HTTP\r\n\r\n"),
  "status-line-alone": raw("reset", null, "HTTP/1.1 200 OK\r\n", "end"),
  "status-of-words": raw("protocol", null, "HTTP/1.1 two hundred OK\r\n\r\n"),
  "header-without-colon": raw("protocol", null, "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"),
  "header-with-zero-byte": raw("protocol", null, "HTTP/1.1 200 OK\r\nx: a\u0000b\r\ncontent-length: 0\r\n\r\n"),

  /** More bytes than were announced: the rest is nobody's answer. */
  "length-too-short": {
    outcome: "ok",
    status: 200,
    serve: (_request, { end }) => end(`${headOf(200, { "content-length": "4" })}some and more`),
  },
  "length-too-long": raw("truncated", 200, `${headOf(200, { "content-length": "1000" })}some`, "end"),
  "length-of-words": raw("protocol", null, `${headOf(200, { "content-length": "many" })}some`),
  "length-negative": raw("protocol", null, `${headOf(200, { "content-length": "-4" })}some`),
  "length-twice": raw("truncated", null, `${headOf(200, { "content-length": ["4", "8"] })}some`),
  "length-and-chunks": raw(
    "truncated",
    null,
    `${headOf(200, { "content-length": "4", "transfer-encoding": "chunked" })}4\r\nsome\r\n0\r\n\r\n`,
  ),

  "chunk-size-of-words": raw("protocol", 200, `${CHUNKED}four\r\nsome\r\n0\r\n\r\n`),
  "chunk-size-too-small": raw("protocol", 200, `${CHUNKED}2\r\nsome\r\n0\r\n\r\n`),
  "chunk-size-overflow": raw("protocol", 200, `${CHUNKED}fffffffffffffffff\r\nsome\r\n`),
  "chunk-without-last": raw("truncated", 200, `${CHUNKED}4\r\nsome\r\n`, "end"),

  /** `bytes` (100 000) in one field. */
  "header-too-large": {
    outcome: "protocol",
    status: null,
    serve: ({ params }, { send }) =>
      send({ headers: { "x-large": "x".repeat(Number(params.get("bytes") ?? 100_000)) }, body: page() }),
  },
  /** `count` (20 000) small fields. */
  "header-flood": {
    outcome: "protocol",
    status: null,
    serve: ({ params }, { raw: send }) => {
      const count = Number(params.get("count") ?? 20_000);
      const fields = Array.from({ length: count }, (_, n) => `x-${n}: ${n}\r\n`);
      send(`HTTP/1.1 200 OK\r\n${fields.join("")}content-length: 0\r\n\r\n`);
    },
  },
  /** Bytes where no body may be; they belong to no answer. */
  "no-content-with-body": {
    outcome: "ok",
    status: 204,
    serve: (_request, { end }) => end(`${headOf(204, { "content-length": "4" })}some`),
  },
  "not-modified-with-body": {
    outcome: "ok",
    status: 304,
    serve: (_request, { end }) => end(`${headOf(304, { "content-length": "4" })}some`),
  },
  /** Without an `Expect` that it would answer. Browsers do not mind; undici does. */
  "continue-unasked": {
    outcome: "protocol",
    status: null,
    serve: (_request, answer) => {
      answer.raw("HTTP/1.1 100 Continue\r\n\r\n");
      answer.send({ body: page() });
    },
  },
  "upgrade-unasked": raw(
    "protocol",
    null,
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
  ),
};

function raw(outcome: string, status: number | null, bytes: string, then: "end" | "wait" = "wait"): Fault {
  return { outcome, status, serve: (_request, answer) => (then === "end" ? answer.end(bytes) : answer.raw(bytes)) };
}
