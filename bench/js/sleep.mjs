// All tasks sleep at the same time, for 0 to 199 ms. The CPU is the figure: the wall has 200 ms of waiting in it.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

await workload(import.meta.url, {
  native: async () => ({
    run: async (n) => {
      const sleeps = [];
      for (let i = 0; i < n; i++) {
        sleeps.push(
          (async () => {
            await new Promise((resolve) => setTimeout(resolve, i % 200));
          })(),
        );
      }
      await Promise.all(sleeps);
    },
  }),
  heddle: async () => {
    const { gather, sleep } = await import("heddle");
    return heddle(async (n) => {
      const jobs = [];
      for (let i = 0; i < n; i++) {
        jobs.push(async () => {
          await sleep(i % 200);
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
            (i) => Effect.sleep(i % 200),
            {
              concurrency: "unbounded",
              discard: true,
            },
          ),
        ),
    };
  },
});
