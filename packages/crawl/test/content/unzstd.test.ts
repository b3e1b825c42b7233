import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { unzstd, unzstdInJavaScript } from "../../src/content/unzstd.js";

async function* inPieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

type Unzstd = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

async function undone(how: Unzstd, data: Uint8Array, size = 1000): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of how(inPieces(data, size))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** "hello, hello, hello", by the zstd command, with a check sum. */
const HELLO = Buffer.from("KLUv/QRobQAAOGhlbGxvLCABAOKKEXXzmI4=", "base64");

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** A frame of one block that says "128 KiB of zeros", as often as is wanted. */
function zeros(blocks: number): Buffer {
  const block = [2, 0, 0x10, 0];
  const last = [3, 0, 0x10, 0];
  return Buffer.from([
    ...MAGIC,
    0,
    0x58,
    ...Array<number[]>(blocks - 1)
      .fill(block)
      .flat(),
    ...last,
  ]);
}

describe.each([
  ["unzstd()", unzstd],
  ["unzstdInJavaScript()", unzstdInJavaScript],
] as const)("%s", (_, how) => {
  it("undoes what the zstd command has made, however the bytes are cut", async () => {
    for (const size of [1, 3, 18, 100]) expect((await undone(how, HELLO, size)).toString()).toBe("hello, hello, hello");
  });

  it("undoes several frames, and passes over those that are to be skipped", async () => {
    const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);
    const twice = Buffer.concat([skipped, HELLO, skipped, HELLO]);
    for (const size of [1, 7, 1000]) {
      expect((await undone(how, twice, size)).toString()).toBe("hello, hello, hellohello, hello, hello");
    }
  });

  it("takes nothing for nothing", async () => {
    expect(await undone(how, new Uint8Array(0))).toHaveLength(0);
  });

  it("throws for data that ends too early, wherever", async () => {
    for (let length = 4; length < HELLO.length; length++) {
      await expect(undone(how, HELLO.subarray(0, length), 5)).rejects.toMatchObject({ code: "Z_BUF_ERROR" });
    }
  });

  it("throws for what is no zstd", async () => {
    for (const data of ["<!doctype html>", "\x28\xb5\x2f\xfc not quite"]) {
      await expect(undone(how, Buffer.from(data, "latin1"))).rejects.toMatchObject({
        code: expect.stringMatching(/^ZSTD_error_/) as string,
      });
    }
  });

  it("refuses a frame that wants more than 8 MiB of memory, before it has them", async () => {
    const wantsGigabytes = Buffer.from([...MAGIC, 0, 0xa8, ...Array<number>(20).fill(0)]);
    const inSecond = Buffer.concat([HELLO, wantsGigabytes]);
    for (const data of [wantsGigabytes, inSecond]) {
      await expect(undone(how, data)).rejects.toMatchObject({
        code: expect.stringMatching(/^ZSTD_error_/) as string,
      });
    }
  });

  it("gives out what it has while more is to come, so that a bomb costs a few buffers", async () => {
    let bytes = 0;
    for await (const chunk of how(inPieces(zeros(80_000), 64 * 1024))) {
      bytes += chunk.length;
      if (bytes > 20_000_000) break;
    }
    expect(bytes).toBeLessThan(40_000_000);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(120_000_000);
  });
});

const zstd = spawnSync("zstd", ["--version"]);
const isMissing = zstd.error !== undefined;
if (isMissing && process.env["CI"] === "true") throw new Error("These tests need the command zstd");

describe.skipIf(isMissing)(
  `unzstdInJavaScript() against the zstd command${isMissing ? " (skipped: needs zstd)" : ""}`,
  () => {
    const text = Buffer.from(
      Array.from({ length: 40_000 }, (_, at) => ["weave", "thread", "warp ", at % 97, "\n"][(at * 7919) % 5]).join(""),
    );
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 31 + (at >> 3)) & 255));

    it.each(["-1", "-3", "-19"])("undoes text and noise that were compressed with %s", async (level) => {
      for (const data of [text, noise]) {
        const { stdout } = spawnSync("zstd", [level, "-c", "--check"], { input: data, maxBuffer: 1 << 26 });
        expect((await undone(unzstdInJavaScript, stdout, 4096)).equals(data)).toBe(true);
      }
    });
  },
);
