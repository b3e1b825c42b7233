import { AsyncResource } from "node:async_hooks";
import { clearTimeout, setImmediate, setTimeout } from "node:timers";
import type { Clock } from "./clock.js";
import type { Timer } from "./timers.js";
import { TimerQueue } from "./timers.js";

/** The longest delay that `setTimeout` takes; a longer one it would turn into 1 ms. */
const LONGEST_DELAY = 2 ** 31 - 1;
/** How long tasks may hand the thread to each other before timers and I/O are let in, in milliseconds. */
const TURN_BUDGET = 1;
/** Reading the clock costs as much as a whole `checkpoint()`: it is read every n-th call, n adapted up to this. */
const LARGEST_STRIDE = 16;

/**
 * The real clock: one native timer for the earliest deadline, whatever the number of sleepers.
 *
 * Deadlines are rounded up to whole milliseconds. Native timers may fire a little early, so the clock is read
 * again on waking and what is not due is armed anew: a sleep is never shorter than asked for.
 */
export class SystemClock implements Clock {
  readonly #timers = new TimerQueue();
  #native: NodeJS.Timeout | null = null;
  #armedFor = Infinity;
  #holdsProcess = false;
  #idleCheckPending = false;

  #turn: Promise<void> | null = null;
  #turnStarted = 0;
  #lastRead = 0;
  #stride = 1;
  #callsLeft = 1;

  /** Timers are armed in the context of this object's creation, or a native timer would keep the armer's alive. */
  readonly #home = new AsyncResource("HeddleClock");
  readonly #wake = (): void => this.#fireDue();
  readonly #idleCheck = (): void => this.#releaseProcessIfIdle();

  now(): number {
    return performance.now();
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  schedule(timer: Timer, deadline: number): void {
    // A sleep without end is a timer in the far future: it keeps the process alive, as a sleeping task should.
    const due = Math.min(Math.ceil(deadline), Number.MAX_SAFE_INTEGER);
    this.#timers.add(timer, due);
    if (due < this.#armedFor) this.#arm(due);
    else if (!this.#holdsProcess) this.#hold(true);
  }

  cancel(timer: Timer): void {
    this.#timers.remove(timer);
    // The native timer is left alone: taking it back would cost more than all the rest of a timeout that
    // does not fire. But it must not keep a process alive that has nothing to wait for any more.
    if (this.#timers.size === 0 && this.#holdsProcess && !this.#idleCheckPending) {
      this.#idleCheckPending = true;
      setImmediate(this.#idleCheck);
    }
  }

  turnDue(): boolean {
    if (--this.#callsLeft > 0) return false;
    const now = performance.now();
    const sinceRead = now - this.#lastRead;
    this.#lastRead = now;
    if (sinceRead > TURN_BUDGET / 4) this.#stride = 1;
    else if (this.#stride < LARGEST_STRIDE) this.#stride *= 2;
    this.#callsLeft = this.#stride;
    return now - this.#turnStarted >= TURN_BUDGET;
  }

  turn(): Promise<void> {
    this.#turn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = null;
        this.#turnStarted = performance.now();
        resolve();
      });
    });
    return this.#turn;
  }

  #arm(due: number): void {
    this.#armedFor = due;
    if (this.#native !== null) clearTimeout(this.#native);
    const delay = Math.min(Math.max(1, Math.ceil(due - performance.now())), LONGEST_DELAY);
    this.#native = this.#home.runInAsyncScope(setTimeout, null, this.#wake, delay) as NodeJS.Timeout;
    this.#holdsProcess = true;
  }

  #fireDue(): void {
    this.#native = null;
    this.#armedFor = Infinity;
    this.#holdsProcess = false;
    const now = performance.now();
    this.#turnStarted = now;
    for (let timer = this.#timers.shiftDue(now); timer !== undefined; timer = this.#timers.shiftDue(now)) {
      timer.fire();
    }
    const next = this.#timers.nextDue();
    if (next < this.#armedFor) this.#arm(next);
  }

  #hold(on: boolean): void {
    this.#holdsProcess = on;
    if (on) this.#native?.ref();
    else this.#native?.unref();
  }

  #releaseProcessIfIdle(): void {
    this.#idleCheckPending = false;
    if (this.#timers.size === 0 && this.#holdsProcess) this.#hold(false);
  }
}
