import { once } from "node:events";
import { existsSync } from "node:fs";
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
  /** Whether the main thread tells its errors by source maps. */
  readonly mapped: boolean;
}

/**
 * Watches the event loop from another thread: when it has not turned for `patience` milliseconds, the thread halts this one,
 * reads its stack, lets it go on, and says on stderr who blocks it and where. Each place is told once; how often and for how
 * long in all is told when it ends. Returns the function that ends it.
 */
export async function startWatchdog(patience: number): Promise<() => Promise<void>> {
  const memory = new SharedArrayBuffer(12);
  const cells = new Int32Array(memory);
  const { sourceMapsEnabled = false } = process as { sourceMapsEnabled?: boolean };
  const orders: WatchdogOrders = { memory, patience, mapped: sourceMapsEnabled };
  const worker = new Worker(threadFile(), {
    workerData: orders,
    // What the program was started with, such as a preloaded module, is none of its business.
    execArgv: [],
  });
  worker.on("error", (error) => console.error("heddle: the watchdog has failed:", error));
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

/** @throws Error where this library was bundled without it; left to the thread, that would end the program */
function threadFile(): URL {
  const here = (import.meta.url as string | undefined) ?? "";
  const file = URL.canParse("./watchdogThread.js", here) ? new URL("./watchdogThread.js", here) : undefined;
  if (file !== undefined && existsSync(file)) return file;
  throw new Error(
    "there is no watchdogThread.js beside it; tell the bundler to leave the heddle package out (external)",
  );
}
