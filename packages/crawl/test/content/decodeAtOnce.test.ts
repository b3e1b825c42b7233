import zlib from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBody } from "../../src/content/decode.js";
import { decodeAtOnce } from "../../src/content/decodeAtOnce.js";

const ENCODERS: Readonly<Record<string, (text: Uint8Array) => Buffer>> = {
  gzip: zlib.gzipSync,
  "x-gzip": zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
};

async function whileItComes(bytes: Uint8Array, encoding: string): Promise<Buffer | undefined> {
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
  };
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of decodeBody(source(), [encoding], { maxBytes: Infinity })) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

describe("decodeAtOnce()", () => {
  it.each(Object.entries(ENCODERS))("undoes %s", (encoding, encode) => {
    expect(decodeAtOnce(encode(Buffer.from("A page")), encoding)?.toString()).toBe("A page");
  });

  it("undoes deflate without a header, which many servers send", () => {
    expect(decodeAtOnce(zlib.deflateRawSync(Buffer.from("A page")), "deflate")?.toString()).toBe("A page");
  });

  it("leaves what is large, or becomes large, to others", () => {
    expect(decodeAtOnce(zlib.gzipSync(Buffer.alloc(2 * 1024 * 1024)), "gzip")).toBeUndefined();
    const large = zlib.gzipSync(Buffer.from(Array.from({ length: 100_000 }, () => Math.random() * 256)));
    expect(decodeAtOnce(large, "gzip")).toBeUndefined();
    expect(decodeAtOnce(Buffer.from("?"), "rot13")).toBeUndefined();
    expect(decodeAtOnce(Buffer.alloc(0), "gzip")).toBeUndefined();
  });

  it("makes of any bytes what is made of them while they come, or nothing", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(ENCODERS)),
        fc.string({ maxLength: 2000 }),
        fc.nat(30),
        fc.uint8Array({ maxLength: 20 }),
        async (encoding, text, cut, garbage) => {
          const whole = ENCODERS[encoding]?.(Buffer.from(text)) ?? Buffer.alloc(0);
          const bytes = Buffer.concat([whole.subarray(0, Math.max(1, whole.length - cut)), garbage]);
          const made = decodeAtOnce(bytes, encoding);
          if (made !== undefined) expect(Buffer.from(made)).toEqual(await whileItComes(bytes, encoding));
        },
      ),
      { numRuns: 300 },
    ));
});
