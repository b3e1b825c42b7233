import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

export const CAPACITY = 100;

/** What one usually writes by hand: whoever cannot go on waits for a wake-up and looks again. No cancellation, no shutdown. */
class AsyncMethods {
  #items = [];
  #getters = [];
  #putters = [];

  async put(item) {
    while (this.#items.length >= CAPACITY) await new Promise((resolve) => this.#putters.push(resolve));
    this.#items.push(item);
    this.#getters.shift()?.();
  }

  async get() {
    while (this.#items.length === 0) await new Promise((resolve) => this.#getters.push(resolve));
    const item = this.#items.shift();
    this.#putters.shift()?.();
    return item;
  }
}

/**
 * What one writes after a day with a profiler: a ring for the items, which go from hand to hand, and one promise for all
 * calls that need not wait. No cancellation, no shutdown.
 */
export class Tuned {
  #ring = new Array(128);
  #head = 0;
  #size = 0;
  #getters = [];
  #putters = [];

  put(item) {
    const getter = this.#getters.shift();
    if (getter !== undefined) {
      getter(item);
      return DONE;
    }
    if (this.#size === CAPACITY) return new Promise((resolve) => this.#putters.push({ item, resolve }));
    this.#ring[(this.#head + this.#size++) & 127] = item;
    return DONE;
  }

  get() {
    if (this.#size === 0) return new Promise((resolve) => this.#getters.push(resolve));
    const item = this.#ring[this.#head];
    this.#head = (this.#head + 1) & 127;
    this.#size--;
    const putter = this.#putters.shift();
    if (putter !== undefined) {
      this.#ring[(this.#head + this.#size++) & 127] = putter.item;
      putter.resolve();
    }
    return Promise.resolve(item);
  }
}

const DONE = Promise.resolve();

/** `pairs` producers and as many consumers hand `n` items over. */
export function queueWorkload(moduleUrl, pairs) {
  const both = (queue, n) => {
    const each = Math.ceil(n / pairs);
    const produce = async () => {
      for (let i = 0; i < each; i++) await queue.put(i);
    };
    const consume = async () => {
      for (let i = 0; i < each; i++) await queue.get();
    };
    return Array.from({ length: pairs * 2 }, (_, i) => (i % 2 === 0 ? produce : consume));
  };
  return workload(moduleUrl, {
    "native, async methods": async () => ({
      run: async (n) => {
        await Promise.all(both(new AsyncMethods(), n).map((job) => job()));
      },
    }),
    "native, tuned": async () => ({
      run: async (n) => {
        await Promise.all(both(new Tuned(), n).map((job) => job()));
      },
    }),
    heddle: async () => {
      const { gather, Queue } = await import("heddle");
      return heddle(async (n) => {
        await gather(both(new Queue(CAPACITY), n));
      });
    },
    effect: async () => {
      const { Effect, Queue } = await peer("effect");
      return {
        run: (n) => {
          const each = Math.ceil(n / pairs);
          const program = Effect.gen(function* () {
            const queue = yield* Queue.bounded(CAPACITY);
            const produce = Effect.gen(function* () {
              for (let i = 0; i < each; i++) yield* Queue.offer(queue, i);
            });
            const consume = Effect.gen(function* () {
              for (let i = 0; i < each; i++) yield* Queue.take(queue);
            });
            const jobs = Array.from({ length: pairs * 2 }, (_, i) => (i % 2 === 0 ? produce : consume));
            yield* Effect.all(jobs, { concurrency: "unbounded", discard: true });
          });
          return Effect.runPromise(program);
        },
      };
    },
  });
}
