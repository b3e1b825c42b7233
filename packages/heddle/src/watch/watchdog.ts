import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { startHeartbeat } from "../ground/heartbeat.js";
import { watchable } from "../task/watchable.js";

/** Where in the memory that both threads see: how often the event loop has turned, whether to stop, and to overlook a pause. */
export const BEAT = 0;
export const STOP = 1;
export const EXPECTED = 2;

/** What the thread that watches is told. */
export interface WatchdogOrders {
  readonly memory: SharedArrayBuffer;
  /** How long the heart may pause, in milliseconds. */
  readonly patience: number;
}

/**
 * Watches the event loop from another thread: when it has not turned for `patience` milliseconds, the thread halts this one,
 * reads its stack, lets it go on, and says on stderr who blocks it and where. Each place is told once; how often and for how
 * long in all is told when it ends. Returns the function that ends it.
 */
export async function startWatchdog(patience: number): Promise<() => Promise<void>> {
  const memory = new SharedArrayBuffer(12);
  const cells = new Int32Array(memory);
  const orders: WatchdogOrders = { memory, patience };
  const worker = new Worker(new URL("./watchdogThread.js", import.meta.url), {
    workerData: orders,
    // What the program was started with, such as a preloaded module, is none of its business.
    execArgv: [],
  });
  await once(worker, "online");
  worker.unref();
  const stopBeating = startHeartbeat(Math.max(5, patience / 5), () => {
    Atomics.add(cells, BEAT, 1);
    Atomics.notify(cells, BEAT);
  });
  // Whoever looks from outside has the garbage collected, and that is not the program's fault.
  watchable.expectPause = (expected) => void Atomics.store(cells, EXPECTED, expected ? 1 : 0);
  return async () => {
    watchable.expectPause = undefined;
    stopBeating();
    Atomics.store(cells, STOP, 1);
    Atomics.add(cells, BEAT, 1);
    Atomics.notify(cells, BEAT);
    worker.ref();
    await once(worker, "exit");
  };
}
