import { checkCount } from "../ground/check.js";
import { relay } from "./relay.js";
import type { Source } from "./source.js";
import { checkSource } from "./source.js";

/**
 * The first `count` items of a source. The one after them is not read, and the source is closed.
 *
 *     for await (const line of take(lines, 10)) …
 *
 * If cancelled: a source that is busy is cancelled; the source is closed, then it throws `CancelledError`.
 *
 * @param count a whole number, 0 or more, or `Infinity`
 * @throws what the source throws
 */
export function take<T>(source: Source<T>, count: number): AsyncIterableIterator<T, void, undefined> {
  checkSource("take items", source);
  checkCount("take items", count, { what: "their number", least: 0, orInfinity: true });
  return relay({ name: "take", sources: [source], ahead: 0, most: count });
}
