import zlib from "node:zlib";
import { hasZlibHeader } from "./decode.js";

/** Larger bodies are decompressed while they come, in a thread of their own. */
export const SMALL_BODY: number = 64 * 1024;

/** No more is made of a small body in one go: the thread is not to stand still for longer than it takes to make this. */
const MOST_AT_ONCE = 1024 * 1024;

type Undo = (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer;

/**
 * A small body that is there as a whole, decompressed in one go: streams and trips to a thread cost several times what a
 * usual page takes. Undefined for whatever is not as simple as that (corrupt, unknown, large), which is for `decodeBody()`.
 */
export function decodeAtOnce(bytes: Uint8Array, encoding: string): Uint8Array | undefined {
  const undo = undoes(encoding, bytes);
  if (undo === undefined || bytes.length === 0 || bytes.length > SMALL_BODY) return undefined;
  try {
    return undo(bytes, { maxOutputLength: MOST_AT_ONCE });
  } catch {
    return undefined;
  }
}

function undoes(encoding: string, bytes: Uint8Array): Undo | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return zlib.gunzipSync;
    case "br":
      return zlib.brotliDecompressSync;
    case "deflate":
      return hasZlibHeader(bytes) ? zlib.inflateSync : zlib.inflateRawSync;
    default:
      return undefined;
  }
}
