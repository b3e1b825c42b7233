import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { Decompress } from "fzstd";
import { PIECES, throughStream } from "./throughStream.js";
import { MAX_WINDOW_LOG, ZstdFrames, zstdError } from "./zstdFrames.js";

/** Node's own, from 22.15 on; the types of the oldest Node that we run on do not know it. */
interface ZstdZlib {
  createZstdDecompress?: (options: { chunkSize: number; params: Record<number, number> }) => Transform;
}

/** `ZSTD_d_windowLogMax` of zstd.h. */
const WINDOW_LOG_MAX = 100;

const native = (zlib as ZstdZlib).createZstdDecompress;

/**
 * Undoes zstd, with Node's own decompressor where there is one, else with one in JavaScript.
 *
 * @throws an error with a code `ZSTD_error_…` for data that is corrupt or wants more than 8 MiB of memory,
 *   `Z_BUF_ERROR` for data that ends too early
 */
export function unzstd(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (native === undefined) return unzstdInJavaScript(source);
  const options = { ...PIECES, params: { [WINDOW_LOG_MAX]: MAX_WINDOW_LOG } };
  return frameByFrame(source, () => native(options));
}

/** Node's decompressor ends with the first frame, and drops what follows without a word. So each frame gets its own. */
async function* frameByFrame(
  source: AsyncIterable<Uint8Array>,
  make: () => Transform,
): AsyncGenerator<Uint8Array, void, undefined> {
  const frames = new ZstdFrames();
  const iterator = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  const more = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const { value, done } = await iterator.next();
      if (done === true) return false;
      rest = value;
    }
    return true;
  };
  const frame = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    do {
      const length = frames.take(rest);
      const piece = rest.subarray(0, length);
      rest = rest.subarray(length);
      yield piece;
    } while (!frames.isBetween && (await more()));
    frames.end();
  };
  try {
    while (await more()) yield* throughStream(frame(), make);
  } finally {
    await iterator.return?.();
  }
}

/**
 * Four bytes can mean 128 KiB of the same byte. As much as comes out of this many bytes is held before anybody can
 * say that it is too much: 8 MiB at most.
 */
const SLICE = 256;

/** The same in JavaScript, at about 100 MB/s. Check sums are not looked at. */
export async function* unzstdInJavaScript(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let made: Uint8Array[] = [];
  const frames = new ZstdFrames();
  const decompressor = new Decompress((chunk) => {
    if (chunk.length > 0) made.push(chunk);
  });
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += SLICE) {
      const slice = chunk.subarray(at, at + SLICE);
      for (let seen = 0; seen < slice.length; ) seen += frames.take(slice.subarray(seen));
      push(decompressor, slice);
      if (made.length === 0) continue;
      const ready = made;
      made = [];
      yield* ready;
    }
  }
  frames.end();
  // A frame of less than 18 bytes is looked at only now.
  push(decompressor, new Uint8Array(0), true);
  yield* made;
}

function push(decompressor: Decompress, slice: Uint8Array, isLast = false): void {
  try {
    decompressor.push(slice, isLast);
  } catch (error) {
    throw zstdError("ZSTD_error_corruption_detected", `Cannot undo zstd as the data is corrupt: ${String(error)}`);
  }
}
