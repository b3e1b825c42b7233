import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";

/** What can be iterated over: an array, a generator, an async generator, a queue, a stream. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

/** Throws unless `source` can be iterated over. A text is refused: nobody means its characters. */
export function checkSource(doing: string, source: unknown): void {
  if (typeof source === "object" && source !== null) {
    if (Symbol.iterator in source || Symbol.asyncIterator in source) return;
  }
  throw new InvalidArgumentError(
    `Cannot ${doing} as the source must be iterable or async iterable: received ${describe(source)}`,
  );
}

export function isAsync<T>(source: Source<T>): source is AsyncIterable<T> {
  return Symbol.asyncIterator in source;
}
