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

const WITH_TEXT: ReadonlySet<HappeningKind> = new Set([
  Happening.parked,
  Happening.succeeded,
  Happening.endedFailed,
  Happening.endedCancelled,
]);

export interface Happened {
  /** In milliseconds of `performance.now()`. */
  at: number;
  kind: HappeningKind;
  /** The task; 0 for none. */
  task: number;
  /** The parent of one that was created, the waker of one that was woken, the number among its owner's of one that ended. */
  other: number;
  /** What it parks at, or what a task that ended is called; undefined for all else. */
  text: string | undefined;
}

/** Numbers of an entry: when, what and to whom, and by whom. */
const WIDTH = 4;
/** Entries of a block: blocks are made as they are needed, and are filled anew from the first one when the log is full. */
const BLOCK = 4096;

interface Block {
  readonly cells: Float64Array;
  /** Stays as it is where an entry without a text comes into the place of one with a text. */
  readonly texts: (string | undefined)[];
}

/** A log of what happened, which holds the last `limit` entries: what is older is dropped, and counted. */
export class EventLog {
  readonly #limit: number;
  readonly #blocks: Block[] = [];
  #block: Block = { cells: new Float64Array(), texts: [] };
  /** Where the next entry goes: the entry of the log, and that of the block. */
  #slot = 0;
  #row: number = BLOCK;
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
    if (this.#row === BLOCK || this.#slot === this.#limit) this.#next();
    const { cells } = this.#block;
    const cell = this.#row * WIDTH;
    cells[cell] = at;
    cells[cell + 1] = kind;
    cells[cell + 2] = task;
    cells[cell + 3] = other;
    this.#row++;
    this.#slot++;
    this.#added++;
  }

  /** As `add()`, for one that parks or has ended. */
  addWithText(at: number, kind: HappeningKind, task: number, other: number, text: string): void {
    this.add(at, kind, task, other);
    this.#block.texts[this.#row - 1] = text;
  }

  /** Oldest first. The object is the same each time, with other values. */
  *[Symbol.iterator](): IterableIterator<Happened> {
    const happened: Happened = { at: 0, kind: 0, task: 0, other: 0, text: undefined };
    for (let i = this.dropped; i < this.#added; i++) {
      const slot = i % this.#limit;
      const { cells, texts } = this.#blocks[Math.floor(slot / BLOCK)] as Block;
      const row = slot % BLOCK;
      happened.at = cells[row * WIDTH] as number;
      happened.kind = cells[row * WIDTH + 1] as HappeningKind;
      happened.task = cells[row * WIDTH + 2] as number;
      happened.other = cells[row * WIDTH + 3] as number;
      happened.text = WITH_TEXT.has(happened.kind) ? texts[row] : undefined;
      yield happened;
    }
  }

  #next(): void {
    if (this.#slot === this.#limit) this.#slot = 0;
    const i = this.#slot / BLOCK;
    this.#blocks[i] ??= { cells: new Float64Array(BLOCK * WIDTH), texts: new Array(BLOCK).fill(undefined) };
    this.#block = this.#blocks[i];
    this.#row = 0;
  }
}
