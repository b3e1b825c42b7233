// Heap bytes of a task that is parked: very many tasks wait for one thing that never comes. `ns` is not the figure here.
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

async function bytesPer(n, park) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const release = await park();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc();
  const bytes = (process.memoryUsage().heapUsed - before) / n;
  await release();
  return { bytes };
}

await workload(import.meta.url, {
  native: async () => ({
    run: (n) =>
      bytesPer(n, async () => {
        const list = [];
        const task = async () => {
          await new Promise((wake) => list.push(wake));
        };
        const tasks = Array.from({ length: n }, () => task());
        const all = Promise.all(tasks);
        return async () => {
          for (const wake of list) wake();
          await all;
        };
      }),
  }),
  heddle: async () => {
    const { Event, taskGroup, createTask } = await import("heddle");
    return heddle((n) =>
      bytesPer(n, async () => {
        const event = new Event();
        const ended = createTask(() =>
          taskGroup((group) => {
            const wait = async () => {
              await event.wait();
            };
            for (let i = 0; i < n; i++) group.createTask(wait);
          }),
        );
        await new Promise((resolve) => setTimeout(resolve, 50));
        return async () => {
          event.set();
          await ended;
        };
      }),
    );
  },
  effect: async () => {
    const { Effect, Latch, Fiber } = await peer("effect");
    return {
      run: (n) =>
        bytesPer(n, async () => {
          const latch = Effect.runSync(Latch.make(false));
          const fiber = Effect.runFork(
            Effect.forEach(Array.from({ length: n }), () => latch.await, { concurrency: "unbounded", discard: true }),
          );
          await new Promise((resolve) => setTimeout(resolve, 300));
          return async () => {
            Effect.runSync(latch.open);
            await Effect.runPromise(Fiber.join(fiber));
          };
        }),
    };
  },
});
