import { tasksBelow } from "../task/allTasks.js";
import { Waiter } from "../task/park.js";
import type { Scope } from "../task/scope.js";
import { Task } from "../task/task.js";

/** One task that cannot go on, what it waits for, and which tasks could end that wait, as far as that is known. */
export interface Wait {
  readonly task: string;
  readonly waitsFor: string;
  readonly wokenBy: readonly string[];
}

/** Who waits for what, in `top` and below it. */
export function waitGraph(top: Scope): Wait[] {
  return tasksBelow(top).map((task) => {
    const waiters = waitersOf(task.scope);
    const children = childTasks(task.scope);
    if (waiters.length === 0) return { task: task.name, waitsFor: withoutWaiter(children), wokenBy: children };
    return {
      task: task.name,
      waitsFor: waiters.map(describeWait).join(" and "),
      wokenBy: waiters.flatMap(holders),
    };
  });
}

/** The graph as text, one line a task, and the circles in it. */
export function describeWaits(waits: readonly Wait[]): string {
  const lines = waits.map(({ task, waitsFor, wokenBy }) => {
    const by = wokenBy.length === 0 ? "" : `, which only ${wokenBy.join(", ")} can end`;
    return `  ${task} waits for ${waitsFor}${by}`;
  });
  const circle = findCircle(waits);
  if (circle !== null) lines.push(`  in a circle: ${circle.join(" -> ")}`);
  return lines.join("\n");
}

/** All waiters of a task, those in its open scopes included, but not those of other tasks further down. */
function waitersOf(scope: Scope): Waiter<unknown>[] {
  const waiters: Waiter<unknown>[] = [];
  for (const thing of scope.inside) if (thing instanceof Waiter) waiters.push(thing);
  for (const child of scope.children) if (child.task === scope.task) waiters.push(...waitersOf(child));
  return waiters;
}

/** The tasks that a task's own groups wait for. */
function childTasks(scope: Scope): string[] {
  const names: string[] = [];
  for (const child of scope.children) {
    if (child.task === scope.task) names.push(...childTasks(child));
    else if (child.task instanceof Task) names.push(child.task.name);
  }
  return names;
}

function withoutWaiter(children: readonly string[]): string {
  return children.length === 0 ? "a promise that is not the runtime's" : "its children";
}

function describeWait(waiter: Waiter<unknown>): string {
  const { list } = waiter;
  if (list === null) return "its sleep to end";
  if (list.subject instanceof Task) return `task ${list.subject.name}`;
  return list.what;
}

function holders(waiter: Waiter<unknown>): string[] {
  const subject = waiter.list?.subject;
  if (subject instanceof Task) return [subject.name];
  const owner = (subject as { owner?: unknown } | null | undefined)?.owner;
  return owner instanceof Task ? [owner.name] : [];
}

function findCircle(waits: readonly Wait[]): string[] | null {
  const next = new Map(waits.map(({ task, wokenBy }) => [task, wokenBy]));
  for (const { task } of waits) {
    const path = [task];
    const seen = new Set<string>();
    let at = next.get(task)?.[0];
    while (at !== undefined && !seen.has(at)) {
      path.push(at);
      if (at === task) return path;
      seen.add(at);
      at = next.get(at)?.[0];
    }
  }
  return null;
}
