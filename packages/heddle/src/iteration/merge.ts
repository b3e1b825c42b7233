import { relay } from "./relay.js";
import type { Source } from "./source.js";
import { checkSource } from "./source.js";

type ItemOf<S> = S extends AsyncIterable<infer T> ? T : S extends Iterable<infer T> ? Awaited<T> : never;

/**
 * The items of several sources, as they come. All are asked at a time, and none for a second item while the loop has not
 * taken its first one: a source that is always ready does not keep the others from their turn.
 *
 *     for await (const event of merge(clicks, ticks)) …
 *
 * Ends when all sources have ended. The error of one cancels the others; items that had come before it come first. Leaving
 * the loop cancels the sources that are busy, waits for them, and closes all.
 *
 * If cancelled: likewise, then it throws `CancelledError`.
 *
 * @throws the first error of a source; those that come after it go to the run's `onError`
 */
export function merge<S extends readonly Source<unknown>[]>(
  ...sources: S
): AsyncIterableIterator<ItemOf<S[number]>, void, undefined> {
  for (const source of sources) checkSource("merge", source);
  return relay({ name: "merge", sources: sources as readonly Source<ItemOf<S[number]>>[], ahead: 0, most: Infinity });
}
