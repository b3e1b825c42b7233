// 100 tasks that do nothing but let each other run.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

const TASKS = 100;

await workload(import.meta.url, {
  native: async () => ({
    run: async (n) => {
      const loop = async () => {
        for (let i = 0; i < n / TASKS; i++) await null;
      };
      await Promise.all(Array.from({ length: TASKS }, loop));
    },
  }),
  heddle: async () => {
    const { gather, checkpoint } = await import("heddle");
    return heddle(async (n) => {
      const loop = async () => {
        for (let i = 0; i < n / TASKS; i++) await checkpoint();
      };
      await gather(Array.from({ length: TASKS }, () => loop));
    });
  },
  effect: async () => {
    const { Effect } = await peer("effect");
    return {
      run: (n) => {
        const loop = Effect.gen(function* () {
          for (let i = 0; i < n / TASKS; i++) yield* Effect.yieldNow;
        });
        return Effect.runPromise(
          Effect.all(
            Array.from({ length: TASKS }, () => loop),
            { concurrency: "unbounded", discard: true },
          ),
        );
      },
    };
  },
});
