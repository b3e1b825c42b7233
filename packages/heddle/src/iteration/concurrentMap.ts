import { Deque } from "../ground/deque.js";
import { Crew } from "../groups/crew.js";
import { park, throwIfCancelled, WaitList } from "../task/park.js";
import { openFeed } from "./feed.js";
import type { Limit } from "./limit.js";
import { Room } from "./room.js";
import type { Source } from "./source.js";
import { startWorkers } from "./workers.js";

export interface Job<T, R> {
  readonly source: Source<T>;
  readonly fn: (item: T, index: number) => R | PromiseLike<R>;
  readonly limit: Limit;
  readonly ordered: boolean;
}

/** All results in an array: nobody has to be waited for, so every worker goes on to the next item at once. */
export async function collect<T, R>(job: Job<T, R>): Promise<R[]> {
  const { fn, limit, ordered } = job;
  const results: R[] = [];
  const crew = new Crew("mapConcurrent");
  const feed = openFeed(job.source, crew);
  startWorkers({
    crew,
    feed,
    limit,
    fn,
    deliver: (result, index) => {
      if (ordered) results[index] = result;
      else results.push(result);
    },
  });
  try {
    await crew.finish();
  } finally {
    feed.close();
  }
  return results;
}

/** A result on its way to the consumer. Where order counts, it may be ready and still have others before it. */
interface Slot<R> {
  ready: boolean;
  value: R | undefined;
}

/**
 * The results one by one. A worker takes a place before it takes an item, and the consumer gives it back when it takes
 * the result: never more items than the limit are between the source and the consumer.
 */
export async function* stream<T, R>(job: Job<T, R>): AsyncGenerator<R, void, undefined> {
  const { fn, limit, ordered } = job;
  const crew = new Crew("mapConcurrent");
  const feed = openFeed(job.source, crew);
  const room = new Room(limit.value);
  limit.onChange((change) => room.change(change));
  const slots = new Deque<Slot<R>>();
  const consumer: WaitList<void> = new WaitList("mapConcurrent results");
  crew.onChildEnd = () => {
    // A worker that found the source empty did not use its place, and another may need it to find out the same.
    room.give();
    consumer.wakeFirst();
  };
  startWorkers<T, R, Slot<R>>({
    crew,
    feed,
    limit,
    room: () => room.take(),
    fn,
    reserve: () => {
      const slot: Slot<R> = { ready: false, value: undefined };
      if (ordered) slots.push(slot);
      return slot;
    },
    deliver: (result, _, slot) => {
      slot.value = result;
      slot.ready = true;
      if (!ordered) slots.push(slot);
      consumer.wakeFirst();
    },
  });
  try {
    while (!crew.failed) {
      throwIfCancelled();
      if (slots.first?.ready === true) {
        const { value } = slots.shift() as Slot<R>;
        room.give();
        yield value as R;
      } else if (crew.size > 0) {
        await park(consumer);
      } else {
        break;
      }
    }
  } finally {
    crew.scope.cancel("the loop was left");
    feed.close();
    await crew.finish();
  }
}
