// Very many sleeping tasks are cancelled at once, and all of their clean-up is waited for.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

const LONG = 600_000;
/** At most so many sleepers on one signal of the tree, and so many signals that follow another one. */
const LEAVES = 100;
const BRANCHES = 1000;

await workload(import.meta.url, {
  // No tree and no signals: a function for each task that stops it, in an array. As cheap as it gets, and good for one group.
  "native, array of stop functions": async () => ({
    run: async (n) => {
      const stops = new Array(n);
      let cleaned = 0;
      const sleeper = async (i) => {
        try {
          await new Promise((_, reject) => {
            const timer = setTimeout(() => {}, LONG);
            stops[i] = (reason) => {
              clearTimeout(timer);
              reject(reason);
            };
          });
        } finally {
          cleaned++;
        }
      };
      const tasks = Array.from({ length: n }, (_, i) => sleeper(i).catch(() => {}));
      await null;
      const reason = new Error("stop");
      for (const stop of stops) stop(reason);
      await Promise.all(tasks);
      if (cleaned !== n) throw new Error(`${cleaned} of ${n} were cleaned up`);
    },
  }),
  // What comes closest on the platform: the root, below it a controller for each 100 sleepers that follows it, and on each of
  // these a listener for each of its sleepers. Not one signal for all: to add a listener a signal walks those that it has, and
  // with 100,000 of them on one that takes minutes. (A million sleepers get one level more for the same reason.)
  "native, AbortController tree": async () => ({
    run: async (n) => {
      const root = new AbortController();
      let cleaned = 0;
      const sleeper = async (signal) => {
        try {
          await new Promise((_, reject) => {
            const timer = setTimeout(() => {}, LONG);
            const onAbort = () => {
              clearTimeout(timer);
              reject(signal.reason);
            };
            signal.addEventListener("abort", onAbort, { once: true });
          });
        } finally {
          cleaned++;
        }
      };
      const grow = (signal, size) => {
        if (size <= LEAVES) return Array.from({ length: size }, () => sleeper(signal).catch(() => {}));
        let each = LEAVES;
        while (size > each * BRANCHES) each *= BRANCHES;
        const tasks = [];
        for (let left = size; left > 0; left -= each) {
          const child = new AbortController();
          signal.addEventListener("abort", () => child.abort(signal.reason), { once: true });
          for (const task of grow(child.signal, Math.min(each, left))) tasks.push(task);
        }
        return tasks;
      };
      const tasks = grow(root.signal, n);
      await null;
      root.abort(new Error("stop"));
      await Promise.all(tasks);
      if (cleaned !== n) throw new Error(`${cleaned} of ${n} were cleaned up`);
    },
  }),
  heddle: async () => {
    const { checkpoint, sleep, taskGroup } = await import("heddle");
    return heddle(async (n) => {
      let asleep = 0;
      let cleaned = 0;
      const sleeper = async () => {
        asleep++;
        try {
          await sleep(LONG);
        } finally {
          cleaned++;
        }
      };
      await taskGroup(async (group) => {
        for (let i = 0; i < n; i++) group.createTask(sleeper);
        while (asleep < n) await checkpoint();
        group.cancel();
      });
      if (cleaned !== n) throw new Error(`${cleaned} of ${n} were cleaned up`);
    });
  },
  effect: async () => {
    const { Effect, Fiber } = await peer("effect");
    return {
      run: (n) => {
        let cleaned = 0;
        const sleeper = Effect.ensuring(
          Effect.sleep(LONG),
          Effect.sync(() => {
            cleaned++;
          }),
        );
        const program = Effect.gen(function* () {
          const fibers = [];
          for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(sleeper));
          yield* Effect.sleep(1);
          yield* Fiber.interruptAll(fibers);
          if (cleaned !== n) throw new Error(`${cleaned} of ${n} were cleaned up`);
        });
        return Effect.runPromise(program);
      },
    };
  },
});
