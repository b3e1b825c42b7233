import { Link } from "../ground/link.js";
import { tasksBelow } from "./allTasks.js";
import type { Scope } from "./scope.js";

/**
 * Waits until no task is left in the scope of a run, then leaves it, so that none can come in between. Those of a group or
 * an iterator that nobody awaited belong to the run as well, and it does not end before they have.
 */
export async function closeWhenEmpty(scope: Scope): Promise<void> {
  for (let [task] = tasksBelow(scope); task !== undefined; [task] = tasksBelow(scope)) {
    const { scope: left } = task;
    await new Promise<void>((resolve) => {
      left.tie(Object.assign(new Link(), { scopeLeft: resolve }));
    });
  }
  scope.close();
}
