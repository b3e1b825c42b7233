/** Why the limit was changed the last time. */
export interface LimitChange {
  readonly from: number;
  readonly to: number;
  /** In words that go on from "as". */
  readonly because: string;
}

/** How much of the way to a new sample the recent latency goes. */
const RECENT = 0.1;
/**
 * The same for the way of the usual latency to the recent one, which is smooth already: it follows a faster one soon. It
 * follows a slower one, little with each round, only where it cannot be the number of requests that makes answers slow: at
 * one at a time, or where nothing was slow before.
 */
const FASTER = 0.1;
const SLOWER = 0.02;
const SLOW_ALONE = 0.05;
/** A latency counts as so many times the recent one at the most, and some milliseconds on top. */
const MOST_AT_ONCE = 3;
/** Answers are slow when they take so many times the usual, and so many milliseconds on top. */
const TOLERANCE = 2;
const SLACK = 100;
/** Before so many answers nothing is usual. */
const ENOUGH = 8;
/** How much of the share of failures the last answer makes up. */
const FAILING = 0.1;
/** Failures count when they are more than this share of the last answers: some pages just do not work. */
const TOO_MANY = 0.5;
/** What a pause is made of at the least, in milliseconds: that a failure comes quickly is no reason for haste. */
const SHORTEST_ANSWER = 100;
/** With less than one request at a time the pauses between them become longer. This is one in 16. */
const LEAST = 1 / 16;
/** The longest such pause, in milliseconds. */
const LONGEST_PAUSE = 60_000;

/**
 * How many requests a host gets at a time, by how it bears them. The algorithm is AIMD, additive increase and
 * multiplicative decrease (D. Chiu and R. Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance
 * in Computer Networks", 1989), as in TCP, with a second sign of congestion as TCP Vegas has it (L. Brakmo and L. Peterson,
 * 1994): that answers take longer than they usually do.
 *
 *     an answer as quick as usual, at full use    the limit grows by 1 per round of answers
 *     answers become slow                         it shrinks by a quarter, but not below 1
 *     a refusal, or several failures              it is halved, also below 1: then the host has pauses
 *
 * It shrinks once per incident: what was under way when it last did is no news. It starts at its most, and never exceeds
 * it. It is a fraction, of which the whole part counts; half a request at a time means a pause as long as an answer takes.
 */
export class AdaptiveLimit {
  readonly #most: number;
  #value: number;
  #samples = 0;
  #recent = 0;
  #usual = 0;
  /** The share of failures among the last few answers, from 0 to 1. */
  #failures = 0;
  /** What left before this moment has been heard. */
  #changedAt = -Infinity;
  #lastChange: LimitChange | undefined;

  /** `most` is a whole number, 1 or more. */
  constructor(most: number) {
    this.#most = most;
    this.#value = most;
  }

  /** As a fraction. */
  get value(): number {
    return this.#value;
  }

  /** Requests at a time: a whole number, 1 or more. */
  get concurrency(): number {
    return Math.max(1, Math.floor(this.#value));
  }

  /** The pause from the start of one request to the start of the next, in milliseconds; 0 unless the limit is below 1. */
  get pause(): number {
    return this.#value < 1 ? Math.min(LONGEST_PAUSE, Math.max(SHORTEST_ANSWER, this.#recent) / this.#value) : 0;
  }

  get isReduced(): boolean {
    return this.#value < this.#most;
  }

  /** True when there is something to remember. */
  get hasLearned(): boolean {
    return this.isReduced || this.#failures > FAILING / 2;
  }

  /** How long answers take, in milliseconds; undefined before the first. */
  get latency(): { recent: number; usual: number } | undefined {
    return this.#samples === 0 ? undefined : { recent: this.#recent, usual: this.#usual };
  }

  get lastChange(): LimitChange | undefined {
    return this.#lastChange;
  }

  /**
   * An answer has come, to a request that left at the moment `startedAt`. `isFull` says that as many were under way as the
   * limit allows: else it is not known whether the host would bear more.
   */
  answered(startedAt: number, moment: number, isFull: boolean): void {
    this.#failures *= 1 - FAILING;
    this.#measure(moment - startedAt);
    if (startedAt < this.#changedAt) return;
    if (this.#samples > ENOUGH && this.#recent > TOLERANCE * this.#usual + SLACK) {
      const because = `answers take ${Math.round(this.#recent)} ms, usually ${Math.round(this.#usual)} ms`;
      if (this.#value > 1) this.#change(Math.max(1, this.#value * 0.75), moment, because);
    } else if (isFull && this.#value < this.#most) {
      // One more after as many answers as there are at a time: each adds its part.
      const more = this.#value < 1 ? this.#value * 2 : this.#value + 1 / this.concurrency;
      this.#value = Math.min(this.#most, more);
    }
  }

  /**
   * A request that left at the moment `startedAt` has failed, perhaps of overload: it counts when others did too. Returns
   * whether it did.
   */
  failed(startedAt: number, moment: number, because: string): boolean {
    this.#failures += FAILING * (1 - this.#failures);
    return this.#failures > TOO_MANY && this.overloaded(startedAt, moment, because);
  }

  /** The host itself says that it is too much. Returns false if that is no news. */
  overloaded(startedAt: number, moment: number, because: string): boolean {
    if (startedAt < this.#changedAt) return false;
    this.#change(Math.max(LEAST, this.#value / 2), moment, because);
    return true;
  }

  #measure(latency: number): void {
    this.#samples++;
    // One page that takes for ever says little of the host; several in a row still get through, each a little further.
    const most = MOST_AT_ONCE * Math.max(this.#recent, this.#usual) + SLACK;
    const sample = this.#samples === 1 ? latency : Math.min(latency, most);
    // A plain average at first, so that it does not matter much which page comes first.
    this.#recent += Math.max(RECENT, 1 / this.#samples) * (sample - this.#recent);
    if (this.#samples <= ENOUGH) this.#usual = this.#recent;
    else this.#usual += this.#following() * (this.#recent - this.#usual);
  }

  #following(): number {
    if (this.#recent < this.#usual) return FASTER;
    if (this.concurrency === 1) return SLOW_ALONE;
    return this.isReduced ? 0 : SLOWER / this.concurrency;
  }

  #change(to: number, moment: number, because: string): void {
    this.#lastChange = { from: this.#value, to, because };
    this.#value = to;
    this.#changedAt = moment;
  }
}
