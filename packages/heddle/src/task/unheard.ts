import type { Task } from "./task.js";

/** What is to be looked at when the grace is over: failures that nobody has asked for yet. */
const looks: (() => void)[] = [];

/**
 * Hands the error of a failed task to the run's `onError` (rule T5), unless somebody comes to await the task before the
 * jobs of this moment are done. That is the grace which the platform gives to rejected promises, for the same reason:
 * `await createTask(fails)` asks for the result one job after the failure.
 */
export function reportUnlessHeard(task: Task<unknown>): void {
  afterGrace(() => {
    if (!task.heard) task.scope.runtime.report(task.error, task);
  });
}

/** Calls `look` when the jobs of this moment are done. It must not throw. */
export function afterGrace(look: () => void): void {
  if (looks.push(look) === 1) process.nextTick(reportUnheard);
}

/** Ends the grace: whoever gets the end of a run has been told of all errors before. */
export function reportUnheard(): void {
  for (const look of looks.splice(0)) look();
}
