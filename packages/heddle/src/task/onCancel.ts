import { checkFunction } from "../ground/check.js";
import type { CancelledError } from "../ground/errors.js";
import { currentScope } from "./current.js";
import { markNoticed } from "./noticed.js";
import type { Cancellable, Scope } from "./scope.js";

class CancelCallback implements Cancellable, Disposable {
  readonly runsUserCode: boolean = true;
  #scope: Scope;
  /** Null when it was called, or is no longer to be. */
  #callback: ((error: CancelledError) => void) | null;

  constructor(scope: Scope, callback: (error: CancelledError) => void) {
    this.#scope = scope;
    this.#callback = callback;
  }

  meetCancel(error: CancelledError): void {
    const callback = this.#callback;
    if (callback === null) return;
    this[Symbol.dispose]();
    markNoticed(error);
    try {
      callback(error);
    } catch (failure) {
      this.#scope.runtime.report(failure, null);
    }
  }

  moveTo(heir: Scope): void {
    this.#scope = heir;
  }

  [Symbol.dispose](): void {
    this.#callback = null;
    this.#scope.detach(this);
  }
}

/**
 * Calls `callback` once, synchronously, when the current scope becomes cancelled; at once if it is. For handing a
 * cancellation to something that has a way of its own to stop. The callback runs in the context of whoever cancels;
 * what it throws goes to the run's `onError`. Dispose of the result when the work is done.
 */
export function onCancel(callback: (error: CancelledError) => void): Disposable {
  checkFunction("watch for a cancellation", callback, "onCancel((error) => socket.destroy(error))");
  const scope = currentScope();
  const watch = new CancelCallback(scope, callback);
  scope.attach(watch);
  if (scope.effective !== null) watch.meetCancel(scope.effective);
  return watch;
}
