import type { CancelScope } from "heddle";
import { cancelScope, isCancelled } from "heddle";

/**
 * Calls that wait side by side in the test's own task, each in a scope of its own: they start at once, can be cancelled one
 * by one, and `ends` says what has come of each, "waits" until then.
 */
export class Calls {
  readonly ends: string[] = [];
  readonly #scopes: CancelScope[] = [];

  /** Starts a call and returns its number. */
  start(call: () => PromiseLike<unknown>): number {
    const id = this.ends.length;
    this.ends.push("waits");
    void cancelScope(async (scope) => {
      this.#scopes[id] = scope;
      try {
        this.ends[id] = String(await call());
      } catch (error) {
        this.ends[id] = isCancelled(error) ? "cancelled" : (error as Error).name;
      }
    });
    return id;
  }

  cancel(id: number): void {
    this.#scopes[id]?.cancel();
  }

  cancelAll(): void {
    for (const scope of this.#scopes) scope.cancel();
  }
}
