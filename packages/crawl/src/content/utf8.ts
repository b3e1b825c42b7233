import { isAscii, isUtf8, transcode } from "node:buffer";

/**
 * Before version 24 Node decodes UTF-8 a byte at a time from the first character on that is not ASCII: 100 us for 35 kB of
 * Russian, ten times of what it takes to make UTF-16 of it and a string of that.
 */
const DECODES_BYTEWISE: boolean =
  !("bun" in process.versions) && !("deno" in process.versions) && Number.parseInt(process.versions.node, 10) < 24;

/** So many bytes are worth a detour. */
const WORTH_IT = 512;

/** Decodes UTF-8 as `TextDecoder` does: what is not valid becomes U+FFFD, a byte order mark is dropped. */
export function decodeUtf8(bytes: Uint8Array): string {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  if (isAscii(text)) return text.toString("latin1");
  // What is not valid is replaced by one of the two in another way than by the other.
  if (!DECODES_BYTEWISE || text.length < WORTH_IT || !isUtf8(text)) return text.toString("utf8");
  return transcode(text, "utf8", "utf16le").toString("utf16le");
}
