import type { Transform } from "node:stream";
import { pipeline } from "node:stream";

/**
 * Output is made in pieces of this size. Each piece is a trip to a thread, and a buffer for every body under
 * way.
 */
export const PIECES: { readonly chunkSize: number } = { chunkSize: 64 * 1024 };

/**
 * What comes out of a decompressor of Node's when `source` goes in. The decompressor is destroyed when nobody wants
 * more.
 *
 * @param make is given the first two bytes
 */
export async function* throughStream(
  source: AsyncIterable<Uint8Array>,
  make: (head: Uint8Array) => Transform,
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
