interface Entry<T> {
  readonly item: T;
  /** Tells entries apart that are equal in order: the older one has the smaller number. */
  readonly arrival: number;
}

/**
 * A binary heap that gives out the smallest item first, and of equal ones the oldest. `push` and `shift` are O(log n).
 *
 * The order may be code of the user's, and may throw: the way through the tree is found before anything is moved, so that
 * the heap is then as it was.
 */
export class StableHeap<T> {
  readonly #compare: (a: T, b: T) => number;
  #entries: Entry<T>[] = [];
  #arrivals = 0;
  /** Used again for each `shift()`. */
  readonly #path: number[] = [];

  /** @param compare below 0 when `a` comes before `b`, above 0 when it comes after it */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#entries.length;
  }

  push(item: T): void {
    const entries = this.#entries;
    const entry: Entry<T> = { item, arrival: this.#arrivals };
    let place = entries.length;
    while (place > 0 && this.#isBefore(entry, entries[above(place)] as Entry<T>)) place = above(place);
    this.#arrivals++;
    for (let i = entries.length; i > place; i = above(i)) entries[i] = entries[above(i)] as Entry<T>;
    entries[place] = entry;
  }

  /** Takes the smallest item out; undefined when there is none. */
  shift(): T | undefined {
    const entries = this.#entries;
    const top = entries[0];
    if (top === undefined) return undefined;
    const path = this.#pathOfLast();
    const last = entries.pop() as Entry<T>;
    if (last === top) return top.item;
    let hole = 0;
    for (const place of path) {
      entries[hole] = entries[place] as Entry<T>;
      hole = place;
    }
    entries[hole] = last;
    return top.item;
  }

  clear(): void {
    this.#entries = [];
  }

  /** The places whose entries move up one step when the last entry takes the place of the first. */
  #pathOfLast(): number[] {
    const entries = this.#entries;
    const length = entries.length - 1;
    const last = entries[length] as Entry<T>;
    const path = this.#path;
    path.length = 0;
    for (let child = 1; child < length; child = 2 * child + 1) {
      const right = child + 1;
      if (right < length && this.#isBefore(entries[right] as Entry<T>, entries[child] as Entry<T>)) child = right;
      if (!this.#isBefore(entries[child] as Entry<T>, last)) break;
      path.push(child);
    }
    return path;
  }

  #isBefore(a: Entry<T>, b: Entry<T>): boolean {
    const order = this.#compare(a.item, b.item);
    return order < 0 || (order === 0 && a.arrival < b.arrival);
  }
}

function above(place: number): number {
  return (place - 1) >> 1;
}
