import { checkNumber, checkOptions } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { now } from "../primitives/now.js";
import { sleep } from "../primitives/sleep.js";
import { Intake } from "./intake.js";
import type { Source } from "./source.js";
import { checkSource } from "./source.js";

/** One of the two. */
export interface ThrottleOptions {
  /** The least time from one item to the next, in milliseconds. */
  gap?: number;
  /** The most items in a second, evenly spread: above 0. */
  rate?: number;
}

/**
 * The items of a source, no faster than allowed. None is dropped: the source is slowed down. It is asked for the next item
 * while the time to the last one passes, so a source that is slow itself is not made any slower.
 *
 *     for await (const url of throttle(urls, { rate: 5 })) await load(url);
 *
 * Leaving the loop cancels a source that is busy, waits for it, and closes it.
 *
 * If cancelled: likewise, then it throws `CancelledError`; an item that was held back is dropped.
 *
 * @throws what the source throws
 */
export function throttle<T>(source: Source<T>, options: ThrottleOptions): AsyncIterableIterator<T, void, undefined> {
  checkSource("throttle", source);
  return spread(source, gapOf(options));
}

async function* spread<T>(source: Source<T>, gap: number): AsyncGenerator<T, void, undefined> {
  const intake = new Intake("throttle", [source]);
  let due = -Infinity;
  try {
    for (;;) {
      intake.want(1);
      if (!(await intake.arrival())) break;
      if (now() < due) await sleep(due - now());
      due = now() + gap;
      yield intake.take();
    }
  } finally {
    await intake.close();
  }
}

function gapOf(options: ThrottleOptions): number {
  checkOptions("throttle", options, ["gap", "rate"]);
  const { gap, rate } = options ?? {};
  if ((gap === undefined) === (rate === undefined)) {
    throw new InvalidArgumentError(
      `Cannot throttle as either gap or rate is needed: received ${describe(gap)} and ${describe(rate)}`,
    );
  }
  if (gap !== undefined) {
    checkNumber("throttle", gap, { what: "gap", least: 0 });
    return gap;
  }
  if (typeof rate === "number" && rate > 0) return 1000 / rate;
  throw new InvalidArgumentError(`Cannot throttle as rate must be a number above 0: received ${describe(rate)}`);
}
