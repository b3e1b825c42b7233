import { AsyncLocalStorage } from "node:async_hooks";
import fc from "fast-check";
import type { MapConcurrentOptions } from "heddle";
import {
  cancelScope,
  currentTask,
  isCancelled,
  mapConcurrent,
  moveOnAfter,
  now,
  Queue,
  run,
  shield,
  sleep,
  timeout,
} from "heddle";
import { currentScope } from "heddle/lowlevel";
import { settle, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";
import { errorAtOnce, errorOf, expectRefused } from "../support/errorOf.js";
import { timeline } from "../support/timeline.js";

/** Counts from 0, for ever or up to some number, and notes how far it was asked and whether it was closed. */
class Counter {
  asked = 0;
  closed = 0;
  readonly #end: number;

  constructor(end: number = Infinity) {
    this.#end = end;
  }

  *sync(): Generator<number> {
    try {
      while (this.asked < this.#end) yield this.asked++;
    } finally {
      this.closed++;
    }
  }

  async *async(pause: number = 0): AsyncGenerator<number> {
    try {
      while (this.asked < this.#end) {
        if (pause > 0) await sleep(pause);
        yield this.asked++;
      }
    } finally {
      this.closed++;
    }
  }

  source(kind: "plain" | "async"): Iterable<number> | AsyncIterable<number> {
    return kind === "plain" ? this.sync() : this.async();
  }
}

const double = async (n: number): Promise<number> => {
  await sleep(10 - (n % 10));
  return n * 2;
};

async function collected<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

const doubles = (count: number): number[] => Array.from({ length: count }, (_, n) => n * 2);

for (const kind of ["plain", "async"] as const) {
  describe(`mapConcurrent over ${kind === "plain" ? "a plain" : "an async"} iterable`, () => {
    it("gives the results in the order of the source, whatever ends first", () =>
      virtualTime(async () => {
        expect(await collected(mapConcurrent(new Counter(25).source(kind), double, { limit: 4 }))).toEqual(doubles(25));
        expect(await mapConcurrent(new Counter(25).source(kind), double, { limit: 4 }).toArray()).toEqual(doubles(25));
      }));

    it("gives them as they are ready where order does not count", () =>
      virtualTime(async () => {
        const waits = [30, 10, 20];
        const work = (n: number): Promise<number> => sleep(waits[n] as number).then(() => n);
        const options = { limit: 3, ordered: false };
        expect(await collected(mapConcurrent(new Counter(3).source(kind), work, options))).toEqual([1, 2, 0]);
        expect(await mapConcurrent(new Counter(3).source(kind), work, options).toArray()).toEqual([1, 2, 0]);
      }));

    it("calls the function with the item and its place", () =>
      virtualTime(async () => {
        const calls: number[][] = [];
        await mapConcurrent(new Counter(3).source(kind), (...args) => void calls.push(args), { limit: 2 }).toArray();
        expect(calls).toEqual([
          [0, 0],
          [1, 1],
          [2, 2],
        ]);
      }));

    it("never has more calls under way than the limit, but that many", () =>
      virtualTime(async () => {
        let running = 0;
        let most = 0;
        const work = async (n: number): Promise<void> => {
          most = Math.max(most, ++running);
          await double(n);
          running--;
        };
        await mapConcurrent(new Counter(30).source(kind), work, { limit: 4 }).toArray();
        expect(most).toBe(4);
        await collected(mapConcurrent(new Counter(30).source(kind), work, { limit: 7 }));
        expect(most).toBe(7);
      }));

    it("never takes more from the source than the limit beyond what was consumed", () =>
      virtualTime(async () => {
        const counter = new Counter();
        let consumed = 0;
        for await (const _ of mapConcurrent(counter.source(kind), double, { limit: 3 })) {
          consumed++;
          await sleep(100);
          expect(counter.asked - consumed).toBeLessThanOrEqual(3);
          if (consumed === 5) break;
        }
        expect(counter.asked).toBe(8);
      }));

    it("takes nothing before somebody asks for results", () =>
      virtualTime(async () => {
        const counter = new Counter(5);
        const results = mapConcurrent(counter.source(kind), double, { limit: 3 });
        await sleep(10);
        expect(counter.asked).toBe(0);
        await results.toArray();
      }));

    it("cancels what is under way when the loop is left, waits for it, and closes the source", () =>
      virtualTime(async (clock) => {
        const log = timeline();
        const counter = new Counter();
        const work = async (n: number): Promise<number> => {
          if (n === 0) return n;
          try {
            await sleep(Infinity);
          } finally {
            await shield(() => sleep(20));
            log(`${n} stopped`);
          }
          return n;
        };
        for await (const _ of mapConcurrent(counter.source(kind), work, { limit: 3 })) {
          await sleep(5);
          break;
        }
        log("loop left");
        expect(log.lines.pop()).toBe("25 loop left");
        expect(log.lines.sort()).toEqual(["25 1 stopped", "25 2 stopped", "25 3 stopped"]);
        expect([counter.closed, clock.pending, [...currentScope().children]]).toEqual([1, 0, []]);
      }));

    it("does the same when the body of the loop throws, and lets that error out", () =>
      virtualTime(async () => {
        const counter = new Counter();
        const error = await errorOf(async () => {
          for await (const n of mapConcurrent(counter.source(kind), double, { limit: 3 })) {
            if (n === 4) throw new Error("x");
          }
        });
        expect([error.message, counter.closed]).toEqual(["x", 1]);
      }));

    for (const way of ["loop", "toArray"] as const) {
      const use = (
        source: Iterable<number> | AsyncIterable<number>,
        work: (n: number) => unknown,
      ): Promise<unknown> => {
        const results = mapConcurrent(source, work, { limit: 3 });
        return way === "loop" ? collected(results) : results.toArray();
      };

      it(`throws the first error of the function (${way}), stops the other calls and closes the source`, () =>
        virtualTime(async (clock) => {
          const counter = new Counter();
          const failure = new Error("x");
          const work = async (n: number): Promise<number> => {
            await sleep(n === 2 ? 5 : 20);
            if (n === 2) throw failure;
            return n;
          };
          expect(await errorOf(() => use(counter.source(kind), work))).toBe(failure);
          expect([now(), counter.closed, counter.asked, clock.pending]).toEqual([5, 1, 3, 0]);
        }));

      it(`throws what the function throws at once (${way})`, () =>
        virtualTime(async () => {
          const counter = new Counter();
          const error = await errorOf(() =>
            use(counter.source(kind), () => {
              throw new Error("at once");
            }),
          );
          expect([error.message, counter.closed]).toEqual(["at once", 1]);
        }));

      it(`throws the error of the source (${way}), which is not to be closed then`, () =>
        virtualTime(async () => {
          const failure = new Error("x");
          let returned = 0;
          let n = 0;
          const next = (): IteratorResult<number> => {
            if (n === 4) throw failure;
            return { done: false, value: n++ };
          };
          const close = (): IteratorResult<number> => ({ done: true, value: ++returned });
          const plain = { [Symbol.iterator]: () => ({ next, return: close }) };
          const asynchronous = {
            [Symbol.asyncIterator]: () => ({ next: async () => next(), return: async () => close() }),
          };
          expect(await errorOf(() => use(kind === "plain" ? plain : asynchronous, double))).toBe(failure);
          expect(returned).toBe(0);
        }));

      it(`is cancelled from outside (${way}): what is under way is cancelled and waited for, the source is closed`, () =>
        virtualTime(async (clock) => {
          const counter = new Counter();
          const log = timeline();
          await cancelScope(
            async () => {
              await use(counter.source(kind), () => sleep(Infinity).finally(() => shield(() => sleep(20))));
              log("never");
            },
            { timeout: 10 },
          );
          log("left");
          expect([log.lines, counter.closed, counter.asked, clock.pending]).toEqual([["30 left"], 1, 3, 0]);
        }));

      it(`takes an empty source, and one that is shorter than the limit (${way})`, () =>
        virtualTime(async () => {
          expect(await use(new Counter(0).source(kind), double)).toEqual([]);
          expect(await use(new Counter(2).source(kind), double)).toEqual([0, 2]);
        }));
    }

    it("has no limit with Infinity", () =>
      virtualTime(async () => {
        await mapConcurrent(new Counter(100).source(kind), () => sleep(10), { limit: Infinity }).toArray();
        expect(now()).toBe(10);
      }));
  });
}

describe("mapConcurrent", () => {
  it("asks an async source for an item only when a call can start with it", () =>
    virtualTime(async () => {
      const log = timeline();
      const work = async (n: number): Promise<void> => {
        log(`${n}`);
        await sleep(25);
      };
      await mapConcurrent(new Counter(4).async(10), work, { limit: 2 }).toArray();
      expect(log.lines).toEqual(["10 0", "20 1", "45 2", "55 3"]);
    }));

  it("cancels an async source that waits when the loop is left", () =>
    virtualTime(async () => {
      const log = timeline();
      async function* source(): AsyncGenerator<number> {
        try {
          yield 1;
          await sleep(Infinity);
        } finally {
          log("source stops");
        }
      }
      for await (const _ of mapConcurrent(source(), double, { limit: 2 })) break;
      expect(log.lines).toEqual(["9 source stops"]);
    }));

  it("runs the source in one task of its own, whoever takes its items", () =>
    virtualTime(async () => {
      const tasks = new Set<unknown>();
      const storage = new AsyncLocalStorage<string>();
      const stores = new Set<unknown>();
      async function* source(): AsyncGenerator<number> {
        for (let i = 0; i < 10; i++) {
          tasks.add(currentTask());
          stores.add(storage.getStore());
          await sleep(1);
          yield i;
        }
      }
      await storage.run("mine", () => mapConcurrent(source(), (n) => sleep(n), { limit: 3 }).toArray());
      expect([tasks.size, [...stores]]).toEqual([1, ["mine"]]);
    }));

  it("calls the function in the contexts of whoever asked for the first result", () =>
    virtualTime(async () => {
      const storage = new AsyncLocalStorage<string>();
      const stores = new Set<unknown>();
      await storage.run("mine", () =>
        mapConcurrent(
          new Counter(20).sync(),
          async (n) => {
            stores.add(storage.getStore());
            await storage.run(`call ${n}`, () => sleep(1));
          },
          { limit: 4 },
        ).toArray(),
      );
      expect([...stores]).toEqual(["mine"]);
    }));

  it("reads a queue until that was shut down", () =>
    virtualTime(async () => {
      const queue = new Queue<number>(1);
      const results = mapConcurrent(queue, double, { limit: 3 }).toArray();
      for (let i = 0; i < 8; i++) await queue.put(i);
      queue.shutdown();
      expect(await results).toEqual(doubles(8));
    }));

  it("throws at the next result in a scope that is cancelled, also when one is ready", () =>
    virtualTime(async () => {
      const seen: number[] = [];
      await cancelScope(async (scope) => {
        for await (const n of mapConcurrent([1, 2, 3], (n) => n, { limit: 3 })) {
          seen.push(n);
          await settle();
          scope.cancel();
        }
      });
      expect(seen).toEqual([1]);
    }));

  it("starts no more calls than there are items", () =>
    virtualTime(async () => {
      let most = 0;
      await mapConcurrent(
        [1, 2, 3],
        async () => {
          most = Math.max(most, [...(currentScope().parent?.children ?? [])].length);
          await sleep(1);
        },
        { limit: 1000 },
      ).toArray();
      expect(most).toBeLessThanOrEqual(4);
    }));

  it("counts a call whose task was cancelled alone as failed", () =>
    virtualTime(async () => {
      const error = await errorOf(() =>
        mapConcurrent(
          [1],
          async () => {
            currentTask()?.cancel("alone");
            await sleep(1);
          },
          { limit: 1 },
        ).toArray(),
      );
      expect([isCancelled(error), error.reason]).toEqual([true, "alone"]);
    }));

  it("throws an error of the clean-up when the loop was left", () =>
    virtualTime(async () => {
      const error = await errorOf(async () => {
        const results = mapConcurrent(
          [0, 1],
          async (n) => {
            if (n === 1) await sleep(Infinity).finally(() => Promise.reject(new Error("clean-up")));
            return n;
          },
          { limit: 2 },
        );
        for await (const _ of results) {
          await sleep(1);
          break;
        }
      });
      expect(error.message).toBe("clean-up");
    }));

  it("can be left between two results by calling return()", () =>
    virtualTime(async (clock) => {
      const counter = new Counter();
      const results = mapConcurrent(counter.sync(), double, { limit: 3 });
      expect(await results.next()).toEqual({ done: false, value: 0 });
      expect(await results.return()).toEqual({ done: true, value: undefined });
      expect(await results.next()).toEqual({ done: true, value: undefined });
      expect([counter.closed, clock.pending]).toEqual([1, 0]);
    }));

  it("is closed together with its source when it is left before it has begun", () =>
    virtualTime(async () => {
      const counter = new Counter();
      const results = mapConcurrent(counter.sync(), double, { limit: 3 });
      expect(await results.return()).toEqual({ done: true, value: undefined });
      expect(counter.asked).toBe(0);
    }));

  it("is stopped by the end of the run when it was forgotten", async () => {
    const log: string[] = [];
    await virtualTime(() =>
      run(async () => {
        const results = mapConcurrent([1, 2, 3], () => sleep(Infinity).finally(() => log.push("stopped")), {
          limit: 2,
        });
        results.next().catch(() => {});
        await sleep(1);
      }),
    );
    expect(log).toEqual(["stopped", "stopped"]);
  });

  it("is not ended by a timeout around one of its results; that ends the wait", () =>
    virtualTime(async () => {
      const results = mapConcurrent([5, 50], (ms) => sleep(ms).then(() => ms), { limit: 2 });
      expect(await timeout(10, () => results.next())).toEqual({ done: false, value: 5 });
      expect(await moveOnAfter(100, () => results.next())).toEqual({ done: false, value: 50 });
      expect(await results.next()).toEqual({ done: true, value: undefined });
    }));

  it("can be used once, in one way", () =>
    virtualTime(async () => {
      const collecting = mapConcurrent([1], double, { limit: 1 });
      await collecting.toArray();
      expect((await errorOf(() => collecting.toArray())).message).toBe(
        "Cannot collect the results as they were used already: call mapConcurrent() again",
      );
      expect((await errorOf(() => collected(collecting))).message).toMatch(
        /^Cannot iterate over the results as they were/,
      );
      const iterating = mapConcurrent([1], double, { limit: 1 });
      await iterating.next();
      expect((await errorOf(() => iterating.toArray())).name).toBe("InvalidStateError");
      await iterating.return();
    }));
});

describe("the limit of mapConcurrent", () => {
  it("can be raised while it runs, which starts more calls at once", () =>
    virtualTime(async () => {
      const starts: number[] = [];
      const work = async (n: number): Promise<number> => {
        starts.push(now());
        await sleep(10);
        return n;
      };
      const results = mapConcurrent([1, 2, 3, 4, 5, 6], work, { limit: 1 });
      const all = results.toArray();
      await sleep(15);
      results.resize(3);
      expect(results.limit).toBe(3);
      expect(await all).toEqual([1, 2, 3, 4, 5, 6]);
      expect(starts).toEqual([0, 10, 15, 15, 20, 25]);
    }));

  it("can be lowered: fewer run as calls end, and all items are handled", () =>
    virtualTime(async () => {
      let running = 0;
      const seen: number[] = [];
      const work = async (n: number): Promise<number> => {
        seen.push(++running);
        await sleep(10);
        running--;
        return n;
      };
      const results = mapConcurrent([1, 2, 3, 4, 5, 6, 7, 8], work, { limit: 4, ordered: false });
      const got: number[] = [];
      for await (const n of results) {
        got.push(n);
        if (got.length === 1) results.resize(1);
      }
      expect(got.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(seen.slice(-3)).toEqual([1, 1, 1]);
    }));

  it("holds for results that nobody has taken, however it is changed", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 10 }),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        (limits, times, ordered) =>
          virtualTime(async () => {
            let between = 0;
            let most = 3;
            const work = async (ms: number): Promise<number> => {
              between++;
              // One is in the hands of the consumer.
              expect(between).toBeLessThanOrEqual(most + 1);
              await sleep(ms);
              return ms;
            };
            const results = mapConcurrent(times, work, { limit: 3, ordered });
            const got: number[] = [];
            for await (const ms of results) {
              between--;
              got.push(ms);
              await sleep(2);
              const limit = limits.shift();
              if (limit === undefined) continue;
              most = Math.max(limit, between);
              results.resize(limit);
            }
            expect(ordered ? got : got.toSorted()).toEqual(ordered ? times : times.toSorted());
          }),
      ),
    ));

  it("refuses what is none", () => {
    const results = mapConcurrent([1], double, { limit: 1 });
    expect(errorAtOnce(() => results.resize(0)).message).toMatch(/^Cannot resize a concurrent map as limit must be/);
  });
});

describe("what mapConcurrent refuses, at once", () => {
  const refused = (source: unknown, fn: unknown, options: unknown): string =>
    errorAtOnce(() => mapConcurrent(source as Iterable<number>, fn as () => void, options as MapConcurrentOptions))
      .message;

  it("refuses what cannot be iterated over", () => {
    for (const source of [5, null, undefined, {}, () => []]) {
      expect(refused(source, double, { limit: 1 })).toMatch(
        /^Cannot map concurrently as the source must be .*iterable.*: received /,
      );
    }
  });

  it("refuses a promise in place of the function", () => {
    expect(refused([], Promise.resolve(), { limit: 1 })).toMatch(
      /: mapConcurrent\(items, \(item\) => work\(item\), \{ limit: 10 \}\)$/,
    );
  });

  it("refuses to go without a limit, and with a strange one", () => {
    for (const limit of [0, -1, 2.5, Number.NaN, "3", undefined]) {
      expect(refused([], double, { limit })).toMatch(
        /^Cannot map concurrently as limit must be a whole number, 1 or more, or Infinity: received /,
      );
    }
    expect(refused([], double, undefined)).toMatch(/limit must be a whole number.*received undefined$/);
    expect(refused([], double, 5)).toMatch(/the options must be an object: received 5$/);
  });

  it("refuses strange flags and unknown options", async () => {
    expect(refused([], double, { limit: 1, ordered: "no" })).toMatch(/ordered must be true or false: received "no"/);
    expect(refused([], double, { limit: 1, order: false })).toMatch(
      /the options are limit, ordered: received "order"$/,
    );
    await expectRefused(() => mapConcurrent([], double, null as unknown as MapConcurrentOptions), /received null$/);
  });
});
