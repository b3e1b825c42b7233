import { checkCount, checkFlag, checkOptions } from "../ground/check.js";
import { describe, isThenable } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { cancellable } from "../primitives/cancellable.js";
import { cancellationIn } from "../task/cancellation.js";
import { currentScope } from "../task/current.js";
import { Task } from "../task/task.js";
import { Crew } from "./crew.js";

/** What can be gathered: a function, which is started as a child, or a task or promise, which is waited for. */
export type Gatherable<T> = (() => T | PromiseLike<T>) | PromiseLike<T>;

/** What gathering a thing gives. */
export type Gathered<G> = G extends () => infer R ? Awaited<R> : Awaited<G>;

export interface GatherOptions {
  /** At most so many are under way at a time. Default `Infinity`. */
  limit?: number;
  /** Whether failures are returned as `PromiseSettledResult`s in place of being thrown. Default false. */
  settle?: boolean;
}

type GatheredAll<T extends readonly unknown[]> = { -readonly [K in keyof T]: Gathered<T[K]> };
type SettledAll<T extends readonly unknown[]> = {
  -readonly [K in keyof T]: PromiseSettledResult<Gathered<T[K]>>;
};

/**
 * Runs all at once and returns their results, in the order of the arguments. Functions are started as children of this
 * call; tasks and promises, which run already, are waited for.
 *
 *     const [user, orders] = await gather(() => loadUser(id), () => loadOrders(id));
 *     const pages = await gather(urls.map((url) => () => load(url)), { limit: 10 });
 *
 * The first failure cancels the children, waits for them, and is thrown as it is; errors that come after it go to the
 * run's `onError`. Tasks and promises that were handed in run on, as they are not this call's to stop.
 *
 * If cancelled: the children are cancelled and waited for, then it throws `CancelledError`.
 */
export function gather<T extends readonly Gatherable<unknown>[]>(...things: T): Promise<GatheredAll<T>>;
export function gather<T extends readonly Gatherable<unknown>[]>(
  things: readonly [...T],
  options: GatherOptions & { settle: true },
): Promise<SettledAll<T>>;
export function gather<T extends readonly Gatherable<unknown>[]>(
  things: readonly [...T],
  options?: GatherOptions & { settle?: false },
): Promise<GatheredAll<T>>;
export function gather<T>(
  things: Iterable<Gatherable<T>>,
  options: GatherOptions & { settle: true },
): Promise<PromiseSettledResult<T>[]>;
export function gather<T>(things: Iterable<Gatherable<T>>, options?: GatherOptions & { settle?: false }): Promise<T[]>;
export async function gather(...args: unknown[]): Promise<unknown[]> {
  const [things, options] = isIterable(args[0])
    ? [[...args[0]], args[1] as GatherOptions | undefined]
    : [args, undefined];
  const { limit, settle } = checkGatherOptions(options, args);
  const jobs = things.map(toJob);
  const results: unknown[] = new Array(jobs.length);
  const crew = new Crew("gather", limit);
  for (const [index, job] of jobs.entries()) {
    crew.spawn(async () => {
      results[index] = settle ? await settled(job) : await job();
    }, job.name || `gather[${index}]`);
  }
  await crew.finish();
  return results;
}

/** Settling makes a failure a result. The cancellation of the whole call is none: it travels on. */
async function settled(job: () => unknown): Promise<PromiseSettledResult<unknown>> {
  try {
    return { status: "fulfilled", value: await job() };
  } catch (reason) {
    if (cancellationIn(reason, currentScope()) !== null) throw reason;
    return { status: "rejected", reason };
  }
}

function toJob(thing: unknown, index: number): () => unknown {
  if (thing instanceof Task) return () => thing;
  if (isThenable(thing)) return () => cancellable(thing);
  if (typeof thing === "function") return thing as () => unknown;
  throw new InvalidArgumentError(
    `Cannot gather as argument ${index} must be a function, a task or a promise: received ${describe(thing)}`,
  );
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && !isThenable(value) && Symbol.iterator in value;
}

function checkGatherOptions(options: GatherOptions | undefined, args: unknown[]): { limit: number; settle: boolean } {
  checkOptions("gather", options, ["limit", "settle"]);
  if (isIterable(args[0]) && args.length > 2) {
    throw new InvalidArgumentError(
      `Cannot gather as an iterable is followed by its options only: received ${args.length} arguments`,
    );
  }
  const { limit = Infinity, settle = false } = options ?? {};
  checkCount("gather", limit, { what: "limit", least: 1, orInfinity: true });
  checkFlag("gather", settle, "settle");
  return { limit, settle };
}
