import type { CancelledError } from "../ground/errors.js";
import { originOf } from "../ground/errors.js";

/**
 * Notes at the scope that made this error that somebody now throws it. A body that returns after its deadline has timed
 * out if it was told and went on (rule S9), but not if it had its last value in hand before (rule S4).
 */
export function markNoticed(error: CancelledError): void {
  const origin = originOf(error) as { noticed?: true } | null;
  if (origin !== null) origin.noticed = true;
}

/** Throws a cancellation of an enclosing scope, which has then been noticed: what a call does whose own work it has ended. */
export function throwNoticed(error: CancelledError): never {
  markNoticed(error);
  throw error;
}
