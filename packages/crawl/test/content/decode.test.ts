import { Readable } from "node:stream";
import zlib from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentEncodings } from "../../src/content/decode.js";
import { decodeBody } from "../../src/index.js";

const ENCODERS: Readonly<Record<string, (data: Uint8Array) => Uint8Array>> = {
  gzip: (data) => zlib.gzipSync(data),
  "x-gzip": (data) => zlib.gzipSync(data),
  deflate: (data) => zlib.deflateSync(data),
  br: (data) => zlib.brotliCompressSync(data, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  zstd: zstdOf,
};

async function* inPieces(data: Uint8Array, size: number = data.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

async function decode(
  source: AsyncIterable<Uint8Array> | Uint8Array,
  encodings: readonly string[],
  maxBytes: number = 1_000_000,
): Promise<Buffer> {
  const body = Symbol.asyncIterator in source ? source : inPieces(source);
  const chunks: Uint8Array[] = [];
  for await (const chunk of decodeBody(body, encodings, { maxBytes })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const HELLO = Buffer.from("hello, hello, hello");

describe("contentEncodings()", () => {
  it("is a list, in lower case, without what is none", () => {
    expect(contentEncodings(undefined)).toEqual([]);
    expect(contentEncodings("GZip")).toEqual(["gzip"]);
    expect(contentEncodings(" deflate ,identity,, gzip")).toEqual(["deflate", "gzip"]);
  });

  it("passes over what is no encoding, as browsers do, and keeps those that exist", () => {
    for (const mistake of ["none", "UTF-8", "text/html", "aws-chunked", "binary"]) {
      expect(contentEncodings(mistake)).toEqual([]);
      expect(contentEncodings(`${mistake}, gzip`)).toEqual(["gzip"]);
    }
    expect(contentEncodings("compress, gzip")).toEqual(["compress", "gzip"]);
  });
});

describe("decodeBody()", () => {
  it.each(Object.entries(ENCODERS))("undoes %s", async (encoding, encode) => {
    expect(await decode(encode(HELLO), [encoding])).toEqual(HELLO);
  });

  it("undoes deflate that has no zlib header, as many servers send it", async () => {
    expect(await decode(zlib.deflateRawSync(HELLO), ["deflate"])).toEqual(HELLO);
    expect(await decode(inPieces(zlib.deflateRawSync(HELLO), 1), ["deflate"])).toEqual(HELLO);
  });

  it("undoes several members of gzip, one after the other", async () => {
    const twice = Buffer.concat([zlib.gzipSync("a"), zlib.gzipSync("b")]);
    expect(await decode(twice, ["gzip"])).toEqual(Buffer.from("ab"));
  });

  it("leaves a body alone that has no encoding", async () => {
    expect(await decode(HELLO, [])).toEqual(HELLO);
  });

  it("takes an empty body for an empty body, in whatever encoding", async () => {
    for (const encoding of Object.keys(ENCODERS)) expect(await decode(new Uint8Array(0), [encoding])).toHaveLength(0);
  });

  it("undoes a stack of encodings, however the bytes are cut", async () => {
    const stack = fc.array(fc.constantFrom(...Object.keys(ENCODERS)), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        stack,
        fc.integer({ min: 1, max: 400 }),
        async (data, names, size) => {
          let encoded: Uint8Array = data;
          for (const name of names) encoded = ENCODERS[name]?.(encoded) ?? encoded;
          expect(await decode(inPieces(encoded, size), names)).toEqual(Buffer.from(data));
        },
      ),
      { numRuns: 60 },
    );
  });

  describe("with what cannot be undone", () => {
    it.each(["compress", "lzma", "nonsense"])("refuses %s before anything is read", (encoding) => {
      expect(() => decodeBody(inPieces(HELLO), [encoding], { maxBytes: 1000 })).toThrow(
        expect.objectContaining({ outcome: "undecodable", code: "UNSUPPORTED_ENCODING" }) as Error,
      );
    });

    it("refuses more encodings than anybody sends", () => {
      expect(() => decodeBody(inPieces(HELLO), Array(6).fill("gzip") as string[], { maxBytes: 1000 })).toThrow(
        expect.objectContaining({ outcome: "undecodable", code: "TOO_MANY_ENCODINGS" }) as Error,
      );
    });

    it.each(["gzip", "deflate", "br", "zstd"])("throws for data that is not in %s", async (encoding) => {
      await expect(decode(Buffer.from("\u0000this is something else entirely"), [encoding])).rejects.toMatchObject({
        code: expect.stringMatching(/^Z_DATA_ERROR$|^ERR__ERROR|^ZSTD_error/) as string,
      });
    });

    it("throws for data whose checksum is wrong", async () => {
      const gzip = zlib.gzipSync(HELLO);
      gzip[gzip.length - 6] = (gzip.at(-6) as number) ^ 1;
      await expect(decode(gzip, ["gzip"])).rejects.toMatchObject({ code: "Z_DATA_ERROR" });
    });

    it.each(Object.entries(ENCODERS))("throws for %s that ends too early", async (encoding, encode) => {
      const whole = encode(Buffer.from("many different words ".repeat(20)));
      for (const length of [2, 10, whole.length - 1]) {
        await expect(decode(whole.subarray(0, length), [encoding])).rejects.toMatchObject({ code: "Z_BUF_ERROR" });
      }
    });

    it("throws what the source throws", async () => {
      const broken = async function* (): AsyncGenerator<Uint8Array> {
        yield zlib.gzipSync(HELLO).subarray(0, 12);
        throw new Error("cut");
      };
      await expect(decode(broken(), ["gzip"])).rejects.toThrow("cut");
    });
  });

  describe("with a limit", () => {
    it("lets through exactly as much", async () => {
      expect(await decode(zlib.gzipSync(Buffer.alloc(5000)), ["gzip"], 5000)).toHaveLength(5000);
      await expect(decode(zlib.gzipSync(Buffer.alloc(5001)), ["gzip"], 5000)).rejects.toMatchObject({
        outcome: "too-large",
      });
    });

    it("counts a body that has no encoding, too", async () => {
      await expect(decode(Buffer.alloc(5001), [], 5000)).rejects.toMatchObject({ outcome: "too-large" });
    });

    it("stops at the limit with a bomb, and reads no more of it", async () => {
      const maxBytes = 1_000_000;
      const bomb = gzipOfZeros(1_000_000_000);
      expect(bomb.length).toBeLessThan(maxBytes);
      let read = 0;
      const source = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of inPieces(bomb, 1000)) {
          read += chunk.length;
          yield chunk;
        }
      };
      const before = process.memoryUsage().arrayBuffers;
      await expect(decode(source(), ["gzip"], maxBytes)).rejects.toMatchObject({ outcome: "too-large" });
      expect(read).toBeLessThan(bomb.length / 10);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    });

    it("stops at a ratio, however large the body may be, while the body still comes", async () => {
      const bomb = gzipOfZeros(1_000_000_000);
      let read = 0;
      const source = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of inPieces(bomb, 1000)) {
          read += chunk.length;
          yield chunk;
        }
      };
      const bytes = decodeBody(source(), ["gzip"], { maxBytes: Infinity });
      let made = 0;
      await expect(
        (async () => {
          for await (const chunk of bytes) made += chunk.length;
        })(),
      ).rejects.toMatchObject({
        outcome: "too-large",
        code: "DECOMPRESSION_BOMB",
        message: expect.stringContaining("more than 200 times as many") as string,
      });
      expect(made).toBeLessThan(30_000_000);
      expect(read).toBeLessThan(bomb.length / 10);
    });

    it("lets a small body have any ratio, and a large one its own", async () => {
      const zeros = zlib.gzipSync(Buffer.alloc(8_000_000));
      expect(await decode(zeros, ["gzip"], 10_000_000)).toHaveLength(8_000_000);
      const large = zlib.gzipSync(Buffer.alloc(20_000_000));
      await expect(decode(large, ["gzip"], 30_000_000)).rejects.toMatchObject({ code: "DECOMPRESSION_BOMB" });
      let made = 0;
      for await (const chunk of decodeBody(inPieces(large), ["gzip"], { maxBytes: 30_000_000, maxRatio: 2000 })) {
        made += chunk.length;
      }
      expect(made).toBe(20_000_000);
    });

    it("says what is wrong with a limit", () => {
      expect(() => decodeBody(inPieces(HELLO), [], { maxBytes: -1 })).toThrow(
        "Cannot decode a body as maxBytes must be a whole number, 0 or more, or Infinity: received -1",
      );
      expect(() => decodeBody(inPieces(HELLO), [], { maxBytes: 1, maxRatio: 0 })).toThrow(
        "Cannot decode a body as maxRatio must be a number, 1 or more, or Infinity: received 0",
      );
    });

    it("limits what passes between two encodings, however little comes out", async () => {
      // A million empty members: nothing comes out of them, but they are large.
      const empty = zlib.gzipSync("");
      const members = Buffer.concat(Array<Buffer>(100_000).fill(empty));
      await expect(decode(zlib.gzipSync(members), ["gzip", "gzip"], 1_000_000)).rejects.toMatchObject({
        outcome: "too-large",
      });
    });
  });

  it("ends the source when nobody wants more", async () => {
    const source = Readable.from(inPieces(zlib.gzipSync(Buffer.alloc(3_000_000, "many words ")), 100));
    for await (const chunk of decodeBody(source, ["gzip"], { maxBytes: 10_000_000 })) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(source.destroyed).toBe(true);
  });
});

/** zstd without compression: what a decompressor must understand, and this Node cannot make. */
function zstdOf(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58])];
  for (let at = 0; at === 0 || at < data.length; at += 1000) {
    const block = data.subarray(at, at + 1000);
    const header = Number(at + 1000 >= data.length) | (block.length << 3);
    parts.push(Buffer.from([header & 255, (header >> 8) & 255, header >> 16]), block);
  }
  return Buffer.concat(parts);
}

/** A gzip file of so many zeros, put together from members without ever holding them. */
function gzipOfZeros(size: number): Uint8Array {
  const member = zlib.gzipSync(Buffer.alloc(10_000_000));
  return Buffer.concat(Array<Buffer>(size / 10_000_000).fill(member));
}
