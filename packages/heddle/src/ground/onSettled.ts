import { isCancelled } from "./errors.js";

export type Outcome = "succeeded" | "failed" | "cancelled";

type Listener = (outcome: Outcome) => void;

/** Who listens to a promise: it hears from us once, however often it is listened to, be it one that never settles. */
const listeners = new WeakMap<PromiseLike<unknown>, Set<Listener>>();

/** Calls `listener` when the promise has settled, unless the function that this returns was called before. */
export function onSettled(promise: PromiseLike<unknown>, listener: Listener): () => void {
  let known = listeners.get(promise);
  if (known === undefined) {
    known = new Set();
    listeners.set(promise, known);
    const tell = (outcome: Outcome): void => {
      const all = listeners.get(promise);
      listeners.delete(promise);
      for (const each of all ?? []) each(outcome);
    };
    // A foreign thenable may call back at once, before anybody listens; a promise never does.
    Promise.resolve(promise).then(
      () => tell("succeeded"),
      (error: unknown) => tell(isCancelled(error) ? "cancelled" : "failed"),
    );
  }
  known.add(listener);
  return () => known.delete(listener);
}
