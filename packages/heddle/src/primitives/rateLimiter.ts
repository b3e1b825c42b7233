import { checkFunction, checkOptions, checkPositive } from "../ground/check.js";
import type { Clock } from "../ground/clock.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError, InvalidStateError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { Link } from "../ground/link.js";
import type { Timer } from "../ground/timers.js";
import { currentScope } from "../task/current.js";
import { park, pass, refusal, WaitList } from "../task/park.js";

export interface RateLimiterOptions {
  /** The interval that the rate is for, in milliseconds. Default 1000: the rate is per second. */
  per?: number;
  /** How much may be spent at once after a pause: 1 or more. Default 1: calls are spaced evenly. */
  burst?: number;
}

export interface RateLimiterStats {
  /** What could be spent now. */
  available: number;
  /** Tasks that wait in `acquire()`. */
  waiting: number;
  rate: number;
  per: number;
  burst: number;
}

/**
 * A bucket of tokens: full at the start, it holds `burst` of them and gets `rate` more in every interval. A call takes its
 * cost out of it or waits, first come first served. In any stretch of `t` milliseconds no more than `burst + rate * t / per`
 * is spent.
 *
 *     const limiter = new RateLimiter(5, { burst: 10 });      5 a second, 10 at once after a pause
 *     await limiter.acquire();
 *
 * It counts in the time of the run that uses it; it cannot be waited for in two runs with different clocks.
 */
export class RateLimiter {
  readonly rate: number;
  readonly per: number;
  readonly burst: number;
  #clock: Clock | null = null;
  /** When the bucket was full last, and what was taken out since. Sums of many small refills would drift. */
  #fullAt = 0;
  #spent = 0;
  readonly #waiters: WaitList<void> = new WaitList("rateLimiter.acquire", this);
  /** Set for the moment at which the first in line is due, and only while somebody stands there. */
  readonly #alarm: Alarm = new Alarm(() => this.#serve());

  /** @param rate how many tokens come in every interval: a number above 0 */
  constructor(rate: number, options: RateLimiterOptions = {}) {
    const doing = "make a rate limiter";
    checkPositive(doing, rate, "the rate");
    checkOptions(doing, options, ["per", "burst"]);
    const { per = 1000, burst = 1 } = options;
    checkPositive(doing, per, "per");
    checkPositive(doing, burst, "burst");
    if (burst < 1) throw new InvalidArgumentError(`Cannot ${doing} as burst must be 1 or more: received ${burst}`);
    this.rate = rate;
    this.per = per;
    this.burst = burst;
    this.#waiters.onLeave = () => this.#serve();
  }

  /** What could be spent now. */
  get available(): number {
    if (this.#clock === null) return this.burst;
    const refilled = ((this.#clock.now() - this.#fullAt) * this.rate) / this.per;
    return Math.min(this.burst, this.burst - this.#spent + refilled);
  }

  /**
   * Waits until `cost` tokens are there and all who came earlier have got theirs, and takes them. There is nothing to give
   * back: time does that.
   *
   * If cancelled: throws `CancelledError`, nothing is spent, and those behind are served if they can be.
   *
   * @param cost a number above 0, at most `burst`
   */
  acquire(cost: number = 1): Promise<void> {
    const refused = refusal();
    if (refused !== null) return refused;
    try {
      if (this.tryAcquire(cost)) return pass(undefined);
    } catch (error) {
      return Promise.reject(error);
    }
    const spent = park(this.#waiters, cost);
    this.#setAlarm();
    return spent;
  }

  /** Takes `cost` tokens and returns true if that needs no waiting, else returns false. */
  tryAcquire(cost: number = 1): boolean {
    this.#checkCost(cost);
    this.#useClock();
    return this.#waiters.isEmpty && this.#spend(cost);
  }

  /** Calls `fn` when `cost` tokens were taken. If cancelled while waiting: `fn` is not called. */
  async with<T>(fn: () => T | PromiseLike<T>, cost: number = 1): Promise<T> {
    checkFunction("use a rate limiter", fn, "limiter.with(() => work())");
    await this.acquire(cost);
    return fn();
  }

  stats(): RateLimiterStats {
    const { available, rate, per, burst } = this;
    return { available, waiting: this.#waiters.count(), rate, per, burst };
  }

  #checkCost(cost: unknown): void {
    checkPositive("acquire from a rate limiter", cost, "the cost");
    if ((cost as number) <= this.burst) return;
    throw new InvalidArgumentError(
      `Cannot acquire from a rate limiter as there is never more than its burst of ${this.burst}: received ${describe(cost)}`,
    );
  }

  /** The moments of two clocks cannot be compared: with another one than before, the bucket starts full. */
  #useClock(): void {
    const { clock } = currentScope().runtime;
    if (clock === this.#clock) return;
    if (!this.#waiters.isEmpty) {
      throw new InvalidStateError(
        "Cannot acquire from a rate limiter as tasks of a run with another clock wait for it",
      );
    }
    this.#clock = clock;
    this.#fullAt = clock.now();
    this.#spent = 0;
  }

  #spend(cost: number): boolean {
    const now = (this.#clock as Clock).now();
    if (now >= this.#moment(this.#spent)) {
      this.#fullAt = now;
      this.#spent = 0;
    }
    if (now < this.#moment(this.#spent + cost - this.burst)) return false;
    this.#spent += cost;
    return true;
  }

  /** When so many tokens will have come since the bucket was full. */
  #moment(tokens: number): number {
    return this.#fullAt + (tokens * this.per) / this.rate;
  }

  #serve(): void {
    for (let first = this.#waiters.first; first !== undefined; first = this.#waiters.first) {
      if (!this.#spend(first.request as number)) break;
      first.wake();
    }
    this.#setAlarm();
  }

  #setAlarm(): void {
    const clock = this.#clock as Clock;
    const first = this.#waiters.first;
    clock.cancel(this.#alarm);
    if (first !== undefined) {
      clock.schedule(this.#alarm, this.#moment(this.#spent + (first.request as number) - this.burst));
    }
  }
}

inspectAs(RateLimiter, (self) => {
  const { available, waiting, rate, per, burst } = self.stats();
  return `RateLimiter { ${rate} per ${per} ms, available: ${Math.floor(available)} of ${burst}, waiting: ${waiting} }`;
});

class Alarm extends Link implements Timer {
  readonly fire: () => void;

  constructor(fire: () => void) {
    super();
    this.fire = fire;
  }
}
