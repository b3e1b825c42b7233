// A timeout around something that is done at once: it never fires.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

const work = async () => 1;

await workload(import.meta.url, {
  native: async () => ({
    run: async (n) => {
      for (let i = 0; i < n; i++) {
        let timer;
        const late = new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error("late")), 1000);
        });
        try {
          await Promise.race([work(), late]);
        } finally {
          clearTimeout(timer);
        }
      }
    },
  }),
  heddle: async () => {
    const { timeout } = await import("heddle");
    return heddle(async (n) => {
      for (let i = 0; i < n; i++) await timeout(1000, work);
    });
  },
  "AbortSignal.timeout": async () => ({
    run: async (n) => {
      for (let i = 0; i < n; i++) {
        const signal = AbortSignal.timeout(1000);
        await new Promise((resolve, reject) => {
          const onAbort = () => reject(signal.reason);
          signal.addEventListener("abort", onAbort, { once: true });
          work().then((value) => {
            signal.removeEventListener("abort", onAbort);
            resolve(value);
          }, reject);
        });
      }
    },
  }),
  effect: async () => {
    const { Effect } = await peer("effect");
    return {
      run: (n) =>
        Effect.runPromise(
          Effect.gen(function* () {
            for (let i = 0; i < n; i++) yield* Effect.timeout(Effect.succeed(1), 1000);
          }),
        ),
    };
  },
});
