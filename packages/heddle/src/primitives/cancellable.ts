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
  // A list of one. Taking the waiter out of it on cancellation leaves nothing of ours in the promise's reactions but
  // two small closures, however long it takes to settle.
  const list = new WaitList<T>("a foreign promise", promise);
  // A foreign thenable may call back at once, before anybody waits; a promise never does.
  Promise.resolve(promise).then(
    (value) => list.wakeFirst(value),
    (error: unknown) => list.failAll(error),
  );
  return park(list);
}
