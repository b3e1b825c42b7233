// A concurrent map over many items, at most 100 at a time; each yields once.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

const LIMIT = 100;
const job = async (item) => {
  await null;
  return item;
};
const items = (n) => Array.from({ length: n }, (_, i) => i);

await workload(import.meta.url, {
  "p-map": async () => {
    const { default: pMap } = await peer("p-map");
    return { run: async (n) => void (await pMap(items(n), job, { concurrency: LIMIT })) };
  },
  heddle: async () => {
    const { mapConcurrent } = await import("heddle");
    return heddle(async (n) => void (await mapConcurrent(items(n), job, { limit: LIMIT }).toArray()));
  },
  "heddle for await": async () => {
    const { mapConcurrent } = await import("heddle");
    return heddle(async (n) => {
      for await (const _ of mapConcurrent(items(n), job, { limit: LIMIT }));
    });
  },
  rxjs: async () => {
    const { from, mergeMap, lastValueFrom, count } = await peer("rxjs");
    return { run: async (n) => void (await lastValueFrom(from(items(n)).pipe(mergeMap(job, LIMIT), count()))) };
  },
  effect: async () => {
    const { Effect } = await peer("effect");
    return {
      run: (n) =>
        Effect.runPromise(Effect.forEach(items(n), (i) => Effect.as(Effect.yieldNow, i), { concurrency: LIMIT })).then(
          () => {},
        ),
    };
  },
});
