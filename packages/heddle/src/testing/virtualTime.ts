import { checkFunction } from "../ground/check.js";
import type { RunOptions } from "../task/run.js";
import { run } from "../task/run.js";
import { VirtualClock } from "./virtualClock.js";

/**
 * Runs `main` as `run()` does, under a clock of its own whose time jumps to the next deadline when everything waits.
 *
 *     it("gives up after a minute", () => virtualTime(async () => { … }));
 *
 * If cancelled: as `run()`.
 */
export async function virtualTime<T>(
  main: (clock: VirtualClock) => T | PromiseLike<T>,
  options: Omit<RunOptions, "clock"> = {},
): Promise<T> {
  checkFunction("run under virtual time", main, "virtualTime(async () => work())");
  const clock = new VirtualClock();
  return run(() => main(clock), { handleSignals: false, ...options, clock });
}
