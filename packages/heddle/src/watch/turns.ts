import { Deque } from "../ground/deque.js";

const SETTLED: Promise<void> = Promise.resolve();

/** A wake-up takes so many jobs of promises, at most, until the code of the task goes on: an iterator needs the most. */
const HOPS = 6;

/**
 * Tells when those that were woken have their turn. A wake-up queues the job in which the task goes on; a job of ours that is
 * queued just before runs just before, and so for the jobs that follow from it. Without it, two tasks that were woken together
 * could not be told apart when the first one goes on to a promise from elsewhere, of which nobody hears.
 */
export class Turns<T> {
  /** Whose, and the how manieth job that will be. */
  readonly #coming = new Deque<T | number>();
  readonly #onTurn: (who: T) => boolean;

  /** @param onTurn returns false when `who` has stopped since, and no later job is of interest */
  constructor(onTurn: (who: T) => boolean) {
    this.#onTurn = onTurn;
  }

  /** To be called before the job of `who` is queued. */
  woken(who: T): void {
    this.#queue(who, 1);
  }

  #queue(who: T, hop: number): void {
    this.#coming.push(who);
    this.#coming.push(hop);
    // queueMicrotask() makes a resource of async_hooks for each call, which costs several times as much.
    SETTLED.then(this.#next);
  }

  readonly #next = (): void => {
    const who = this.#coming.shift() as T;
    const hop = this.#coming.shift() as number;
    if (this.#onTurn(who) && hop < HOPS) this.#queue(who, hop + 1);
  };
}
