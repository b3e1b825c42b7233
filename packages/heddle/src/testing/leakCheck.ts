import { setImmediate } from "node:timers";
import { checkFunction } from "../ground/check.js";
import { HeddleError } from "../ground/errors.js";
import { keepLedger } from "../ground/ledger.js";
import { tasksBelow } from "../task/allTasks.js";
import { currentScope } from "../task/current.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";

/** Something has survived a test. `leaks` has a line for each thing. */
export class LeakError extends HeddleError {
  override readonly name: string = "LeakError";
  readonly code: string = "HEDDLE_LEAK";
  readonly leaks: readonly string[];

  constructor(leaks: readonly string[]) {
    super(`${leaks.length === 1 ? "Something has" : `${leaks.length} things have`} survived:\n  ${leaks.join("\n  ")}`);
    this.leaks = leaks;
  }
}

/**
 * Runs `test` and fails if something of it is left: a task that has not ended, a timer, a permit that was not given back, a
 * listener on a foreign signal. It looks at the whole process: tests that run at the same time see each other's things.
 *
 *     it("cleans up", () => leakCheck(async () => { … }));
 *
 * @throws LeakError, or what `test` throws
 */
export async function leakCheck<T>(test: () => T | PromiseLike<T>): Promise<T> {
  checkFunction("check for leaks", test, "leakCheck(async () => work())");
  const open = new Map<object, string>();
  const ledgerBefore = keepLedger({
    opened: (thing, what) => void open.set(thing, what),
    closed: (thing) => void open.delete(thing),
  });
  const scope = currentScope();
  const tasksBefore = new Set(tasksBelow(scope));
  const timersBefore = timersOf(scope);
  let result: T;
  try {
    result = await test();
    // What ends by itself in this turn of the event loop is no leak.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    keepLedger(ledgerBefore);
  }
  const tasks = tasksBelow(scope).filter((task) => !tasksBefore.has(task));
  const timers = timersOf(scope) - timersBefore;
  const leaks = [...tasks.map(describeTask), ...(timers > 0 ? [describeTimers(timers)] : []), ...open.values()];
  if (leaks.length > 0) throw new LeakError(leaks);
  return result;
}

function timersOf(scope: Scope): number {
  return (scope.runtime.clock as { pending?: number }).pending ?? 0;
}

function describeTask(task: Task<unknown>): string {
  const place = task.createdAt;
  return `task "${task.name}", ${task.state}${place === undefined ? "" : `, created at ${place}`}`;
}

function describeTimers(timers: number): string {
  return timers === 1 ? "1 timer" : `${timers} timers`;
}
