import { checkFunction, checkOptions } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { StableHeap } from "../ground/stableHeap.js";
import type { QueueStore } from "./queue.js";
import { describeQueue, Queue } from "./queue.js";

/** What has an order of its own. Those of one queue must be of one kind. */
export type Priority = number | bigint | string | Date;

export interface PriorityQueueOptions<T> {
  /** The priority of an item, the smallest first; asked once, when the item is put. Default: the item itself. */
  priority?: (item: T) => Priority;
  /** In place of `priority`: below 0 when `a` is to come before `b`, above 0 when after it, 0 when they are equal. */
  compare?: (a: T, b: T) => number;
}

/**
 * A queue that gives out the smallest item first, and of equal ones the one that was put first. Everything else is as in
 * `Queue`.
 *
 *     const jobs = new PriorityQueue<Job>(100, { priority: (job) => job.urgency });
 */
export class PriorityQueue<T> extends Queue<T> {
  readonly #check: (item: T) => void;

  /** @param maxSize how many items it holds before `put()` waits: a whole number, 1 or more, or `Infinity`, the default */
  constructor(maxSize: number = Infinity, options: PriorityQueueOptions<T> = {}) {
    const { priority, compare } = checked(options);
    super(maxSize, compare === undefined ? new Ranked(priority) : new StableHeap(compare));
    this.#check = compare === undefined ? (item) => void priorityOf(item, priority) : () => {};
  }

  /** As `Queue.tryPut()`. @throws InvalidArgumentError when the item has no priority, as `put()` does */
  override tryPut(item: T): boolean {
    this.#check(item);
    return super.tryPut(item);
  }
}

inspectAs(PriorityQueue, (self) => describeQueue("PriorityQueue", self));

function checked<T>(options: PriorityQueueOptions<T>): {
  priority: (item: T) => unknown;
  compare: ((a: T, b: T) => number) | undefined;
} {
  const doing = "make a priority queue";
  checkOptions(doing, options, ["priority", "compare"]);
  const { priority, compare } = options;
  if (priority !== undefined) checkFunction(doing, priority, "priority: (item) => item.urgency");
  if (compare !== undefined) checkFunction(doing, compare, "compare: (a, b) => a.urgency - b.urgency");
  if (priority !== undefined && compare !== undefined) {
    throw new InvalidArgumentError(`Cannot ${doing} as one order is enough: received both priority and compare`);
  }
  return { priority: priority ?? itself, compare };
}

function itself(item: unknown): unknown {
  return item;
}

/** Items with their priorities, which are asked for once an item and not for each comparison. */
class Ranked<T> implements QueueStore<T> {
  readonly #priority: (item: T) => unknown;
  readonly #heap = new StableHeap<{ item: T; rank: Priority }>((a, b) =>
    a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0,
  );

  constructor(priority: (item: T) => unknown) {
    this.#priority = priority;
  }

  get size(): number {
    return this.#heap.size;
  }

  push(item: T): void {
    this.#heap.push({ item, rank: priorityOf(item, this.#priority) });
  }

  shift(): T | undefined {
    return this.#heap.shift()?.item;
  }

  clear(): void {
    this.#heap.clear();
  }
}

function priorityOf<T>(item: T, priority: (item: T) => unknown): Priority {
  const rank = priority(item);
  const hasOrder = typeof rank === "string" || typeof rank === "bigint" || isNumeric(rank);
  if (hasOrder) return rank as Priority;
  throw new InvalidArgumentError(
    "Cannot put an item as its priority must be a number, bigint, string or Date " +
      `(new PriorityQueue(10, { priority: (item) => item.urgency })): received ${describe(rank)}`,
  );
}

function isNumeric(rank: unknown): boolean {
  return (typeof rank === "number" || rank instanceof Date) && !Number.isNaN(Number(rank));
}
