import type { Place } from "../ground/place.js";
import { onCancel } from "../task/onCancel.js";
import { throwIfCancelled } from "../task/park.js";
import type { Task, TaskOwner } from "../task/task.js";
import { shield } from "./shield.js";

export interface OwnedTaskOptions {
  readonly name: string;
  readonly place?: Place;
}

/**
 * Starts a task that somebody else than its caller owns, since the caller may leave it behind (an event listener does not
 * wait). The caller's cancellation cancels it all the same.
 */
export function startOwned<T>(owner: TaskOwner, fn: () => T | PromiseLike<T>, options: OwnedTaskOptions): Task<T> {
  const task = owner.spawn(
    async () => {
      try {
        return await fn();
      } finally {
        watch[Symbol.dispose]();
      }
    },
    options.name,
    options.place,
  );
  const watch = onCancel(({ reason }) => task.cancel(reason));
  return task;
}

/**
 * As `startOwned()`, and waits for it as for a call. If cancelled: the task is cancelled and waited for, then it throws the
 * `CancelledError` of the caller.
 */
export async function callOwned<T>(
  owner: TaskOwner,
  fn: () => T | PromiseLike<T>,
  options: OwnedTaskOptions,
): Promise<T> {
  const task = startOwned(owner, fn, options);
  try {
    return await shield(() => task);
  } catch (error) {
    if (task.state === "cancelled") throwIfCancelled();
    throw error;
  }
}
