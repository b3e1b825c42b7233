import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as fc from "fast-check";
import {
  allTasks,
  cancelScope,
  createTask,
  currentTask,
  isCancelled,
  moveOnAfter,
  now,
  Queue,
  run,
  sleep,
  withSignal,
} from "heddle";
import { fromReadable, toReadable } from "heddle/streams";
import { settle } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorOf, expectRefused } from "../support/errorOf.js";
import { runs } from "../support/runs.js";
import { naturals, toArray, upTo, watched } from "../support/sources.js";
import { tidy } from "../support/tidy.js";

/** A slow writer of objects that notes what it got. */
function sink(ms: number): { got: unknown[]; stream: Writable } {
  const got: unknown[] = [];
  const stream = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk, _encoding, callback) {
      got.push(chunk);
      if (ms === 0) callback();
      else createTask(() => sleep(ms).then(() => callback()));
    },
  });
  return { got, stream };
}

describe("toReadable", () => {
  it("gives what an async iterable or a plain one gives", () =>
    tidy(async () => {
      const { got, stream } = sink(0);
      await pipeline(toReadable(watched(upTo(5), { ms: 1 })), stream);
      expect(got).toEqual([0, 1, 2, 3, 4]);
      expect(await toArray(toReadable(new Set(["a", "b"])))).toEqual(["a", "b"]);
    }));

  it("makes bytes of text where it is told to", () =>
    tidy(async () => {
      const stream = toReadable(["ab", "cd"], { objectMode: false });
      expect(Buffer.concat(await toArray<Buffer>(stream)).toString()).toBe("abcd");
    }));

  it("starts when it is first read, and reads no faster than it is read", () =>
    tidy(async () => {
      const source = watched(naturals());
      const stream = toReadable(source, { highWaterMark: 3 });
      await sleep(10);
      expect(source.state).toBe("new");
      const { got, stream: slow } = sink(10);
      stream.pipe(slow);
      await sleep(95);
      expect(got.length).toBe(10);
      expect(source.asked).toBeLessThanOrEqual(15);
      stream.destroy();
      await once(stream, "close");
      await sleep(20);
    }));

  it("reads the source in a task of the run, whoever reads the stream", () =>
    tidy(async () => {
      const storage = new AsyncLocalStorage<string>();
      let seen: unknown[] = [];
      async function* source(): AsyncGenerator<number> {
        seen = [storage.getStore(), currentTask()?.name];
        yield 1;
      }
      const stream = storage.run("reader", () => toReadable(source()));
      await createTask(() => toArray(stream));
      expect(seen[1]).toBe("source");
      expect(allTasks().length).toBe(1);
    }));

  it("fails with the error of the source", () =>
    tidy(async () => {
      const { got, stream } = sink(0);
      const error = await errorOf(() => pipeline(toReadable(watched(upTo(9), { failAt: 3 })), stream));
      expect([error.message, got]).toEqual(["item 3", [0, 1, 2]]);
    }));

  it("fails at an item that a stream would take for its end", () =>
    tidy(async () => {
      const source = watched([1, null, 2]);
      const error = await errorOf(() => toArray(toReadable(source)));
      expect([error.message, source.state]).toEqual([
        "Cannot put a value into a stream as it means its end: received null",
        "closed",
      ]);
    }));
});

describe("a stream that is destroyed", () => {
  it("cancels a source that is busy, and is closed after the source's clean-up", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 100, cleanUp: 5 });
      const stream = toReadable(source);
      stream.read();
      await sleep(10);
      stream.destroy();
      await once(stream, "close");
      expect([source.state, now()]).toEqual(["cancelled", 15]);
    }));

  it("closes a source that waits to be read, without cancelling it", () =>
    tidy(async () => {
      const source = watched(naturals(), { cleanUp: 5 });
      const stream = toReadable(source, { highWaterMark: 2 });
      stream.read();
      await sleep(10);
      stream.destroy();
      await once(stream, "close");
      expect([source.state, now()]).toEqual(["closed", 15]);
    }));

  it("before it was read has never touched its source", () =>
    tidy(async () => {
      const source = watched(naturals());
      const stream = toReadable(source).destroy();
      await once(stream, "close");
      expect(source.state).toBe("new");
    }));

  it("right after it was first read closes its source", () =>
    tidy(async () => {
      const source = watched(naturals());
      const stream = toReadable(source);
      stream.read();
      stream.destroy();
      await once(stream, "close");
      expect(source.asked).toBe(0);
    }));

  it("by a pipeline that was aborted stops the source", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 10 });
      await moveOnAfter(35, () => withSignal((signal) => pipeline(toReadable(source), sink(0).stream, { signal })));
      await settle();
      expect([now(), source.state]).toEqual([35, "cancelled"]);
    }));

  it("has an error of the source's clean-up reported", () =>
    tidy(async ({ reported }) => {
      const onClosed = (): never => {
        throw new Error("broken clean-up");
      };
      const stream = toReadable(watched(naturals(), { onClosed }));
      for await (const _ of stream) break;
      await settle();
      expect(reported.splice(0)).toEqual([new Error("broken clean-up")]);
    }));
});

describe("a cancellation", () => {
  it("of the scope in which the stream was made destroys it, with the cancellation for those who listen", () =>
    tidy(async () => {
      const queue = new Queue<number>();
      let closed: Promise<unknown> = Promise.resolve();
      const errors: unknown[] = [];
      await cancelScope(async (scope) => {
        const stream = toReadable(queue);
        stream.on("error", (error) => errors.push(isCancelled(error)));
        closed = once(stream, "close").catch(() => {});
        stream.read();
        await sleep(10);
        scope.cancel();
      });
      await settle();
      await closed;
      expect(errors).toEqual([true]);
    }));

  it("of the run is waited for, and does not end a process that nobody listens in", () =>
    tidy(async () => {
      const source = watched(naturals(), { ms: 100, cleanUp: 5 });
      await run(async () => {
        toReadable(source).read();
        await sleep(10);
      });
      expect([source.state, now()]).toEqual(["cancelled", 15]);
    }));
});

it("refuses what it cannot do, at the call", async () => {
  await expectRefused(
    () => toReadable(5 as never),
    "Cannot make a stream as the source must be iterable or async iterable: received 5",
  );
  await expectRefused(() => toReadable([], { objectMode: 1 as never }), /objectMode must be true or false: received 1/);
  await expectRefused(() => toReadable([], { highWaterMark: -1 }), /highWaterMark must be a whole number, 0 or more/);
  await expectRefused(() => toReadable([], { encoding: "utf8" } as never), /the options are objectMode, highWaterMark/);
});

it("gives everything once and in order there and back, for any items, speeds and marks", () =>
  fc.assert(
    fc.asyncProperty(fc.nat(30), fc.nat(2), fc.integer({ min: 1, max: 5 }), (length, ms, highWaterMark) =>
      tidy(async () => {
        const source = watched(upTo(length), { ms });
        expect(await toArray(fromReadable(toReadable(source, { highWaterMark })))).toEqual(upTo(length));
        expect(source.state).toBe("end");
      }),
    ),
    runs(50),
  ));
