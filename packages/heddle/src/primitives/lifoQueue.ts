import { inspectAs } from "../ground/inspect.js";
import type { QueueStore } from "./queue.js";
import { describeQueue, Queue } from "./queue.js";

/** A queue that gives out the newest item first. Everything else is as in `Queue`. */
export class LifoQueue<T> extends Queue<T> {
  /** @param maxSize how many items it holds before `put()` waits: a whole number, 1 or more, or `Infinity`, the default */
  constructor(maxSize: number = Infinity) {
    super(maxSize, new Stack<T>());
  }
}

inspectAs(LifoQueue, (self) => describeQueue("LifoQueue", self));

class Stack<T> implements QueueStore<T> {
  #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    return this.#items.pop();
  }

  clear(): void {
    this.#items = [];
  }
}
