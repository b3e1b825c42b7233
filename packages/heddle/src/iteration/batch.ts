import { checkCount, checkOptions, checkPeriod } from "../ground/check.js";
import { inScope } from "../groups/cancelScope.js";
import { now } from "../primitives/now.js";
import { Intake } from "./intake.js";
import type { Source } from "./source.js";
import { checkSource } from "./source.js";

export interface BatchOptions {
  /** A batch with so many items is full: a whole number, 1 or more. */
  size: number;
  /** How long the first item of a batch waits for others, in milliseconds. Default `Infinity`. */
  age?: number;
}

/**
 * The items of a source in arrays, for work that is cheaper for many at a time. A batch is given when it is full, when its
 * first item has been there for `age`, or when the source is at its end; an empty one never is.
 *
 *     for await (const rows of batch(source, { size: 500, age: 1000 })) await insert(rows);
 *
 * While the loop is busy with a batch the next one is collected; it goes on growing until the loop comes for it or it is full,
 * then the source has to wait. Items that were read before an error come before the error.
 *
 * Leaving the loop drops what was collected, cancels a source that is busy, waits for it, and closes it.
 *
 * If cancelled: likewise, then it throws `CancelledError`.
 *
 * @throws what the source throws
 */
export function batch<T>(source: Source<T>, options: BatchOptions): AsyncIterableIterator<T[], void, undefined> {
  const doing = "make batches";
  checkSource(doing, source);
  checkOptions(doing, options, ["size", "age"]);
  checkCount(doing, options?.size, { what: "size", least: 1 });
  const { size, age = Infinity } = options;
  if (age !== Infinity) checkPeriod(doing, age, "age");
  return collect(source, size, age);
}

async function* collect<T>(source: Source<T>, size: number, age: number): AsyncGenerator<T[], void, undefined> {
  const intake = new Intake("batch", [source]);
  let due = Infinity;
  intake.onItem = () => {
    if (intake.size === 1) due = now() + age;
  };
  try {
    intake.want(size);
    while (await intake.arrival()) {
      while (intake.size < size && !intake.isAtEnd && now() < due) {
        await inScope(() => intake.change(), { deadline: due });
      }
      const items: T[] = [];
      while (intake.size > 0) items.push(intake.take());
      intake.want(size);
      yield items;
    }
  } finally {
    await intake.close();
  }
}
