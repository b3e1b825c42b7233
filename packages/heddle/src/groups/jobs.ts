import { describe, isThenable } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { cancellable } from "../primitives/cancellable.js";
import { Task } from "../task/task.js";

/** What can be gathered: a function, which is started as a child, or a task or promise, which is waited for. */
export type Gatherable<T> = (() => T | PromiseLike<T>) | PromiseLike<T>;

/** What gathering a thing gives. */
export type Gathered<G> = G extends () => infer R ? Awaited<R> : Awaited<G>;

/** The function of a child that stands for `thing`: it does the work, or waits for what is under way already. */
export function toJob(doing: string, thing: unknown, index: number): () => unknown {
  if (typeof thing === "function" && !isThenable(thing)) return thing as () => unknown;
  if (thing instanceof Task) return () => thing;
  if (isThenable(thing)) {
    // Where it has to wait for its turn, nobody may have asked for it when it fails.
    const promise = Promise.resolve(thing);
    promise.catch(() => {});
    return () => cancellable(promise);
  }
  const hint = index > 0 && isPlainObject(thing) ? `; options go behind a list: ${doing}([() => work()], options)` : "";
  throw new InvalidArgumentError(
    `Cannot ${doing} as item ${index + 1} must be a function, a task or a promise: received ${describe(thing)}${hint}`,
  );
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The things and the options of a call that takes both `call(a, b)` and `call([a, b], options)`. */
export function splitArguments<O>(doing: string, args: readonly unknown[]): { things: unknown[]; options?: O } {
  if (!isCollection(args[0])) return { things: [...args] };
  if (args.length > 2) {
    throw new InvalidArgumentError(
      `Cannot ${doing} as an iterable is followed by its options only: received ${args.length} arguments`,
    );
  }
  return args[1] === undefined ? { things: [...args[0]] } : { things: [...args[0]], options: args[1] as O };
}

/** Throws unless `value` is an iterable object. `meant` shows the usual call. */
export function checkCollection(doing: string, value: unknown, meant: string): asserts value is Iterable<unknown> {
  if (isCollection(value)) return;
  throw new InvalidArgumentError(
    `Cannot ${doing} as an array or another iterable is needed: received ${describe(value)}; write ${meant}`,
  );
}

function isCollection(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && !isThenable(value) && Symbol.iterator in value;
}
