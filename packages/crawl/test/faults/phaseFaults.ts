import type { Fault } from "./faultRequest.js";
import { headOf } from "./headOf.js";

const HALF_A_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/ht";
const LENGTH = headOf(200, { "content-length": "1000" });
const CHUNKED = headOf(200, { "transfer-encoding": "chunked" });

/** A connection that breaks, ends or falls silent, at each phase of an answer. */
export const PHASE_FAULTS: Readonly<Record<string, Fault>> = {
  "reset-after-request": { outcome: "reset", status: null, serve: (_request, { reset }) => reset() },
  "reset-in-headers": {
    outcome: "reset",
    status: null,
    serve: (_request, answer) => after(answer, HALF_A_HEAD, () => answer.reset()),
  },
  "reset-in-body": {
    outcome: "reset",
    status: 200,
    serve: (_request, answer) => after(answer, `${LENGTH}some`, () => answer.reset()),
  },
  "reset-in-chunks": {
    outcome: "reset",
    status: 200,
    serve: (_request, answer) => after(answer, `${CHUNKED}4\r\nsome\r\n`, () => answer.reset()),
  },
  /** What has no length is over when its connection is, however rudely that ends: so say undici and browsers. */
  "reset-close-delimited": {
    outcome: "ok",
    status: 200,
    serve: (_request, answer) => after(answer, `${headOf(200, { connection: "close" })}some`, () => answer.reset()),
  },

  "close-after-request": { outcome: "reset", status: null, serve: (_request, { end }) => end() },
  "close-in-headers": { outcome: "reset", status: null, serve: (_request, { end }) => end(HALF_A_HEAD) },
  "close-in-body": { outcome: "truncated", status: 200, serve: (_request, { end }) => end(`${LENGTH}some`) },
  "close-in-chunks": {
    outcome: "truncated",
    status: 200,
    serve: (_request, { end }) => end(`${CHUNKED}4\r\nsome\r\n`),
  },

  "stall-after-request": { outcome: "stalled", status: null, serve: () => {} },
  "stall-in-headers": { outcome: "stalled", status: null, serve: (_request, { raw }) => raw(HALF_A_HEAD) },
  "stall-after-headers": { outcome: "stalled", status: 200, serve: (_request, { raw }) => raw(LENGTH) },
  "stall-in-body": { outcome: "stalled", status: 200, serve: (_request, { raw }) => raw(`${LENGTH}some`) },
  "stall-in-chunks": { outcome: "stalled", status: 200, serve: (_request, { raw }) => raw(`${CHUNKED}4\r\nsome\r\n`) },
  /** Is not silent for long enough to stall, and never ends: `ms` (20) between the bytes. */
  "drip-headers": {
    outcome: "stalled",
    status: null,
    serve: async ({ params }, { raw, pause, socket }) => {
      raw("HTTP/1.1 200 OK\r\nx-drip: ");
      while (socket.writable) {
        await pause(Number(params.get("ms") ?? 20));
        raw("x");
      }
    },
  },
  "drip-endless": {
    outcome: "timeout",
    status: 200,
    serve: async ({ params }, { raw, pause, socket }) => {
      raw(headOf(200, { "content-length": "900000" }));
      while (socket.writable) {
        await pause(Number(params.get("ms") ?? 20));
        raw("x");
      }
    },
  },
};

/** Bytes first, and what comes next only when they are on their way: a reset would overtake them. */
async function after(
  answer: { raw(bytes: string): void; pause(ms: number): Promise<void> },
  bytes: string,
  next: () => void,
): Promise<void> {
  answer.raw(bytes);
  await answer.pause(20);
  next();
}
