import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

/** `n` tasks sleep at the same time, for 1 ms to `longest`. */
export function sleepWorkload(moduleUrl, longest) {
  const duration = (i) => 1 + (i % longest);
  return workload(moduleUrl, {
    native: async () => ({
      run: async (n) => {
        const sleeps = [];
        for (let i = 0; i < n; i++) {
          sleeps.push(
            (async () => {
              await new Promise((resolve) => setTimeout(resolve, duration(i)));
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
            await sleep(duration(i));
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
              (i) => Effect.sleep(duration(i)),
              {
                concurrency: "unbounded",
                discard: true,
              },
            ),
          ),
      };
    },
  });
}
