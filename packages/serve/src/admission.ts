import { now, Semaphore } from "heddle";
import { RequestRefusedError } from "./errors.js";

/** How much of the mean the last page makes up. */
const WEIGHT = 0.1;

/** What a page takes while nothing is known, in milliseconds. */
const USUAL = 1000;

/** The longest that a client is told to wait, in seconds: by then it is another situation. */
const LONGEST = 60;

/** Lets in so many clients at a time, lets so many wait in their order, and sends the others away, with a word on when to return. */
export class Admission {
  readonly #places: Semaphore;
  readonly #maxWaiting: number;
  #meanTime: number = USUAL;

  constructor(options: { maxPages: number; maxWaiting: number }) {
    this.#places = new Semaphore(options.maxPages);
    this.#maxWaiting = options.maxWaiting;
  }

  get waiting(): number {
    return this.#places.stats().waiting;
  }

  /**
   * Runs `fn` when it is its turn.
   *
   * If cancelled: throws `CancelledError`; while it waits, it leaves the line.
   *
   * @throws RequestRefusedError when too many wait; what `fn` throws
   */
  async run<T>(fn: () => Promise<T>): Promise<T> {
    const place = this.#places.tryAcquire();
    if (place === undefined && this.waiting >= this.#maxWaiting) throw this.#full();
    using _ = place ?? (await this.#places.acquire());
    const began = now();
    try {
      return await fn();
    } finally {
      this.#meanTime += WEIGHT * (now() - began - this.#meanTime);
    }
  }

  #full(): RequestRefusedError {
    const { size } = this.#places;
    const { waiting } = this;
    const wait = ((waiting + 1) / size) * this.#meanTime;
    const retryAfter = Math.min(LONGEST, Math.max(1, Math.ceil(wait / 1000)));
    const message = `Cannot fetch a page now as ${size} are under way and ${waiting} wait already: come back in ${retryAfter} s`;
    return new RequestRefusedError(503, "BUSY", message, { retryAfter });
  }
}
