import { checkCount, checkOptions } from "../ground/check.js";
import { Deque } from "../ground/deque.js";
import { openScopeHere } from "../task/current.js";
import { Nursery } from "../task/nursery.js";
import { breath, park, throwIfCancelled, WaitList } from "../task/park.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";
import type { Gatherable } from "./jobs.js";
import { checkCollection, toJob } from "./jobs.js";

export interface AsCompletedOptions {
  /** At most so many are under way at a time. Default `Infinity`. */
  limit?: number;
}

/** How one of the things has ended, and which of them it is: its place in what was handed in, from 0. */
export type Completion<T> = PromiseSettledResult<T> & { readonly index: number };

/**
 * How things end, in the order in which they do. Functions are started as children of the loop, when it starts; tasks and
 * promises, which run already, are waited for.
 *
 *     for await (const end of asCompleted(mirrors.map((mirror) => () => ask(mirror)))) {
 *       if (end.status === "fulfilled") return `${mirrors[end.index]}: ${end.value}`;
 *     }
 *
 * A failure ends neither the others nor the loop: it is a completion like any other. (It comes as a result and not as its
 * task, since `for await` promises, to the compiler, to await what it is given.)
 *
 * Leaving the loop cancels the functions that are under way and waits until they have ended; errors of those that the loop
 * did not get to see go to the run's `onError`. Tasks and promises that were handed in run on.
 *
 * If cancelled: the functions are cancelled and waited for, then it throws `CancelledError`.
 */
export function asCompleted<T>(
  things: Iterable<Gatherable<T>>,
  options: AsCompletedOptions = {},
): AsyncIterableIterator<Completion<T>, void, undefined> {
  const doing = "iterate as completed";
  checkCollection(doing, things, "asCompleted([() => work(), task])");
  checkOptions(doing, options, ["limit"]);
  const { limit = Infinity } = options;
  checkCount(doing, limit, { what: "limit", least: 1, orInfinity: true });
  const entries = [...things].map((thing, index) => {
    const job = toJob(doing, thing, index) as () => T | PromiseLike<T>;
    return { job, index, isOurs: typeof thing === "function" };
  });
  return iterate(entries, limit);
}

interface Entry<T> {
  readonly job: () => T | PromiseLike<T>;
  readonly index: number;
  /** Whether it was started here; what was handed in has an owner who hears of its failure. */
  readonly isOurs: boolean;
}

async function* iterate<T>(
  entries: readonly Entry<T>[],
  limit: number,
): AsyncGenerator<Completion<T>, void, undefined> {
  const loop = new Loop<T>(limit);
  for (const entry of entries) loop.start(entry);
  try {
    while (await loop.hasNext()) yield loop.next();
  } finally {
    await loop.leave();
  }
}

/** What was started, and what of it has ended and was not given to the loop yet. */
class Loop<T> {
  readonly #scope: Scope;
  readonly #nursery: Nursery;
  readonly #entries = new Map<Task<unknown>, Entry<T>>();
  readonly #ended = new Deque<Task<unknown>>();
  readonly #consumer: WaitList<void> = new WaitList("asCompleted", this);

  constructor(limit: number) {
    this.#scope = openScopeHere("asCompleted");
    this.#nursery = new Nursery(this.#scope, (task) => this.#childEnded(task), limit, "asCompleted");
  }

  start(entry: Entry<T>): void {
    this.#entries.set(this.#nursery.spawn(entry.job) as Task<unknown>, entry);
  }

  async hasNext(): Promise<boolean> {
    throwIfCancelled();
    if (this.#ended.size > 0) {
      const turn = breath();
      if (turn !== undefined) await turn;
    }
    while (this.#ended.size === 0 && this.#nursery.size > 0) await park(this.#consumer);
    return this.#ended.size > 0;
  }

  next(): Completion<T> {
    const task = this.#ended.shift() as Task<unknown>;
    const { index } = this.#entries.get(task) as Entry<T>;
    return task.state === "succeeded"
      ? { index, status: "fulfilled", value: task.result as T }
      : { index, status: "rejected", reason: task.error };
  }

  async leave(): Promise<void> {
    this.#scope.cancel("the loop was left");
    await this.#nursery.join();
    this.#scope.close();
    for (let task = this.#ended.shift(); task !== undefined; task = this.#ended.shift()) {
      const { isOurs } = this.#entries.get(task) as Entry<T>;
      if (isOurs && task.state === "failed") this.#scope.runtime.report(task.error, task);
    }
  }

  #childEnded(task: Task<unknown>): void {
    this.#ended.push(task);
    this.#consumer.wakeFirst();
  }
}
