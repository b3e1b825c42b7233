import type { Transform } from "node:stream";
import { pipeline } from "node:stream";
import zlib from "node:zlib";
import { FetchError } from "../ground/errors.js";

export interface DecodeOptions {
  /** The most bytes that may go in, come out, or pass between two encodings. */
  maxBytes: number;
}

/** What is asked for in `Accept-Encoding`: what `decodeBody()` can undo. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br";

/** Nobody sends more than two; without a limit a header could ask for a thousand decompressors. */
const MOST_ENCODINGS = 5;

/**
 * Output is made in pieces of this size. Each piece is a trip to a thread, and a buffer for every body under
 * way.
 */
const CHUNK = { chunkSize: 64 * 1024 };

/** The content encodings of a body, in the order in which they were applied. "identity" is none. */
export function contentEncodings(header: string | undefined): string[] {
  if (header === undefined) return [];
  const names = header.split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== "" && name !== "identity");
}

/**
 * Undoes the content encodings of a body while it arrives, the last one first. What a small body may blow up
 * to is limited after each encoding, and nothing more is read or decompressed when a limit is reached: a bomb
 * costs a few buffers, not its size.
 *
 * If cancelled: whatever `source` throws then is thrown here, and the decompressors are gone.
 *
 * @throws FetchError "too-large" beyond `maxBytes`, "undecodable" for an encoding that nobody here knows;
 *   zlib's own error for data that is corrupt, or that ends too early (`Z_BUF_ERROR`)
 */
export function decodeBody(
  source: AsyncIterable<Uint8Array>,
  encodings: readonly string[],
  options: DecodeOptions,
): AsyncIterable<Uint8Array> {
  const { maxBytes } = options;
  if (encodings.length > MOST_ENCODINGS) {
    throw new FetchError(
      "undecodable",
      "TOO_MANY_ENCODINGS",
      `Cannot decode the body as it has more than ${MOST_ENCODINGS} content encodings: received ${encodings.length}`,
    );
  }
  let body = limited(source, maxBytes);
  for (const encoding of encodings.toReversed()) body = limited(undo(body, decoderFor(encoding)), maxBytes);
  return body;
}

/** Given the first two bytes of the body. */
type MakeDecoder = (head: Uint8Array) => Transform;

function decoderFor(encoding: string): MakeDecoder {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return () => zlib.createGunzip(CHUNK);
    case "br":
      return () => zlib.createBrotliDecompress(CHUNK);
    case "deflate":
      // RFC 9110 means the zlib format; many servers send what the name says, without zlib's header.
      return (head) => (hasZlibHeader(head) ? zlib.createInflate(CHUNK) : zlib.createInflateRaw(CHUNK));
    default:
      throw new FetchError(
        "undecodable",
        "UNSUPPORTED_ENCODING",
        `Cannot decode the body as its content encoding is none of ${ACCEPTED_ENCODINGS}: received ${JSON.stringify(encoding.slice(0, 60))}`,
      );
  }
}

/** RFC 1950: the method is 8, and the two bytes together are a multiple of 31. */
function hasZlibHeader(head: Uint8Array): boolean {
  const [first = 0, second = 0] = head;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

async function* undo(
  source: AsyncIterable<Uint8Array>,
  make: MakeDecoder,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const head = await firstBytes(iterator, 2);
  // No byte at all is an empty body, whatever it is said to be encoded in.
  if (head.length === 0) return;
  const decoder = make(head);
  // The callback takes what would else be an uncaught error; the loop below gets the same one.
  pipeline(continued(head, iterator), decoder, () => {});
  try {
    yield* decoder as AsyncIterable<Uint8Array>;
  } finally {
    decoder.destroy();
  }
}

/** Reads until there are `count` bytes, or the end has come. */
async function firstBytes(iterator: AsyncIterator<Uint8Array>, count: number): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < count) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return head;
}

async function* continued(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => iterator };
}

async function* limited(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

export function tooLarge(maxBytes: number): FetchError {
  return new FetchError("too-large", "BODY_TOO_LARGE", `The body is larger than ${maxBytes} bytes`);
}
