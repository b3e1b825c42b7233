import { describe, isThenable } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { park, WaitList } from "../task/park.js";

/**
 * Waits for a promise of somebody else's, and stops waiting when cancelled.
 *
 * If cancelled: throws `CancelledError` at once. Whatever the promise stands for goes on, as nobody has told it to stop
 * (`withSignal()` does); its result or error is dropped.
 *
 * @throws what the promise rejects with
 */
export async function cancellable<T>(promise: PromiseLike<T>): Promise<T> {
  if (!isThenable(promise)) {
    throw new InvalidArgumentError(
      `Cannot make a wait cancellable as a promise is needed: received ${describe(promise)}`,
    );
  }
  return park(watch(promise)) as Promise<T>;
}

/**
 * Who waits for a promise. It hears from us once, however often it is waited for: a waiter that was cancelled leaves nothing
 * in its reactions, be it a promise that never settles and is waited for in a loop.
 */
const watched = new WeakMap<PromiseLike<unknown>, WaitList<unknown>>();

function watch(promise: PromiseLike<unknown>): WaitList<unknown> {
  const known = watched.get(promise);
  if (known !== undefined) return known;
  const list = new WaitList<unknown>("a foreign promise", promise);
  watched.set(promise, list);
  // A foreign thenable may call back at once, before anybody waits; a promise never does.
  Promise.resolve(promise).then(
    (value) => {
      watched.delete(promise);
      list.wakeAll(value);
    },
    (error: unknown) => {
      watched.delete(promise);
      list.failAll(error);
    },
  );
  return list;
}
