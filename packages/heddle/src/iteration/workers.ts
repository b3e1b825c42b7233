import type { Crew } from "../groups/crew.js";
import { breath, throwIfCancelled } from "../task/park.js";
import type { Feed } from "./feed.js";
import type { Limit } from "./limit.js";

export interface Work<T, R, S> {
  readonly crew: Crew;
  readonly feed: Feed<T>;
  /** At most so many workers. */
  readonly limit: Limit;
  /** Waits until an item may be taken; undefined where there is no need to. */
  readonly room?: () => Promise<unknown> | undefined;
  readonly fn: (item: T, index: number) => R | PromiseLike<R>;
  /** Called when an item was taken: where its result is to go. */
  readonly reserve?: () => S;
  readonly deliver?: (result: R, index: number, place: S) => void;
}

/**
 * Starts tasks that take items from a feed and handle them, until the feed has no more. One task serves many items, which
 * is several times cheaper than a task for each. The first worker starts the second when it has got an item, and so on:
 * three items do not start a thousand workers.
 */
export function startWorkers<T, R, S>(work: Work<T, R, S>): void {
  const { crew, feed, limit, room, fn, reserve, deliver } = work;
  let started = 0;
  let running = 0;
  /** The last one has not got its first item yet, or has found that there is none. */
  let isLastIdle = false;

  const startNext = (): void => {
    if (isLastIdle || running >= limit.value) return;
    isLastIdle = true;
    started++;
    running++;
    crew.spawn(worker, `worker ${started}`);
  };

  const worker = async (): Promise<void> => {
    for (let isFirst = true; ; isFirst = false) {
      const granted = room?.();
      if (granted !== undefined) await granted;
      const turn = pause();
      if (turn !== undefined) await turn;
      if (!isFirst && running > limit.value) {
        running--;
        return;
      }
      const taken = feed.take();
      const entry = taken instanceof Promise ? await taken : taken;
      if (entry === undefined) return;
      if (isFirst) {
        isLastIdle = false;
        startNext();
      }
      const place = reserve?.();
      const result = await fn(entry.item, entry.index);
      deliver?.(result, entry.index, place as S);
    }
  };

  limit.onChange(startNext);
  startNext();
}

/** A cancelled worker stops here even if nothing in its work ever waits, and a busy one lets I/O in. */
function pause(): Promise<void> | undefined {
  throwIfCancelled();
  return breath();
}
