import { park, WaitList } from "../task/park.js";

/**
 * So many places between a source and its consumer. Not a semaphore, whose permits go back to where they came from: a
 * place is taken by a worker and given back by the consumer.
 */
export class Room {
  readonly #waiters: WaitList<void> = new WaitList("room for a result", this);
  /** Below 0 while more are taken than there are. */
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /** Takes a place: at once, or when there is one. If cancelled while waiting: throws, and takes none. */
  take(): Promise<void> | undefined {
    if (this.#free <= 0) return park(this.#waiters);
    this.#free--;
    return undefined;
  }

  give(): void {
    if (this.#free < 0 || !this.#waiters.wakeFirst()) this.#free++;
  }

  /** Has so many places more, or less: those that are taken then go as they are given back. */
  change(places: number): void {
    this.#free += places;
    while (this.#free > 0 && this.#waiters.wakeFirst()) this.#free--;
  }
}
