import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { isThenable } from "../ground/describe.js";
import { openScope, Scope } from "./scope.js";

/**
 * The one AsyncLocalStorage of the process, and the scope that is current where no other is. Two copies of the
 * library find the same ones through this key; its number changes when the shape of a `Scope` does.
 */
const KEY = Symbol.for("heddle/runtime@1");

interface Shared {
  readonly storage: AsyncLocalStorage<Scope>;
  root: Scope | null;
  /** How many copies of the library there are. */
  copies?: number;
}

const registry = globalThis as unknown as { [KEY]?: Shared };
registry[KEY] ??= { storage: new AsyncLocalStorage<Scope>(), root: null };
const shared: Shared = registry[KEY];
shared.copies = (shared.copies ?? 0) + 1;

/** 0 for the first copy of the library in the process. */
export const copyNumber: number = shared.copies - 1;

/** Gives the process its root, unless another copy of the library has done so. Called by `root.ts`, which knows how. */
export function setRoot(make: () => Scope): void {
  shared.root ??= make();
}

/** The scope of all work that no run surrounds. */
export function rootScope(): Scope {
  return shared.root as Scope;
}

/** The innermost open scope around the caller. */
export function currentScope(): Scope {
  const scope = shared.storage.getStore();
  if (scope === undefined) return shared.root as Scope;
  return scope.closed ? openScope(scope) : scope;
}

/** Opens a scope below the current one, for the same task and with the same clock and reports. */
export function openScopeHere(name?: string, shield?: boolean): Scope {
  const around = currentScope();
  const scope = new Scope(around, around.runtime, around.task, shield);
  scope.name = name;
  return scope;
}

/** Calls `fn` with `scope` as the current one, for everything that it awaits as well. */
export function runIn<A, T>(scope: Scope, fn: (argument: A) => T, argument: A): T {
  if (!framesAreCopied) return shared.storage.run(scope, fn, argument);
  return runInContext(new AsyncResource("HeddleScope"), scope, fn, argument);
}

/**
 * From version 24 on Node keeps all contexts in a map, which `run()` copies twice: on the way in, and on the way out. An
 * `AsyncResource` brings the old one back as it was, and what is entered inside is not seen outside.
 */
const framesAreCopied: boolean =
  !("bun" in process.versions) && !("deno" in process.versions) && Number.parseInt(process.versions.node, 10) >= 24;

/** As `runIn()`, in the contexts in which `context` was made. */
export function runInContext<A, T>(context: AsyncResource, scope: Scope, fn: (argument: A) => T, argument: A): T {
  return context.runInAsyncScope(callIn<A, T>, undefined, scope, fn, argument);
}

function callIn<A, T>(scope: Scope, fn: (argument: A) => T, argument: A): T {
  shared.storage.enterWith(scope);
  return fn(argument);
}

/**
 * The contexts of this call, to start several things in; null where one cannot serve several: before version 24 of Node what
 * one of them enters is seen by the next.
 */
export function sharedContext(): AsyncResource | null {
  return framesAreCopied ? new AsyncResource("HeddleScope") : null;
}

/**
 * As `runIn()`, for a function whose result is to be awaited. A thenable that does its work when it is awaited (a task that
 * is waited for, a query builder) does it in `scope` as well: outside, `await` would call its `then` in the caller's.
 */
export function runAsyncIn<A, T>(
  scope: Scope,
  fn: (argument: A) => T | PromiseLike<T>,
  argument: A,
): T | PromiseLike<T> {
  const value = runIn(scope, fn, argument);
  if (value instanceof Promise || !isThenable(value)) return value;
  return runIn(scope, adopt<T>, value);
}

function adopt<T>(thenable: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => thenable.then(resolve, reject));
}

let inUse = false;

/**
 * To be called before the first job of ours is queued. Node before version 24 gives promises a context only from the first
 * use of a storage on: what an older job enters, all code around it would see. Not done on import, as it makes every
 * `await` of the process slower there.
 */
export function useContext(): void {
  if (inUse) return;
  inUse = true;
  runIn(shared.root as Scope, nothing, undefined);
}

function nothing(): void {}

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
