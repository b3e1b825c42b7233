// The look-up of the global one costs as much as half a reading.
const clock: { now(): number } = performance;

/**
 * Tells how long code of one task has run without a pause: between two things that a task does, or from the moment in which
 * the event loop came back. A probe hears of waits only; when a task awaits a promise from elsewhere the loop turns unheard,
 * and that time must not count as work.
 *
 *     macrotask   ticks   jobs of promises                  ticks
 *     ──wake──────┬────────┬─run────park──run────park──────┬──── close
 *                 │        │
 *                 └ here a tick that the wake has queued comes too early: so it queues a job, and that another tick
 */
export class Stretch {
  #last = 0;
  #moment = 0;
  #open = false;
  readonly #onEnd: (() => void) | null;

  /** @param onEnd called when all jobs have run, and the event loop goes on to something else */
  constructor(onEnd: (() => void) | null = null) {
    this.#onEnd = onEnd;
  }

  /** To be called at the beginning of each event; returns the moment, in milliseconds of `performance.now()`. */
  now(): number {
    const now = clock.now();
    this.#moment = now;
    if (!this.#open) {
      this.#open = true;
      this.#last = now;
      process.nextTick(() => void Promise.resolve().then(() => process.nextTick(() => this.#close())));
    }
    return now;
  }

  /** The moment of the event before, if there was one in this stretch, else now. */
  lastNow(): number {
    return this.#open ? this.#moment : this.now();
  }

  /** How long the code that ends its turn at `now` has run; the next one's turn begins. */
  take(now: number): number {
    const ran = now - this.#last;
    this.#last = now;
    return ran;
  }

  #close(): void {
    this.#onEnd?.();
    this.#open = false;
  }
}
