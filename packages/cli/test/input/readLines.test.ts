import { Readable } from "node:stream";
import fc from "fast-check";
import { cancelScope } from "heddle";
import { expect, test } from "vitest";
import { readLines } from "../../src/input/readLines.js";

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(
    Readable.from(
      chunks.map((chunk) => Buffer.from(chunk)),
      { objectMode: false },
    ),
  )) {
    lines.push(line);
  }
  return lines;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text);

test("lines are given without their ends, with the last one whether it has an end or not", async () => {
  expect(await linesOf([utf8("a\nb\r\n\nc")])).toEqual(["a", "b", "", "c"]);
  expect(await linesOf([utf8("a\n")])).toEqual(["a"]);
  expect(await linesOf([])).toEqual([]);
});

test("it does not matter how a text is cut into chunks", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "🧶", "\n", "\r\n") });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (whole, size) => {
      const bytes = Buffer.from(whole);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      const expected = whole.split(/\r?\n/);
      if (expected.at(-1) === "") expected.pop();
      expect(await linesOf(chunks)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test("a byte order mark is no part of the first line, and tells UTF-16", async () => {
  expect(await linesOf([utf8("\ufeffa\nb")])).toEqual(["a", "b"]);
  const utf16 = Buffer.from("\ufeffé\r\nb\r\n", "utf16le");
  expect(await linesOf([utf16.subarray(0, 3), utf16.subarray(3)])).toEqual(["é", "b"]);
  expect(await linesOf([Buffer.from(utf16).swap16()])).toEqual(["é", "b"]);
});

test("a text without line ends is cut off, and does not fill the memory", async () => {
  const chunk = Buffer.alloc(50_000, "x");
  const [line, next] = await linesOf([...Array.from({ length: 100 }, () => chunk), utf8("\nnext")]);
  expect(line?.length).toBeLessThanOrEqual(120_000);
  expect(next).toBe("next");
});

test("leaving the loop closes the stream", async () => {
  const stream = Readable.from([utf8("a\n"), utf8("b\n")], { objectMode: false });
  for await (const line of readLines(stream)) {
    expect(line).toBe("a");
    break;
  }
  expect(stream.destroyed).toBe(true);
});

test("a cancellation ends the wait for more, and closes the stream", async () => {
  const stream = new Readable({ read: () => {} });
  stream.push("a\n");
  const seen: string[] = [];
  await cancelScope(async (scope) => {
    for await (const line of readLines(stream)) {
      seen.push(line);
      scope.cancel();
    }
  });
  expect(seen).toEqual(["a"]);
  expect(stream.destroyed).toBe(true);
});

test("what the stream fails with is thrown", async () => {
  const stream = new Readable({ read: () => stream.destroy(new Error("disk on fire")) });
  const lines = readLines(stream);
  await expect(lines.next()).rejects.toThrow("disk on fire");
});
