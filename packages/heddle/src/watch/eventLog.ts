/** What can happen to a task. The numbers stand in the log only, never in a file. */
export const Happening = {
  created: 0,
  started: 1,
  parked: 2,
  woken: 3,
  failed: 4,
  cancelled: 5,
  succeeded: 6,
  endedFailed: 7,
  endedCancelled: 8,
  /** Somebody has asked the task, or a scope in it, to stop. */
  asked: 9,
  /** The job of a task that was woken is about to run. */
  turn: 11,
  /** All jobs have run, and the event loop goes on to something else. */
  stretchEnd: 10,
} as const;

export type HappeningKind = (typeof Happening)[keyof typeof Happening];

export interface Happened {
  /** In milliseconds of `performance.now()`. */
  at: number;
  kind: HappeningKind;
  /** The task; 0 for none. */
  task: number;
  /** The parent of one that was created, the waker of one that was woken, the label of what it parks at. */
  other: number;
}

/** Numbers of an entry: when, what and to whom, and by whom. */
const WIDTH = 4;
const FIRST_SIZE = 4096;

/** A log of what happened, which holds the last `limit` entries: what is older is dropped, and counted. */
export class EventLog {
  readonly #limit: number;
  #cells: Float64Array = new Float64Array(FIRST_SIZE * WIDTH);
  #added = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get dropped(): number {
    return Math.max(0, this.#added - this.#limit);
  }

  get size(): number {
    return Math.min(this.#added, this.#limit);
  }

  add(at: number, kind: HappeningKind, task: number, other: number): void {
    const slot = (this.#added++ % this.#limit) * WIDTH;
    if (slot >= this.#cells.length) this.#grow();
    const cells = this.#cells;
    cells[slot] = at;
    cells[slot + 1] = kind;
    cells[slot + 2] = task;
    cells[slot + 3] = other;
  }

  /** Oldest first. The object is the same each time, with other values. */
  *[Symbol.iterator](): IterableIterator<Happened> {
    const happened: Happened = { at: 0, kind: 0, task: 0, other: 0 };
    for (let i = this.dropped; i < this.#added; i++) {
      const slot = (i % this.#limit) * WIDTH;
      happened.at = this.#cells[slot] as number;
      happened.kind = this.#cells[slot + 1] as HappeningKind;
      happened.task = this.#cells[slot + 2] as number;
      happened.other = this.#cells[slot + 3] as number;
      yield happened;
    }
  }

  #grow(): void {
    const larger = new Float64Array(Math.min(this.#cells.length * 2, this.#limit * WIDTH));
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
