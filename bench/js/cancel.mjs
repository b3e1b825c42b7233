// Very many sleeping tasks are cancelled at once, and all of their clean-up is waited for.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

const LONG = 600_000;

await workload(import.meta.url, {
  // One AbortController for each task, linked by hand from a list: a single signal with n listeners is quadratic.
  native: async () => ({
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
  "native AbortController tree": async () => ({
    run: async (n) => {
      const parents = Array.from({ length: Math.ceil(n / 100) }, () => new AbortController());
      let cleaned = 0;
      const sleeper = async (signal) => {
        try {
          await new Promise((_, reject) => {
            const timer = setTimeout(() => {}, LONG);
            signal.addEventListener(
              "abort",
              () => {
                clearTimeout(timer);
                reject(signal.reason);
              },
              { once: true },
            );
          });
        } finally {
          cleaned++;
        }
      };
      const tasks = Array.from({ length: n }, (_, i) => sleeper(parents[i % parents.length].signal).catch(() => {}));
      await null;
      const reason = new Error("stop");
      for (const parent of parents) parent.abort(reason);
      await Promise.all(tasks);
      if (cleaned !== n) throw new Error(`${cleaned} of ${n} were cleaned up`);
    },
  }),
  heddle: async () => {
    const { sleep, taskGroup } = await import("heddle");
    return heddle(async (n) => {
      let cleaned = 0;
      const sleeper = async () => {
        try {
          await sleep(LONG);
        } finally {
          cleaned++;
        }
      };
      await taskGroup(async (group) => {
        for (let i = 0; i < n; i++) group.createTask(sleeper);
        await sleep(1);
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
