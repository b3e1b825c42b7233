import { run } from "heddle";
import { VirtualClock } from "heddle/testing";
import { nameOf } from "./errorNames.js";
import { HeddleInterpreter } from "./heddleInterpreter.js";
import type { Makers } from "./heddlePrimitives.js";
import { makers } from "./heddlePrimitives.js";
import type { Entry, Program } from "./program.js";
import { Trace } from "./trace.js";

/** Runs a program on Heddle, under virtual time, and returns its trace. */
export async function runOnHeddle(program: Program, primitives: Makers = makers): Promise<readonly Entry[]> {
  const clock = new VirtualClock();
  const trace = new Trace(clock);
  const interpreter = new HeddleInterpreter(program, primitives, trace);
  const main = run(() => interpreter.main(), {
    clock,
    handleSignals: false,
    onError: (error) => trace.note("run", `reported ${nameOf(error)}`, { report: true }),
  });
  const ended = main.then(
    (value) => trace.note("run", `returned ${JSON.stringify(value)}`),
    (error: unknown) => trace.note("run", `raised ${nameOf(error)}`),
  );
  let stop = (): void => {};
  const stillStuck = new Promise<void>((resolve) => {
    stop = clock.watch(() => {
      trace.stuck();
      interpreter.cancelMain();
      stop = clock.watch(resolve);
    });
  });
  await Promise.race([ended, stillStuck]);
  stop();
  interpreter.noteStates();
  return trace.entries;
}
