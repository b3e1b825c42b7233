import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import { describe, expect, it } from "vitest";
import { bomb, page, zstdOf } from "./bodies.js";

describe("the bodies of the fault server", () => {
  it("are what they say when they are decompressed", () => {
    const size = 1_000_000;
    expect(gunzipSync(bomb("gzip", size))).toHaveLength(size);
    expect(brotliDecompressSync(bomb("br", size))).toHaveLength(size);
    expect(decompress(bomb("zstd", size))).toHaveLength(size);
    expect(Buffer.from(decompress(zstdOf("hello"))).toString()).toBe("hello");
    for (const kind of ["gzip", "br", "zstd"] as const) expect(bomb(kind, size).length).toBeLessThan(5000);
  });

  it("are pages of the size that is wanted", () => {
    for (const bytes of [300, 1000, 100_000]) expect(page(bytes)).toHaveLength(bytes);
  });
});
