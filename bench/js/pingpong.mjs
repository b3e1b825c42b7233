// Two tasks hand one token back and forth: a round trip is two hand-overs, each of which wakes the other.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

await workload(import.meta.url, {
  native: async () => ({
    run: async (n) => {
      let wakePing;
      let wakePong;
      const ping = async () => {
        for (let i = 0; i < n; i++) {
          const answer = new Promise((resolve) => {
            wakePing = resolve;
          });
          wakePong();
          await answer;
        }
      };
      const pong = async () => {
        for (let i = 0; i < n; i++) {
          await new Promise((resolve) => {
            wakePong = resolve;
          });
          wakePing();
        }
      };
      const ponging = pong();
      await ping();
      await ponging;
    },
  }),
  heddle: async () => {
    const { gather, Queue } = await import("heddle");
    return heddle(async (n) => {
      const there = new Queue(1);
      const back = new Queue(1);
      await gather(
        async () => {
          for (let i = 0; i < n; i++) {
            there.tryPut(i);
            await back.get();
          }
        },
        async () => {
          for (let i = 0; i < n; i++) back.tryPut(await there.get());
        },
      );
    });
  },
  effect: async () => {
    const { Effect, Queue } = await peer("effect");
    return {
      run: (n) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const there = yield* Queue.bounded(1);
            const back = yield* Queue.bounded(1);
            const ping = Effect.gen(function* () {
              for (let i = 0; i < n; i++) {
                yield* Queue.offer(there, i);
                yield* Queue.take(back);
              }
            });
            const pong = Effect.gen(function* () {
              for (let i = 0; i < n; i++) yield* Queue.offer(back, yield* Queue.take(there));
            });
            yield* Effect.all([ping, pong], { concurrency: "unbounded", discard: true });
          }),
        ),
    };
  },
});
