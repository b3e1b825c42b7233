import { checkFunction } from "../ground/check.js";
import { cancellationIn } from "../task/cancellation.js";
import { currentScope } from "../task/current.js";
import { throwIfCancelled } from "../task/park.js";

/**
 * Hands the current scope's `AbortSignal` to a call of the platform's, such as `fetch`, and waits for the call:
 *
 *     const response = await withSignal((signal) => fetch(url, { signal }));
 *
 * If cancelled: the signal is aborted and the call is waited for until it has really ended; one that ignores its signal
 * keeps the caller waiting (`cancellable()` does not). What it then throws for
 * the abort comes out as the `CancelledError`. Already cancelled: throws without calling `fn`.
 *
 * @throws what `fn` throws
 */
export async function withSignal<T>(fn: (signal: AbortSignal) => T | PromiseLike<T>): Promise<T> {
  checkFunction("hand a signal over", fn, "withSignal((signal) => fetch(url, { signal }))");
  throwIfCancelled();
  const scope = currentScope();
  try {
    return await fn(scope.signal);
  } catch (error) {
    throw cancellationIn(error, scope) ?? error;
  }
}
