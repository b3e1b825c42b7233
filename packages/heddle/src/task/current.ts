import { AsyncLocalStorage } from "node:async_hooks";
import type { Scope } from "./scope.js";
import { openScope } from "./scope.js";

/**
 * The one AsyncLocalStorage of the process, and the scope that is current where no other is. Two copies of the
 * library find the same ones through this key; its number changes when the shape of a `Scope` does.
 */
const KEY = Symbol.for("heddle/runtime@1");

interface Shared {
  readonly storage: AsyncLocalStorage<Scope>;
  root: Scope | null;
}

const registry = globalThis as unknown as { [KEY]?: Shared };
registry[KEY] ??= { storage: new AsyncLocalStorage<Scope>(), root: null };
const shared: Shared = registry[KEY];

/** Gives the process its root, unless another copy of the library has done so. Called by `root.ts`, which knows how. */
export function setRoot(make: () => Scope): void {
  shared.root ??= make();
}

/** The innermost open scope around the caller. */
export function currentScope(): Scope {
  const scope = shared.storage.getStore();
  if (scope === undefined) return shared.root as Scope;
  return scope.closed ? openScope(scope) : scope;
}

/** Calls `fn` with `scope` as the current one, for everything that it awaits as well. */
export function runIn<A, T>(scope: Scope, fn: (argument: A) => T, argument: A): T {
  return shared.storage.run(scope, fn, argument);
}

/**
 * Makes `scope` the current one for the rest of the job at hand. Only for a job of ours that ends with the call
 * that follows: anywhere else the change would leak into the caller's frame.
 */
export function enterForThisJob(scope: Scope): void {
  shared.storage.enterWith(scope);
}

/** The scope as `AsyncLocalStorage` has it, be it open or left; for callbacks that belong to a known scope. */
export function storedScope(): Scope | undefined {
  return shared.storage.getStore();
}
