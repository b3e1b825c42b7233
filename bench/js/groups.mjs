// Groups of 100 tasks, one group after the other; each task yields once.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

const GROUP = 100;
const job = async () => {
  await null;
};

await workload(import.meta.url, {
  native: async () => ({
    run: async (n) => {
      for (let i = 0; i < n; i += GROUP) await Promise.all(Array.from({ length: GROUP }, () => job()));
    },
  }),
  heddle: async () => {
    const { gather } = await import("heddle");
    return heddle(async (n) => {
      for (let i = 0; i < n; i += GROUP) await gather(Array.from({ length: GROUP }, () => () => job()));
    });
  },
  "heddle taskGroup": async () => {
    const { taskGroup } = await import("heddle");
    return heddle(async (n) => {
      for (let i = 0; i < n; i += GROUP) {
        await taskGroup((group) => {
          for (let j = 0; j < GROUP; j++) group.createTask(() => job());
        });
      }
    });
  },
  effect: async () => {
    const { Effect } = await peer("effect");
    const items = Array.from({ length: GROUP }, (_, i) => i);
    const group = Effect.forEach(items, () => Effect.yieldNow, { concurrency: "unbounded", discard: true });
    return {
      run: (n) =>
        Effect.runPromise(
          Effect.gen(function* () {
            for (let i = 0; i < n; i += GROUP) yield* group;
          }),
        ),
    };
  },
});
