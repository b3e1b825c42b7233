// Spawns all tasks at once; each yields once and returns; waits for all.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

await workload(import.meta.url, {
  native: async () => ({
    run: async (n) => {
      const tasks = [];
      for (let i = 0; i < n; i++) {
        tasks.push(
          (async () => {
            await null;
            return i;
          })(),
        );
      }
      await Promise.all(tasks);
    },
  }),
  heddle: async () => {
    const { gather } = await import("heddle");
    return heddle(async (n) => {
      const jobs = [];
      for (let i = 0; i < n; i++) {
        jobs.push(async () => {
          await null;
          return i;
        });
      }
      await gather(jobs);
    });
  },
  effect: async () => {
    const { Effect } = await peer("effect");
    return {
      run: (n) =>
        Effect.runPromise(
          Effect.forEach(
            Array.from({ length: n }, (_, i) => i),
            (i) => Effect.as(Effect.yieldNow, i),
            {
              concurrency: "unbounded",
            },
          ),
        ).then(() => {}),
    };
  },
});
