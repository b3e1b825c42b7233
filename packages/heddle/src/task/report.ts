import { isThenable } from "../ground/describe.js";
import { oneLine } from "../ground/oneLine.js";
import type { Scope } from "./scope.js";
import type { Task } from "./task.js";

/** Receives the errors that no caller is left to receive; `task` is the one that failed, if it was a task. */
export type OnError = (error: unknown, task: Task<unknown> | undefined) => void;

/** Hands an error to `onError`. A handler that throws is itself reported, on stderr: no error is lost (rule T5). */
export function reportTo(onError: OnError, error: unknown, task: Task<unknown> | undefined): void {
  const failed = (second: unknown): void => {
    printError(error, task);
    if (second !== error) printError(second, undefined);
  };
  try {
    // An async function is a handler as well.
    const handled: unknown = onError(error, task);
    if (isThenable(handled)) handled.then(undefined, failed);
  } catch (second) {
    failed(second);
  }
}

/** What happens to such an error where nobody has set `onError`: it is printed on stderr, with what is known of the task. */
export function printError(error: unknown, task: Task<unknown> | undefined): void {
  const who = task === undefined ? "heddle: an error reached nobody" : `heddle: ${whoFailed(task)}`;
  console.error(who, error);
}

function whoFailed(task: Task<unknown>): string {
  const place = task.createdAt === undefined ? "" : `, created at ${task.createdAt}`;
  return `task "${oneLine(task.name)}"${place}, failed and nobody awaited it:`;
}

/** `fetch-user < handler < main`: the task, and who it works for. */
export function taskPath(task: Task<unknown>): string {
  const names = [task.name];
  for (let scope: Scope | null = task.owner.scope; scope !== null; scope = scope.parent) {
    const above = scope.task as Task<unknown> | null;
    if (above !== null && above.name !== names.at(-1)) names.push(above.name);
  }
  return names.join(" < ");
}
