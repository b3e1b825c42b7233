import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** A page of so many bytes of HTML, of at least what its frame needs. */
export function page(bytes = 1000, title = "A good page"): string {
  const start = `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1><p>`;
  const end = "</p></body></html>";
  const sentence = "Threads that interleave do not tangle. ";
  const rest = Math.max(0, bytes - start.length - end.length);
  return start + sentence.repeat(Math.ceil(rest / sentence.length)).slice(0, rest) + end;
}

const bombs = new Map<string, Buffer>();

/** A few kilobytes that decompress to `bytes` of zeros. */
export function bomb(encoding: "gzip" | "br" | "zstd", bytes: number): Buffer {
  const key = `${encoding} ${bytes}`;
  let made = bombs.get(key);
  if (made === undefined) {
    made =
      encoding === "zstd"
        ? zstdOfZeros(bytes)
        : encoding === "gzip"
          ? gzipSync(Buffer.alloc(bytes))
          : brotliCompressSync(Buffer.alloc(bytes), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    bombs.set(key, made);
  }
  return made;
}

/** The largest block that zstd knows. */
const ZSTD_BLOCK = 128 * 1024;

/**
 * Zeros in zstd (RFC 8878), written by hand as Node 20 has none: a frame of run-length blocks, of which each is a
 * header of three bytes (size, kind, whether it is the last) and the byte that is repeated.
 */
function zstdOfZeros(bytes: number): Buffer {
  // Magic number; a frame header without size, checksum or dictionary; a window of 128 KiB.
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])];
  for (let left = bytes; left > 0; left -= ZSTD_BLOCK) {
    const size = Math.min(left, ZSTD_BLOCK);
    const header = (size << 3) | (1 << 1) | (left <= ZSTD_BLOCK ? 1 : 0);
    parts.push(Buffer.from([header & 0xff, (header >> 8) & 0xff, (header >> 16) & 0xff, 0]));
  }
  return Buffer.concat(parts);
}

/** A text in zstd, in one block that is not compressed. */
export function zstdOf(text: string): Buffer {
  const bytes = Buffer.from(text);
  const header = (bytes.length << 3) | 1;
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, header & 0xff, (header >> 8) & 0xff, (header >> 16) & 0xff]),
    bytes,
  ]);
}
