import { checkCount, checkFlag, checkOptions } from "../ground/check.js";
import { cancellationIn } from "../task/cancellation.js";
import type { Scope } from "../task/scope.js";
import { Crew } from "./crew.js";
import type { Gatherable, Gathered } from "./jobs.js";
import { splitArguments, toJob } from "./jobs.js";

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
  const { things, options } = splitArguments<GatherOptions>("gather", args);
  const { limit, settle } = checkGatherOptions(options);
  const jobs = things.map((thing, index) => toJob("gather", thing, index));
  const crew = new Crew("gather", limit);
  const tasks = crew.spawnAll(settle ? jobs.map((job) => settling(job, crew.scope)) : jobs);
  await crew.finish();
  const results: unknown[] = new Array(tasks.length);
  tasks.forEach((task, index) => {
    if (task.state === "succeeded") results[index] = task.result;
  });
  return results;
}

function settling(job: () => unknown, call: Scope): () => unknown {
  const settle = (): unknown => settled(job, call);
  Object.defineProperty(settle, "name", { value: job.name });
  return settle;
}

/** Settling makes a failure a result, and that a child was cancelled alone. The cancellation of the whole call travels on. */
async function settled(job: () => unknown, call: Scope): Promise<PromiseSettledResult<unknown>> {
  try {
    return { status: "fulfilled", value: await job() };
  } catch (reason) {
    if (cancellationIn(reason, call) !== null) throw reason;
    return { status: "rejected", reason };
  }
}

function checkGatherOptions(options: GatherOptions = {}): { limit: number; settle: boolean } {
  checkOptions("gather", options, ["limit", "settle"]);
  const { limit = Infinity, settle = false } = options;
  checkCount("gather", limit, { what: "limit", least: 1, orInfinity: true });
  checkFlag("gather", settle, "settle");
  return { limit, settle };
}
