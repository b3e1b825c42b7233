import { checkCount } from "../ground/check.js";
import { BrokenBarrierError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { park, pass, refusal, WaitList } from "../task/park.js";

/** "filling": waits for the rest of the parties. "broken": was aborted, and lets nobody wait until it is reset. */
export type BarrierState = "filling" | "broken";

export interface BarrierStats {
  parties: number;
  /** Tasks that wait for the rest. */
  waiting: number;
  state: BarrierState;
}

/**
 * A meeting point: tasks wait at it until there are as many as it has parties, then all go on and the next round begins.
 *
 * All of a round are let go at the same moment, by the one who comes last. One who is quick and comes back before the
 * others have moved belongs to the next round: there is nothing to drain.
 */
export class Barrier {
  readonly parties: number;
  #state: BarrierState = "filling";
  #waiting = 0;
  readonly #waiters: WaitList<number> = new WaitList("barrier.wait", this);

  /** @param parties how many tasks meet: a whole number, 1 or more */
  constructor(parties: number) {
    checkCount("make a barrier", parties, { what: "the number of parties", least: 1 });
    this.parties = parties;
    this.#waiters.onLeave = () => {
      this.#waiting--;
    };
  }

  /** How many wait for the rest. */
  get waiting(): number {
    return this.#waiting;
  }

  get broken(): boolean {
    return this.#state === "broken";
  }

  /**
   * Waits until all parties are here. Returns a number from 0 up to `parties - 1`, which each of a round gets one of, in
   * the order in which they came: for the one thing that only one of them is to do.
   *
   * If cancelled: throws `CancelledError` and leaves; the others go on waiting, for one more. The barrier is not broken.
   *
   * @throws BrokenBarrierError when the barrier is reset or aborted meanwhile, or was aborted before
   */
  wait(): Promise<number> {
    const refused = refusal();
    if (refused !== null) return refused;
    if (this.#state === "broken") {
      return Promise.reject(new BrokenBarrierError("Cannot wait at a barrier as it was aborted"));
    }
    if (this.#waiting + 1 < this.parties) {
      this.#waiting++;
      return park(this.#waiters);
    }
    this.#waiting = 0;
    for (let index = 0; this.#waiters.wakeFirst(index); ) index++;
    return pass(this.parties - 1);
  }

  /** Sends those who wait away with a `BrokenBarrierError` and begins anew, also after `abort()`. */
  reset(): void {
    this.#state = "filling";
    this.#sendAway("reset");
  }

  /** Sends those who wait away with a `BrokenBarrierError`, and all who come until `reset()`. */
  abort(): void {
    this.#state = "broken";
    this.#sendAway("aborted");
  }

  stats(): BarrierStats {
    return { parties: this.parties, waiting: this.waiting, state: this.#state };
  }

  #sendAway(why: string): void {
    this.#waiting = 0;
    this.#waiters.failAll(new BrokenBarrierError(`Cannot wait at a barrier any longer as it was ${why}`));
  }
}

inspectAs(Barrier, (self) => `Barrier { ${self.stats().state}, waiting: ${self.waiting} of ${self.parties} }`);
