import { inspectAs } from "../ground/inspect.js";
import { park, pass, refusal, WaitList } from "../task/park.js";

export interface EventStats {
  isSet: boolean;
  /** Tasks that wait in `wait()`. */
  waiting: number;
}

/**
 * A flag that tasks can wait for. `set()` wakes all who wait at that moment, in the order in which they came, also when
 * `clear()` follows at once: a pulse is missed by nobody who waited for it.
 *
 * The platform has another `Event`; in a file that uses both, `import { Event as Flag } from "heddle"`.
 */
export class Event {
  #isSet = false;
  readonly #waiters: WaitList<void> = new WaitList("event.wait", this);

  get isSet(): boolean {
    return this.#isSet;
  }

  /** Sets the flag and wakes all who wait. Does nothing to a flag that is set. */
  set(): void {
    this.#isSet = true;
    this.#waiters.wakeAll();
  }

  /** Takes the flag back: from now on `wait()` waits. */
  clear(): void {
    this.#isSet = false;
  }

  /**
   * Waits until the flag is set; returns at once if it is. By the time the caller goes on it may have been cleared.
   *
   * If cancelled: throws `CancelledError`; a `set()` that came before the cancellation counts all the same.
   */
  wait(): Promise<void> {
    if (!this.#isSet) return park(this.#waiters);
    return refusal() ?? pass(undefined);
  }

  stats(): EventStats {
    return { isSet: this.#isSet, waiting: this.#waiters.count() };
  }
}

inspectAs(Event, (self) => `Event { ${self.isSet ? "set" : "clear"}, waiting: ${self.stats().waiting} }`);
