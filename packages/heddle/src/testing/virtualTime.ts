import { checkFunction } from "../ground/check.js";
import { DeadlockError } from "../ground/errors.js";
import { currentScope } from "../task/current.js";
import type { RunOptions } from "../task/run.js";
import { run } from "../task/run.js";
import type { Scope } from "../task/scope.js";
import { VirtualClock } from "./virtualClock.js";
import { describeWaits, waitGraph } from "./waitGraph.js";

/**
 * Runs `main` as `run()` does, under a clock of its own whose time jumps to the next deadline when everything waits.
 *
 *     it("gives up after a minute", () => virtualTime(async () => { … }));
 *
 * When everything waits and nothing can ever wake anything, the run is cancelled and a `DeadlockError` says which task
 * waits for what, instead of a test that hangs.
 *
 * If cancelled: as `run()`.
 */
export async function virtualTime<T>(
  main: (clock: VirtualClock) => T | PromiseLike<T>,
  options: Omit<RunOptions, "clock"> = {},
): Promise<T> {
  checkFunction("run under virtual time", main, "virtualTime(async () => work())");
  return runOn(new VirtualClock(), main, options);
}

/** Runs `main` under a virtual clock, watching for deadlocks. */
export async function runOn<C extends VirtualClock, T>(
  clock: C,
  main: (clock: C) => T | PromiseLike<T>,
  options: Omit<RunOptions, "clock">,
): Promise<T> {
  let deadlock: DeadlockError | null = null;
  let stop = (): void => {};
  const watched = (): T | PromiseLike<T> => {
    // The scope around the main task is the run's.
    const scope = currentScope().parent as Scope;
    stop = clock.watch(() => {
      deadlock = new DeadlockError(`Everything waits and nothing can wake it:\n${describeWaits(waitGraph(scope))}`);
      scope.cancel(deadlock);
    });
    return main(clock);
  };
  try {
    const result = await run(watched, { handleSignals: false, ...options, clock });
    if (deadlock !== null) throw deadlock;
    return result;
  } catch (error) {
    throw deadlock ?? error;
  } finally {
    stop();
  }
}
