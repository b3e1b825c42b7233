import { Writable } from "node:stream";
import { cancelScope, createTask, run } from "heddle";
import { expect, test } from "vitest";
import { LineWriter } from "../../src/output/lineWriter.js";

/** A stream that holds 10 bytes, and whose reader takes a piece when the test says so. */
class Reader extends Writable {
  readonly taken: string[] = [];
  readonly #untaken: { piece: string; done: (error?: Error | null) => void }[] = [];

  constructor() {
    super({ highWaterMark: 10, decodeStrings: false });
  }

  override _write(piece: string, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#untaken.push({ piece, done });
  }

  take(error?: Error): void {
    const next = this.#untaken.shift();
    if (next === undefined) throw new Error("There is nothing to take");
    if (error === undefined) this.taken.push(next.piece);
    next.done(error);
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("`room()` waits while the reader is slow", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader);
  writer.push("short");
  await writer.room();
  writer.push("rather long");
  let hasRoom = false;
  const waiting = writer.room().then(() => {
    hasRoom = true;
  });
  await tick();
  expect(hasRoom).toBe(false);
  reader.take();
  await tick();
  reader.take();
  await waiting;
  expect(reader.taken).toEqual(["short\n", "rather long\n"]);
});

test("a line that was pushed is written, although the one who pushed it is cancelled", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader);
  await cancelScope(async (scope) => {
    writer.push("a line too long for the buffer");
    const waiting = writer.room();
    scope.cancel();
    await expect(waiting).rejects.toThrow("Cancelled");
  });
  expect(writer.unwritten).toBe(1);
  reader.take();
  await tick();
  expect(reader.taken).toEqual(["a line too long for the buffer\n"]);
  expect(writer.unwritten).toBe(0);
});

test("`flush()` waits until all lines are taken", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader);
  await writer.flush();
  writer.push("a");
  let flushed = false;
  const flushing = writer.flush().then(() => {
    flushed = true;
  });
  await tick();
  expect(flushed).toBe(false);
  reader.take();
  await tick();
  reader.take();
  await flushing;
  expect(reader.taken).toEqual(["a\n", ""]);
});

test("when the stream fails it says so once, nobody waits any longer, and lines are dropped", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader);
  const failures: string[] = [];
  writer.onFailure = ({ message }) => failures.push(message);
  writer.push("a line too long for the buffer");
  const waiting = run(() => createTask(() => writer.room()));
  await tick();
  reader.take(new Error("no space"));
  await waiting;
  writer.push("another");
  await writer.room();
  await writer.flush();
  await writer.end();
  await tick();
  expect(failures).toEqual(["no space"]);
  expect(writer.readerIsGone).toBe(false);
});

test("a failure that `end()` meets is known when it returns", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader);
  writer.push("a");
  const ending = writer.end();
  await tick();
  reader.take(new Error("no space"));
  await ending;
  expect(writer.failure?.message).toBe("no space");
});

test("that the reader is gone is no failure like others", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader);
  writer.push("a");
  reader.take(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await tick();
  expect(writer.readerIsGone).toBe(true);
});

test("somebody is told before each line", () => {
  const reader = new Reader();
  let lines = 0;
  const beforeLine = (): void => {
    lines++;
  };
  const writer = new LineWriter(reader, { beforeLine });
  writer.push("a");
  writer.push("b");
  expect(lines).toBe(2);
});
