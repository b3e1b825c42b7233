import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import zlib from "node:zlib";
import { cancelScope, sleep } from "heddle";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SaveBodyOptions } from "../../src/content/saveBody.js";
import { saveBody } from "../../src/content/saveBody.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-save-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function* pieces(data: Uint8Array, size: number = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

const save = (data: Uint8Array, options?: SaveBodyOptions): ReturnType<typeof saveBody> =>
  saveBody(pieces(data), join(folder, "body"), options);

describe("saveBody()", () => {
  it("writes a body, decompressed, and counts its bytes", async () => {
    const data = Buffer.from("many words ".repeat(10_000));
    const gzip = zlib.gzipSync(data);
    expect(await save(gzip, { encodings: ["gzip"] })).toEqual({ bytes: data.length, wireBytes: gzip.length });
    expect((await readFile(join(folder, "body"))).equals(data)).toBe(true);
    expect(await readdir(folder)).toEqual(["body"]);
  });

  it("writes an empty body", async () => {
    expect(await save(Buffer.alloc(0))).toEqual({ bytes: 0, wireBytes: 0 });
    expect(await readdir(folder)).toEqual(["body"]);
  });

  it.each([
    ["is larger than allowed", Buffer.alloc(5001), { maxBytes: 5000 }, { outcome: "too-large" }],
    ["is a bomb", zlib.gzipSync(Buffer.alloc(30_000_000)), { encodings: ["gzip"] }, { code: "DECOMPRESSION_BOMB" }],
    ["is cut", zlib.gzipSync("words").subarray(0, 15), { encodings: ["gzip"] }, { code: "Z_BUF_ERROR" }],
    ["nobody can undo", Buffer.from("x"), { encodings: ["compress"] }, { outcome: "undecodable" }],
  ])("leaves nothing of a body that %s", async (_, data, options, error) => {
    await expect(save(data, options)).rejects.toMatchObject(error);
    expect(await readdir(folder)).toEqual([]);
  });

  it("leaves nothing when it is cancelled, and what was there before as it was", async () => {
    await writeFile(join(folder, "body"), "before");
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from("first");
      await sleep(Infinity);
    };
    const result = await cancelScope(
      async (scope) => {
        const watched = async function* (): AsyncGenerator<Uint8Array> {
          for await (const chunk of slow()) {
            yield chunk;
            scope.cancel("enough");
          }
        };
        return await saveBody(watched(), join(folder, "body"));
      },
      { name: "saving" },
    );
    expect(result).toBeUndefined();
    expect(await readdir(folder)).toEqual(["body"]);
    expect(await readFile(join(folder, "body"), "utf8")).toBe("before");
  });

  it("stops for a cancellation also where the source never waits", async () => {
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(10);
    };
    await cancelScope((scope) => {
      scope.cancel();
      return saveBody(endless(), join(folder, "body"));
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("replaces what was there before", async () => {
    await writeFile(join(folder, "body"), "before, and longer");
    await save(Buffer.from("after"));
    expect(await readFile(join(folder, "body"), "utf8")).toBe("after");
  });

  it("throws what the file system throws", async () => {
    await expect(saveBody(pieces(Buffer.alloc(1)), join(folder, "no/such/folder"))).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  it("says what is wrong with what it is given", async () => {
    await expect(saveBody("text" as never, "x")).rejects.toThrow(
      'Cannot save a body as the body must be an async iterable of bytes: received "text" (a string)',
    );
    await expect(save(Buffer.alloc(1), { encodings: "gzip" as never })).rejects.toThrow(
      'Cannot save a body as encodings must be an array of strings: received "gzip" (a string)',
    );
    await expect(save(Buffer.alloc(1), { maxBytes: 0.5 })).rejects.toThrow("maxBytes must be a whole number");
    await expect(saveBody(pieces(Buffer.alloc(1)), "")).rejects.toThrow("the path must be a string that is not empty");
    await expect(save(Buffer.alloc(1), { limit: 1 } as object)).rejects.toThrow("the options are");
  });
});
