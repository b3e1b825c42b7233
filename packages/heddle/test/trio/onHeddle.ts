import { run } from "heddle";
import { VirtualClock } from "heddle/testing";
import { nameOf } from "./errorNames.js";
import type { Calls } from "./heddleApi.js";
import { calls } from "./heddleApi.js";
import { HeddleInterpreter } from "./heddleInterpreter.js";
import type { Entry, Program } from "./program.js";
import { randomDelays } from "./randomDelays.js";
import { Trace } from "./trace.js";

export interface OnHeddleOptions {
  /** With seed 0, the default, tasks run as they do; with another one they let each other go first at random. */
  seed?: number;
  /** What programs are made of. Default: Heddle, as it is. */
  calls?: Calls;
}

/** Runs a program on Heddle, under virtual time, and returns its trace. */
export async function runOnHeddle(program: Program, options: OnHeddleOptions = {}): Promise<readonly Entry[]> {
  const { seed = 0 } = options;
  const clock = new VirtualClock();
  const trace = new Trace(clock);
  const delay = seed === 0 ? undefined : randomDelays(seed);
  const interpreter = new HeddleInterpreter(
    options.calls ?? calls,
    program,
    trace,
    delay === undefined ? {} : { delay },
  );
  const onError = (error: unknown): void => trace.note("run", `reported ${nameOf(error)}`);
  const main = run(() => interpreter.main(), { clock, handleSignals: false, onError });
  let stop = (): void => {};
  const stuck = new Promise<void>((resolve) => {
    stop = clock.watch(() => {
      trace.note("run", "is stuck");
      resolve();
    });
  });
  // How main ended stands in the trace already, unless something is wrong with all of this.
  const ended = main.catch((error: unknown) => {
    if (nameOf(error).includes("Unexpected")) throw error;
  });
  await Promise.race([stuck, ended]);
  stop();
  if (clock.pending > 0) trace.note("run", `left ${clock.pending} timers`);
  return trace.entries;
}
