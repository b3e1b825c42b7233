import { currentTask, shield, sleep } from "heddle";

/** A source that notes what happens to it. */
export interface Watched<T> extends AsyncIterable<T> {
  /** How many items were asked for. */
  readonly asked: number;
  /** "new", "open", then how it ended: at its "end", "closed" by its reader, "cancelled" or "failed". */
  readonly state: string;
  /** The tasks in which its segments ran. */
  readonly tasks: ReadonlySet<unknown>;
}

export interface WatchedOptions {
  /** How long each item takes, in milliseconds. Default 0: no wait at all. */
  ms?: number;
  /** The item in whose place it fails. */
  failAt?: number;
  /** How long its clean-up takes, out of reach of cancellation. */
  cleanUp?: number;
  /** Called in the clean-up, as the last thing. */
  onClosed?: () => void;
}

/** An async generator of the items that tells what is done with it. */
export function watched<T>(items: Iterable<T>, options: WatchedOptions = {}): Watched<T> {
  const { ms = 0, failAt = -1, cleanUp = 0, onClosed } = options;
  const watch = { asked: 0, state: "new", tasks: new Set<unknown>() };
  async function* generate(): AsyncGenerator<T> {
    let index = 0;
    watch.state = "open";
    let end = "cancelled";
    try {
      for (const item of items) {
        watch.asked++;
        watch.tasks.add(currentTask());
        if (ms > 0) await sleep(ms);
        if (index++ === failAt) {
          end = "failed";
          throw new Error(`item ${failAt}`);
        }
        end = "closed";
        yield item;
        end = "cancelled";
      }
      watch.asked++;
      end = "end";
    } finally {
      if (cleanUp > 0) await shield(() => sleep(cleanUp));
      watch.state = end;
      onClosed?.();
    }
  }
  return {
    [Symbol.asyncIterator]: generate,
    get asked() {
      return watch.asked;
    },
    get state() {
      return watch.state;
    },
    get tasks() {
      return watch.tasks;
    },
  };
}

/** All whole numbers from 0 up. */
export function* naturals(): Generator<number> {
  for (let i = 0; ; i++) yield i;
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

export async function toArray<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
