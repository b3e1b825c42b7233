import { onlyClock } from "../task/calm.js";
import { currentScope } from "../task/current.js";

/** The current moment on the run's clock, in milliseconds from an arbitrary start: what `deadline` and `timeoutAt` count in. */
export function now(): number {
  return (onlyClock() ?? currentScope().runtime.clock).now();
}
