import zlib from "node:zlib";
import { checkCount, checkOptions, invalid } from "../ground/check.js";
import { FetchError } from "../ground/errors.js";
import { PIECES, throughStream } from "./throughStream.js";
import { unzstd } from "./unzstd.js";

export interface DecodeOptions {
  /** The most bytes that may go in, come out, or pass between two encodings. `Infinity` for no limit. */
  maxBytes: number;
  /**
   * How many times as large as what came over the wire the body may become; looked at from 8 MiB on, as small bodies
   * compress better than a thousandfold and harm nobody. Default 200, which pages stay far below. `Infinity` for no
   * limit.
   */
  maxRatio?: number;
}

/** What is asked for in `Accept-Encoding`: what `decodeBody()` can undo. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd";

/** Nobody sends more than two; without a limit a header could ask for a thousand decompressors. */
const MOST_ENCODINGS = 5;

const MAX_RATIO = 200;

/** Up to here no ratio is too large. */
const HARMLESS_BYTES = 8 * 1024 * 1024;

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
 * @throws InvalidArgumentError for limits that are none; FetchError "too-large" beyond `maxBytes` or `maxRatio`, "undecodable" for an encoding that nobody here knows;
 *   zlib's own error for data that is corrupt, or that ends too early (`Z_BUF_ERROR`)
 */
export function decodeBody(
  source: AsyncIterable<Uint8Array>,
  encodings: readonly string[],
  options: DecodeOptions,
): AsyncIterable<Uint8Array> {
  checkDecodeOptions("decode a body", options);
  const { maxBytes, maxRatio = MAX_RATIO } = options;
  if (encodings.length > MOST_ENCODINGS) {
    throw new FetchError(
      "undecodable",
      "TOO_MANY_ENCODINGS",
      `Cannot decode the body as it has more than ${MOST_ENCODINGS} content encodings: received ${encodings.length}`,
    );
  }
  const wire: Measure = { bytes: 0 };
  let body: AsyncIterable<Uint8Array> = limited(source, { maxBytes, measure: wire });
  // All are looked up before anything is read.
  for (const decode of encodings.map(decoderFor).reverse()) {
    body = limited(decode(body), { maxBytes, measure: { bytes: 0 }, wire, maxRatio });
  }
  return body;
}

/** Throws unless the limits are some. */
function checkDecodeOptions(doing: string, options: DecodeOptions): void {
  checkOptions(doing, options, ["maxBytes", "maxRatio"]);
  checkCount(doing, options.maxBytes, { what: "maxBytes", least: 0, orInfinity: true });
  const { maxRatio } = options;
  if (maxRatio === undefined || (typeof maxRatio === "number" && maxRatio >= 1)) return;
  throw invalid(doing, "maxRatio must be a number, 1 or more, or Infinity", maxRatio);
}

type Decode = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

function decoderFor(encoding: string): Decode {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return (source) => throughStream(source, () => zlib.createGunzip(PIECES));
    case "br":
      return (source) => throughStream(source, () => zlib.createBrotliDecompress(PIECES));
    case "zstd":
      return unzstd;
    case "deflate":
      // RFC 9110 means the zlib format; many servers send what the name says, without zlib's header.
      return (source) =>
        throughStream(source, (head) =>
          hasZlibHeader(head) ? zlib.createInflate(PIECES) : zlib.createInflateRaw(PIECES),
        );
    default:
      throw new FetchError(
        "undecodable",
        "UNSUPPORTED_ENCODING",
        `Cannot decode the body as its content encoding is none of ${ACCEPTED_ENCODINGS}: received ${JSON.stringify(encoding.slice(0, 60))}`,
      );
  }
}

/** RFC 1950: the method is 8, and the two bytes together are a multiple of 31. */
export function hasZlibHeader(head: Uint8Array): boolean {
  const [first = 0, second = 0] = head;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

interface Measure {
  bytes: number;
}

interface Limits {
  readonly maxBytes: number;
  /** Counts what passes here. */
  readonly measure: Measure;
  /** What has come over the wire so far. */
  readonly wire?: Measure;
  readonly maxRatio?: number;
}

async function* limited(
  source: AsyncIterable<Uint8Array>,
  limits: Limits,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { maxBytes, measure, wire, maxRatio = Infinity } = limits;
  for await (const chunk of source) {
    measure.bytes += chunk.length;
    if (measure.bytes > maxBytes) throw tooLarge(maxBytes);
    if (wire !== undefined && measure.bytes > HARMLESS_BYTES && measure.bytes > maxRatio * wire.bytes) {
      throw bomb(wire.bytes, measure.bytes, maxRatio);
    }
    yield chunk;
  }
}

export function tooLarge(maxBytes: number): FetchError {
  return new FetchError("too-large", "BODY_TOO_LARGE", `The body is larger than ${maxBytes} bytes`);
}

function bomb(wireBytes: number, bytes: number, maxRatio: number): FetchError {
  return new FetchError(
    "too-large",
    "DECOMPRESSION_BOMB",
    `The body is made to blow up: ${wireBytes} bytes of it became ${bytes}, more than ${maxRatio} times as many`,
  );
}
