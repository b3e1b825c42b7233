/** Decides which of several tasks that are ready goes on next. */
export interface Chooser {
  /** @returns a place in `ready`, where the one that has been ready longest comes first */
  choose(ready: readonly unknown[]): number;
}

/** Chooses evenly at random, and the same way for the same seed. */
export class RandomChooser implements Chooser {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  choose(ready: readonly unknown[]): number {
    return Math.floor(this.next() * ready.length);
  }

  /** A number from 0 up to 1. The generator mulberry32: 32 bits of state, good enough to shuffle with, and the same on every platform. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** Repeats given choices and lets the oldest go on after that. A choice that is not to be had becomes the nearest one. */
export class FixedChooser implements Chooser {
  readonly #picks: readonly number[];
  #next = 0;

  constructor(picks: readonly number[]) {
    this.#picks = picks;
  }

  choose(ready: readonly unknown[]): number {
    const pick = this.#picks[this.#next++] ?? 0;
    return Math.min(pick, ready.length - 1);
  }
}

/**
 * Gives each task a random priority and lets the highest go on; at a few random moments the one that is about to go on
 * falls to the bottom. It finds what even chances hardly ever do: that one task is held up while others go a long way
 * (Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", 2010).
 */
export class PriorityChooser implements Chooser {
  readonly #random: RandomChooser;
  readonly #priorities = new Map<unknown, number>();
  readonly #changes = new Set<number>();
  #step = 0;
  #lowest = 0;

  /** @param length how many choices the run will take, roughly */
  constructor(seed: number, length: number) {
    this.#random = new RandomChooser(seed);
    const changes = this.#random.choose([0, 1, 2]);
    for (let i = 0; i < changes; i++) this.#changes.add(Math.floor(this.#random.next() * length));
  }

  choose(ready: readonly unknown[]): number {
    let best = this.#highest(ready);
    if (this.#changes.has(this.#step++)) {
      this.#priorities.set(ready[best], --this.#lowest);
      best = this.#highest(ready);
    }
    return best;
  }

  #highest(ready: readonly unknown[]): number {
    let best = 0;
    for (const i of ready.keys()) if (this.#priority(ready[i]) > this.#priority(ready[best])) best = i;
    return best;
  }

  #priority(task: unknown): number {
    let priority = this.#priorities.get(task);
    if (priority === undefined) {
      priority = this.#random.next();
      this.#priorities.set(task, priority);
    }
    return priority;
  }
}
