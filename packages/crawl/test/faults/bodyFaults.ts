import { gzipSync } from "node:zlib";
import { bomb, page } from "./bodies.js";
import type { Fault } from "./faultRequest.js";
import { headOf } from "./headOf.js";

/** More than anybody here accepts. */
const BOMB = 16 * 1024 * 1024;

/** Bodies that are too large, or not in the encoding that they say. */
export const BODY_FAULTS: Readonly<Record<string, Fault>> = {
  "gzip-garbage": encoded("gzip", "undecodable", () => Buffer.from("this is no gzip at all, not in the least")),
  "gzip-cut": encoded("gzip", "truncated", () => gzipSync(page(5000)).subarray(0, -20)),
  "gzip-bad-sum": encoded("gzip", "undecodable", () => {
    const bytes = gzipSync(page());
    bytes.writeUInt32LE(bytes.readUInt32LE(bytes.length - 8) ^ 1, bytes.length - 8);
    return bytes;
  }),
  "br-garbage": encoded("br", "undecodable", () => Buffer.from("\u00ff\u00ff\u00ff this is no brotli", "latin1")),
  "zstd-garbage": encoded("zstd", "undecodable", () => Buffer.from("this is no zstd")),
  "encoding-unknown": encoded("sdch", "undecodable", () => Buffer.from("who can read this")),

  "gzip-bomb": encoded("gzip", "too-large", () => bomb("gzip", BOMB)),
  "br-bomb": encoded("br", "too-large", () => bomb("br", BOMB)),
  "zstd-bomb": encoded("zstd", "too-large", () => bomb("zstd", BOMB)),
  /** Compressed twice, of which only the second time is large. */
  "gzip-bomb-twice": encoded("gzip, gzip", "too-large", () => gzipSync(bomb("gzip", BOMB))),

  /** Says that it is larger than it may be. */
  "too-large": {
    outcome: "too-large",
    status: 200,
    serve: (_request, { raw }) => raw(`${headOf(200, { "content-length": "1000000000" })}some`),
  },
  /** Does not say it, and is. */
  endless: {
    outcome: "too-large",
    status: 200,
    serve: async (_request, { raw, socket }) => {
      raw(headOf(200, { "transfer-encoding": "chunked" }));
      const chunk = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
      while (socket.writable) {
        raw(chunk);
        if (!socket.writableNeedDrain) continue;
        await new Promise<void>((resolve) => {
          const go = (): void => {
            socket.off("drain", go).off("close", go);
            resolve();
          };
          socket.on("drain", go).on("close", go);
        });
      }
    },
  },
};

function encoded(encoding: string, outcome: string, body: () => Uint8Array): Fault {
  return {
    outcome,
    status: 200,
    serve: (_request, { send }) => send({ headers: { "content-encoding": encoding }, body: body() }),
  };
}
