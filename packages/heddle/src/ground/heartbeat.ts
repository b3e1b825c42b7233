import { AsyncResource } from "node:async_hooks";
import { clearInterval, setInterval } from "node:timers";

/**
 * Calls `beat` every `ms` milliseconds of real time for as long as the event loop turns, in nobody's context, without keeping
 * the process alive. Returns the function that ends it.
 */
export function startHeartbeat(ms: number, beat: () => void): () => void {
  const timer = new AsyncResource("HeddleHeartbeat").runInAsyncScope(setInterval, null, beat, ms) as NodeJS.Timeout;
  timer.unref();
  return () => clearInterval(timer);
}
