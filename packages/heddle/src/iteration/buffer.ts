import { checkCount } from "../ground/check.js";
import { relay } from "./relay.js";
import type { Source } from "./source.js";
import { checkSource } from "./source.js";

/**
 * The items of a source, read ahead: while the loop is busy with one, up to `size` more are read and kept ready. For a
 * source and a loop that both have to wait, but not for each other. Starts to read when the loop starts.
 *
 *     for await (const row of buffer(rows, 100)) await save(row);
 *
 * Items that were read before an error come before the error. Leaving the loop drops what was read ahead, cancels a source
 * that is busy, waits for it, and closes it.
 *
 * If cancelled: likewise, then it throws `CancelledError`.
 *
 * @param size a whole number, 1 or more
 * @throws what the source throws
 */
export function buffer<T>(source: Source<T>, size: number): AsyncIterableIterator<T, void, undefined> {
  checkSource("buffer items", source);
  checkCount("buffer items", size, { what: "the size", least: 1 });
  return relay({ name: "buffer", sources: [source], ahead: size, most: Infinity });
}
