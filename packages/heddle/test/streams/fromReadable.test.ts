import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import { Duplex, PassThrough, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createTask, mapConcurrent, moveOnAfter, now, run, sleep, timeout } from "heddle";
import { fromReadable } from "heddle/streams";
import { settle } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { toArray } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

function listeners(stream: NodeJS.EventEmitter): number {
  return stream.eventNames().reduce((sum, name) => sum + stream.listenerCount(name), 0);
}

describe("fromReadable", () => {
  it("gives the chunks of a stream to its end", () =>
    tidy(async () => {
      expect(await toArray(fromReadable<number>(Readable.from([1, 2, 3])))).toEqual([1, 2, 3]);
    }));

  it("throws the error of the stream after the chunks that came before", () =>
    tidy(async () => {
      const stream = new PassThrough({ objectMode: true });
      stream.write("a");
      const seen: unknown[] = [];
      const error = await errorOf(async () => {
        for await (const chunk of fromReadable(stream)) {
          seen.push(chunk);
          stream.destroy(new Error("Broken"));
        }
      });
      expect([seen, error.message, stream.closed]).toEqual([["a"], "Broken", true]);
    }));

  it("destroys the stream when the loop is left, and waits until it is closed", () =>
    tidy(async () => {
      let closed = 0;
      const stream = new Readable({
        read() {
          this.push("chunk");
        },
        destroy(error, callback) {
          createTask(async () => {
            await sleep(5);
            closed = now();
            callback(error);
          });
        },
      });
      for await (const _ of fromReadable(stream)) break;
      expect([closed, stream.closed, stream.listenerCount("error")]).toEqual([5, true, 0]);
    }));

  it("stops waiting for data when cancelled, and destroys the stream", () =>
    tidy(async () => {
      const stream = new PassThrough();
      const error = await errorOf(() => timeout(10, () => toArray(fromReadable(stream))));
      expect([error.name, now(), stream.destroyed, stream.closed]).toEqual(["TimeoutError", 10, true, true]);
    }));

  it("destroys the stream when the body of the loop fails or is cancelled", () =>
    tidy(async () => {
      const first = Readable.from([1, 2]);
      await moveOnAfter(10, async () => {
        for await (const _ of fromReadable(first)) await sleep(Infinity);
      });
      const second = Readable.from([1, 2]);
      await errorOf(async () => {
        for await (const _ of fromReadable(second)) throw new Error("in the loop");
      });
      expect([first.closed, second.closed]).toEqual([true, true]);
    }));

  it("reports what goes wrong while the stream closes", () =>
    tidy(async ({ reported }) => {
      const stream = new Readable({
        read() {
          this.push("chunk");
        },
        destroy: (_error, callback) => callback(new Error("Cannot close")),
      });
      for await (const _ of fromReadable(stream)) break;
      await settle();
      expect([reported.splice(0), stream.listenerCount("error")]).toEqual([[new Error("Cannot close")], 0]);
    }));

  it("leaves the other half of a socket open at the end of the one", () =>
    tidy(async () => {
      const written: string[] = [];
      const duplex = new Duplex({
        read() {
          this.push(null);
        },
        write(chunk, _encoding, callback) {
          written.push(String(chunk));
          callback();
        },
      });
      expect(await toArray(fromReadable(duplex))).toEqual([]);
      duplex.end("still open");
      await once(duplex, "finish");
      expect(written).toEqual(["still open"]);
    }));

  it("does not wait for a stream that never says that it is closed", () =>
    tidy(async () => {
      const stream = new Readable({ emitClose: false, read() {} });
      stream.push("chunk");
      for await (const _ of fromReadable(stream)) break;
      expect(stream.destroyed).toBe(true);
    }));

  it("leaves no listener on a stream that has ended", () =>
    tidy(async () => {
      const stream = new PassThrough();
      const before = listeners(stream);
      stream.end("text");
      await toArray(fromReadable(stream));
      expect(listeners(stream)).toBe(before);
    }));

  it("makes a stream a source like any other", () =>
    tidy(async () => {
      const stream = new PassThrough({ objectMode: true });
      const lengths = mapConcurrent(fromReadable<string>(stream), (text) => text.length, { limit: 2 });
      for (const text of ["a", "bb", "ccc"]) stream.write(text);
      stream.end();
      expect(await lengths.toArray()).toEqual([1, 2, 3]);
    }));

  it("refuses what is no stream, at the call", () =>
    expectRefused(
      () => fromReadable([] as never),
      "Cannot iterate over a stream as a Readable of node:stream is needed: received an array of 0",
    ));
});

describe("fromReadable on the real clock", () => {
  it("reads a file, and closes it when it has enough", () =>
    run(async () => {
      const file = createReadStream(fileURLToPath(import.meta.url), { highWaterMark: 64 });
      for await (const chunk of fromReadable(file)) {
        expect(chunk.length).toBe(64);
        break;
      }
      expect(file.closed).toBe(true);
    }));

  it("lets go of an idle socket when cancelled", () =>
    run(async () => {
      const sockets: Socket[] = [];
      const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { connect } = await import("node:net");
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      await once(socket, "connect");
      const reading = createTask(() => toArray(fromReadable(socket)));
      await sleep(5);
      await reading.cancelAndWait();
      expect([reading.state, socket.closed]).toEqual(["cancelled", true]);
      for (const each of sockets) each.destroy();
      server.close();
    }));
});
