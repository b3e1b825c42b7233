import type { Link } from "./link.js";
import { List, unlink } from "./link.js";

/** Something that is due at a moment. It is its own list node and knows what to do when its time has come. */
export interface Timer extends Link {
  fire(): void;
}

class Bucket extends List<Timer> {
  readonly due: number;
  constructor(due: number) {
    super();
    this.due = due;
  }
}

/**
 * Timers in order of their moment, and in order of arrival within one moment.
 *
 * All timers of one moment share a bucket, found through a map; a binary heap orders the buckets. Adding to
 * a known moment and removing are O(1), a new moment is O(log moments). As the system clock counts in whole
 * milliseconds, 200,000 sleeps within 200 ms make 200 buckets. An emptied bucket stays where it is (a loop of
 * timeouts that never fire uses it again) until more than half of them are empty.
 */
export class TimerQueue {
  readonly #byMoment = new Map<number, Bucket>();
  #heap: Bucket[] = [];
  #emptied = 0;
  #size = 0;

  /** How many timers are waiting. */
  get size(): number {
    return this.#size;
  }

  add(timer: Timer, due: number): void {
    let bucket = this.#byMoment.get(due);
    if (bucket === undefined) {
      bucket = new Bucket(due);
      this.#byMoment.set(due, bucket);
      this.#heap.push(bucket);
      siftUp(this.#heap, this.#heap.length - 1);
    } else if (bucket.isEmpty) {
      this.#emptied--;
    }
    bucket.push(timer);
    this.#size++;
  }

  /** Takes a timer out; one that has fired or was never added is left alone. */
  remove(timer: Timer): void {
    if (timer.next === null) return;
    this.#size--;
    if (!unlink(timer)) return;
    this.#emptied++;
    if (this.#emptied > 64 && this.#emptied * 2 > this.#heap.length) this.#sweep();
  }

  /** The earliest moment at which something is due, or `Infinity`. */
  nextDue(): number {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (!top.isEmpty) return top.due;
      this.#dropTop(top);
      this.#emptied--;
    }
    return Infinity;
  }

  /** Takes out the first timer that is due at or before `now`. */
  shiftDue(now: number): Timer | undefined {
    const due = this.nextDue();
    if (due > now || due === Infinity) return undefined;
    const top = this.#heap[0] as Bucket;
    const timer = top.shift() as Timer;
    this.#size--;
    if (top.isEmpty) this.#emptied++;
    return timer;
  }

  #dropTop(top: Bucket): void {
    this.#byMoment.delete(top.due);
    const last = this.#heap.pop() as Bucket;
    if (last === top) return;
    this.#heap[0] = last;
    siftDown(this.#heap, 0);
  }

  #sweep(): void {
    const kept: Bucket[] = [];
    for (const bucket of this.#heap) {
      if (bucket.isEmpty) this.#byMoment.delete(bucket.due);
      else kept.push(bucket);
    }
    // A sorted array is a heap.
    this.#heap = kept.sort((a, b) => a.due - b.due);
    this.#emptied = 0;
  }
}

function siftUp(heap: Bucket[], from: number): void {
  const bucket = heap[from] as Bucket;
  let i = from;
  while (i > 0) {
    const up = (i - 1) >> 1;
    const above = heap[up] as Bucket;
    if (above.due <= bucket.due) break;
    heap[i] = above;
    i = up;
  }
  heap[i] = bucket;
}

function siftDown(heap: Bucket[], from: number): void {
  const bucket = heap[from] as Bucket;
  let i = from;
  for (let child = 2 * i + 1; child < heap.length; child = 2 * i + 1) {
    const right = child + 1;
    if (right < heap.length && (heap[right] as Bucket).due < (heap[child] as Bucket).due) child = right;
    const below = heap[child] as Bucket;
    if (bucket.due <= below.due) break;
    heap[i] = below;
    i = child;
  }
  heap[i] = bucket;
}
