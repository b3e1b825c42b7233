import { checkDuration, checkFlag, checkFunction, checkOptions, checkSignal } from "../ground/check.js";
import type { CancelledError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { ownCancellation } from "../task/cancellation.js";
import { checkName } from "../task/createTask.js";
import { openScopeHere, runAsyncIn } from "../task/current.js";
import { follow } from "../task/foreignSignal.js";
import type { Scope } from "../task/scope.js";

export interface CancelScopeOptions {
  /** Cancels the scope after so many milliseconds. */
  timeout?: number;
  /** Cancels the scope at this moment of `now()`. The earlier of the two counts. */
  deadline?: number;
  /** Hides cancellations of enclosing scopes while the body runs. Default false. */
  shield?: boolean;
  /** Cancels the scope when it fires. */
  signal?: AbortSignal;
  /** What reports call the scope. */
  name?: string;
}

const OPTIONS = ["timeout", "deadline", "shield", "signal", "name"];

/** The handle on a scope that its body gets. */
export class CancelScope {
  readonly #scope: Scope;
  #caught = false;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Cancels what runs in the scope. Returns false when it was cancelled before, or was left. */
  cancel(reason?: unknown): boolean {
    return this.#scope.cancel(reason);
  }

  /** True when this scope was cancelled, by `cancel()`, its deadline or its signal. Enclosing scopes do not count. */
  get cancelled(): boolean {
    return this.#scope.ownCancel !== null;
  }

  /** True when the scope's own deadline was what cancelled it. */
  get expired(): boolean {
    return this.#scope.expired;
  }

  /** True when the scope was left by its own cancellation. */
  get cancelCaught(): boolean {
    return this.#caught;
  }

  /** What `cancel()` was given; undefined while the scope is not cancelled. */
  get reason(): unknown {
    return this.#scope.ownCancel?.reason;
  }

  /** The moment of `now()` at which the scope cancels itself; `Infinity` for never. May be moved while it is open. */
  get deadline(): number {
    return this.#scope.deadline;
  }

  set deadline(moment: number) {
    checkDuration("move a deadline", moment, "the moment");
    this.#scope.deadline = moment;
  }

  /** Whether cancellations of enclosing scopes are hidden. May be changed while the scope is open. */
  get shield(): boolean {
    return this.#scope.shield;
  }

  set shield(on: boolean) {
    checkFlag("change a shield", on, "it");
    this.#scope.shield = on;
  }

  /** An `AbortSignal` that fires when work in this scope has to stop. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** For the functions of this layer: the body was ended by this scope's own cancellation. */
  static caught(handle: CancelScope): void {
    handle.#caught = true;
  }
}

inspectAs(CancelScope, (self) => {
  const state = self.cancelled ? `cancelled: ${String(self.reason)}` : "open";
  const deadline = self.deadline === Infinity ? "" : `, deadline: ${Math.round(self.deadline)}`;
  return `CancelScope { ${state}${deadline}${self.shield ? ", shielded" : ""} }`;
});

/**
 * Runs `fn` in a scope of its own and returns its result; undefined when the scope was cancelled and that ended `fn`. A body
 * that catches the cancellation and returns all the same has its result returned: `scope.cancelled` tells.
 *
 * If cancelled from outside: the body meets it at its next wait, and it travels on.
 *
 * @throws what `fn` throws, its own cancellation excepted
 */
export function cancelScope<T>(
  fn: (scope: CancelScope) => T | PromiseLike<T>,
  options: CancelScopeOptions = {},
): Promise<T | undefined> {
  try {
    checkFunction("open a cancel scope", fn, "cancelScope((scope) => work())");
    checkScopeOptions("open a cancel scope", options);
  } catch (error) {
    return Promise.reject(error);
  }
  return inScope(fn, options);
}

/**
 * Called when a scope's own cancellation has ended its body, and when the body returned, but not before somebody in it was
 * made to throw for the scope's own deadline (rule S9; `caught` is then null). Throws what the call is to throw.
 */
export type WhenOver = (scope: CancelScope, caught: CancelledError | null, options: CancelScopeOptions) => never;

/**
 * What all calls with a scope share: opens it, runs `fn` in it, and leaves it (rule S5). Without `whenOver` it returns what
 * `fn` has returned, and undefined when the scope's own cancellation has ended it.
 */
export async function inScope<T>(
  fn: (scope: CancelScope) => T | PromiseLike<T>,
  options: CancelScopeOptions,
  whenOver?: WhenOver,
): Promise<T | undefined> {
  const scope = openScopeHere(options.name, options.shield);
  const handle = new CancelScope(scope);
  setLimits(scope, options);
  const stopFollowing = options.signal === undefined ? null : follow(options.signal, scope);
  try {
    const value = await runAsyncIn(scope, fn, handle);
    if (whenOver === undefined || !scope.expired || !scope.noticed) return value;
  } catch (error) {
    const caught = ownCancellation(scope, error);
    CancelScope.caught(handle);
    if (whenOver === undefined) return undefined;
    whenOver(handle, caught, options);
  } finally {
    stopFollowing?.();
    scope.close();
  }
  return whenOver(handle, null, options);
}

function setLimits(scope: Scope, options: CancelScopeOptions): void {
  const { timeout = Infinity, deadline = Infinity } = options;
  if (deadline !== Infinity) scope.deadline = deadline;
  if (timeout !== Infinity) scope.limit(timeout);
}

function checkScopeOptions(doing: string, options: CancelScopeOptions): void {
  checkOptions(doing, options, OPTIONS);
  if (options.timeout !== undefined) checkDuration(doing, options.timeout, "the timeout");
  if (options.deadline !== undefined) checkDuration(doing, options.deadline, "the deadline");
  checkFlag(doing, options.shield, "shield");
  checkSignal(doing, options.signal);
  checkName(doing, options.name);
}
