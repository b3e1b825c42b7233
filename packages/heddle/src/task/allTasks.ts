import { currentScope } from "./current.js";
import type { Scope } from "./scope.js";
import type { Task } from "./task.js";

/** All tasks of the current run that have not ended, parents before their children. For reports: it walks the tree. */
export function allTasks(): Task<unknown>[] {
  let top = currentScope();
  while (top.parent !== null && top.parent.runtime === top.runtime) top = top.parent;
  return tasksBelow(top);
}

/** All tasks in `top` and below it that have not ended. */
export function tasksBelow(top: Scope): Task<unknown>[] {
  const tasks: Task<unknown>[] = [];
  const toVisit: Scope[] = [top];
  for (let scope = toVisit.pop(); scope !== undefined; scope = toVisit.pop()) {
    const task = scope.task as Task<unknown> | null;
    if (task !== null && task.scope === scope) tasks.push(task);
    for (const child of [...scope.children].reverse()) toVisit.push(child);
  }
  return tasks;
}
