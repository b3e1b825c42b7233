import type { CancelledError } from "../ground/errors.js";
import { isCancelled, originOf } from "../ground/errors.js";
import { throwNoticed } from "./noticed.js";
import type { Scope } from "./scope.js";

/**
 * The cancellation that an error stands for when it comes out of `scope`, or null for an ordinary error. A cancellation of
 * something that `scope` is not part of (a task that was awaited and had been cancelled) is an ordinary error here.
 *
 * A platform call that was handed our signal may throw an `AbortError` of its own in place of our reason.
 */
export function cancellationIn(error: unknown, scope: Scope): CancelledError | null {
  if (isCancelled(error)) return scope.isWithin(originOf(error)) ? error : null;
  if (scope.effective !== null && error instanceof Error && error.name === "AbortError") return scope.effective;
  return error instanceof AggregateError ? cancellationOfAll(error.errors, scope) : null;
}

/** What `Promise.any()` makes of waits that were cancelled together. */
function cancellationOfAll(errors: readonly unknown[], scope: Scope): CancelledError | null {
  let first: CancelledError | null = null;
  for (const error of errors) {
    const cancelled = cancellationIn(error, scope);
    if (cancelled === null) return null;
    first ??= cancelled;
  }
  return first;
}

/**
 * The error with which a scope's body ended, if it is that scope's to absorb (rule S5). Throws what has to travel on: an
 * ordinary error as it is, and in place of a cancellation the one of an enclosing scope, if there is one.
 */
export function ownCancellation(scope: Scope, error: unknown): CancelledError {
  const cancelled = cancellationIn(error, scope);
  if (cancelled === null) throw error;
  const outer = scope.cancelFromOutside;
  if (outer !== null) throwNoticed(outer);
  // Without one of its own it is that of an enclosing scope, which a shield has hidden since: it is on its way there.
  if (scope.ownCancel === null) throw cancelled;
  return scope.ownCancel;
}
