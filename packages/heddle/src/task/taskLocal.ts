import { checkFunction } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { inspectAs } from "../ground/inspect.js";
import { currentScope, runAsyncIn } from "./current.js";
import { Scope } from "./scope.js";

/** Nothing is looked up for new tasks in a program that uses no `TaskLocal`. */
export let localsInUse = false;

/**
 * A value that every task has its own of, such as the id of the request it works for. A new task starts with the values
 * that its creator has at that moment; from then on the two do not see each other's changes.
 *
 *     const requestId = new TaskLocal("none");
 *     await requestId.with("r-17", () => handle(request));
 *
 * The values are kept on the task and go when it ends. Work that outlives its task (a floating promise) finds the values of
 * the nearest scope that is still open. Outside of tasks `set()` is for all such code together; prefer `with()` there.
 */
export class TaskLocal<T> {
  readonly #initial: T;

  /** @param initial what `get()` returns where nothing was set. May be left out where `T` includes undefined */
  constructor(...initial: undefined extends T ? [initial?: T] : [initial: T]) {
    this.#initial = initial[0] as T;
  }

  get(): T {
    const locals = localsAt(currentScope());
    return locals?.has(this) ? (locals.get(this) as T) : this.#initial;
  }

  /** Sets the value for the rest of the task, or of the innermost `with()` around the caller. */
  set(value: T): void {
    const current = currentScope();
    homeOf(current).locals = this.#added(current, value);
  }

  /**
   * Calls `fn` with the value set, for everything that it awaits and starts as well; for all others it is as before.
   *
   * If cancelled: `fn` meets it at its next wait.
   */
  async with<R>(value: T, fn: () => R | PromiseLike<R>): Promise<R> {
    checkFunction("set a task-local value", fn, "local.with(value, () => work())");
    const around = currentScope();
    const scope = new Scope(around, around.runtime, around.task);
    scope.locals = this.#added(around, value);
    try {
      return await runAsyncIn(scope, fn, undefined);
    } finally {
      scope.close();
    }
  }

  /** Maps are never changed, as tasks share them. */
  #added(at: Scope, value: T): ReadonlyMap<object, unknown> {
    localsInUse = true;
    return new Map(localsAt(at)).set(this, value);
  }
}

inspectAs(TaskLocal, (self) => `TaskLocal { ${describe(self.get())} }`);

/** Called for every new task, by its creator, once a value was set somewhere. */
export function inheritLocals(scope: Scope): void {
  const locals = localsAt(currentScope());
  if (locals !== undefined) scope.locals = locals;
}

function localsAt(scope: Scope): ReadonlyMap<object, unknown> | undefined {
  return homeOf(scope).locals;
}

/** The innermost scope with values around `scope`, inside of the same task; if none has any, the task's own scope. */
function homeOf(scope: Scope): Scope {
  let home = scope;
  while (home.locals === undefined && home.parent !== null && home.parent.task === scope.task) home = home.parent;
  return home;
}
