import { DeadlockError } from "../ground/errors.js";
import type { Chooser } from "./chooser.js";
import type { Step } from "./exploreClock.js";
import { ExploreClock } from "./exploreClock.js";
import { runOn } from "./virtualTime.js";

export type Program = () => unknown;

/** How one run ended: the decisions that were taken, and what went wrong, if anything did. */
export interface Run {
  readonly steps: readonly Step[];
  readonly failure: { readonly error: unknown } | null;
}

/**
 * Runs `program` once, with `chooser` deciding who goes on. It fails with what it throws, with the first error that
 * reached nobody, with a deadlock, or when it has not ended after `maxSteps` decisions.
 */
export async function runOnce(program: Program, chooser: Chooser, maxSteps: number): Promise<Run> {
  let failure: Run["failure"] = null;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  let steps: readonly Step[] = [];
  await new Promise<void>((abandon) => {
    const clock = new ExploreClock(chooser, (count) => {
      if (count < maxSteps) return;
      fail(new DeadlockError(`Did not end within ${maxSteps} steps`));
      // Nothing can be waited for in a program that goes on for ever: it is left where it stands.
      clock.stop();
      abandon();
    });
    ({ steps } = clock);
    runOn(clock, program, { onError: fail })
      .catch(fail)
      .then(() => abandon());
  });
  return { steps, failure };
}
