import { AssertionError } from "node:assert";
import { checkFunction } from "../ground/check.js";
import { isCancelled } from "../ground/errors.js";
import { openScopeHere, runAsyncIn } from "../task/current.js";

const WHY = "every waiting call has to throw in a cancelled scope, also when it need not wait";

/**
 * Fails unless `fn` meets a cancellation: `fn` is called in a scope that is cancelled already, and has to throw
 * `CancelledError`. For the authors of primitives. What `fn` does before its first wait is done.
 *
 *     await assertCheckpoints(() => queue.put(1));
 *
 * @throws AssertionError
 */
export async function assertCheckpoints(fn: () => unknown): Promise<void> {
  checkFunction("assert checkpoints", fn, "assertCheckpoints(() => queue.get())");
  const error = await errorWhenCancelled(fn);
  if (isCancelled(error)) return;
  throw new AssertionError({ message: `The call went through without a checkpoint: ${WHY}`, actual: error });
}

/** Fails if `fn` meets a cancellation: the opposite of `assertCheckpoints()`. @throws AssertionError */
export async function assertNoCheckpoints(fn: () => unknown): Promise<void> {
  checkFunction("assert that there are no checkpoints", fn, "assertNoCheckpoints(() => queue.tryGet())");
  const error = await errorWhenCancelled(fn);
  if (error === undefined) return;
  throw new AssertionError({ message: "The call met a checkpoint where none was expected", actual: error });
}

async function errorWhenCancelled(fn: () => unknown): Promise<unknown> {
  const scope = openScopeHere(undefined, true);
  scope.cancel("a check for checkpoints");
  try {
    await runAsyncIn(scope, fn, undefined);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    scope.close();
  }
}
