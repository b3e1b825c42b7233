import type { Crew } from "../groups/crew.js";
import { breath, throwIfCancelled } from "../task/park.js";
import type { Entry, Feed } from "./feed.js";

export interface Work<T> {
  readonly crew: Crew;
  readonly feed: Feed<T>;
  /** At most so many workers. */
  readonly limit: number;
  /** Waits until an item may be taken. */
  readonly room?: () => Promise<unknown>;
  readonly handle: (entry: Entry<T>) => unknown;
}

/**
 * Starts tasks that take items from a feed and handle them, until the feed has no more. One task serves many items, which
 * is several times cheaper than a task for each. The first worker starts the second when it has got an item, and so on:
 * three items do not start a thousand workers.
 */
export function startWorkers<T>(work: Work<T>): void {
  const { crew, feed, limit, room, handle } = work;
  let started = 0;

  const startNext = (): void => {
    started++;
    crew.spawn(worker, `worker ${started}`);
  };

  const worker = async (): Promise<void> => {
    for (let isFirst = true; ; isFirst = false) {
      await room?.();
      const turn = pause();
      if (turn !== undefined) await turn;
      const taken = feed.take();
      const entry = taken instanceof Promise ? await taken : taken;
      if (entry === undefined) return;
      if (isFirst && started < limit) startNext();
      await handle(entry);
    }
  };

  startNext();
}

/** A cancelled worker stops here even if nothing in its work ever waits, and a busy one lets I/O in. */
function pause(): Promise<void> | undefined {
  throwIfCancelled();
  return breath();
}
