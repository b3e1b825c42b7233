import { setImmediate } from "node:timers";
import { checkDuration } from "../ground/check.js";
import type { Clock } from "../ground/clock.js";
import type { Timer } from "../ground/timers.js";
import { TimerQueue } from "../ground/timers.js";

export interface VirtualClockOptions {
  /** The moment at which it starts, in milliseconds. Default 0. */
  start?: number;
  /** Whether time jumps to the next deadline when nothing else is left to do. Default true; else `advance()` moves it. */
  autoJump?: boolean;
}

/** Real time plays no part in when the event loop is let in, or a test would run differently on a slow machine. */
const CALLS_PER_TURN = 1000;

/**
 * A clock whose time passes only when nothing is left to do at the present moment: an hour of sleeping takes no time, and
 * two sleeps end in the same order in every run. Deadlines are exact, not rounded to milliseconds.
 *
 * It looks only at the tasks of the runtime: while one of them waits for a socket or a file, time jumps all the same.
 */
export class VirtualClock implements Clock {
  readonly #timers = new TimerQueue();
  readonly #autoJump: boolean;
  #now: number;
  #calls = 0;
  #turn: Promise<void> | null = null;
  #jumpPending = false;

  constructor(options: VirtualClockOptions = {}) {
    const { start = 0, autoJump = true } = options;
    checkDuration("make a virtual clock", start, "the start");
    this.#now = start;
    this.#autoJump = autoJump;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers are set: 0 when a program has cleaned up after itself. */
  get pending(): number {
    return this.#timers.size;
  }

  schedule(timer: Timer, deadline: number): void {
    this.#timers.add(timer, Math.max(deadline, this.#now));
    if (this.#autoJump) this.#jumpSoon();
  }

  cancel(timer: Timer): void {
    this.#timers.remove(timer);
  }

  turnDue(): boolean {
    return ++this.#calls % CALLS_PER_TURN === 0;
  }

  turn(): Promise<void> {
    this.#turn ??= afterThisTurn().then(() => {
      this.#turn = null;
    });
    return this.#turn;
  }

  /** Lets `ms` milliseconds pass, firing on the way what is due, each at its moment, with everything that follows from it. */
  async advance(ms: number): Promise<void> {
    checkDuration("advance a virtual clock", ms);
    const end = this.#now + ms;
    await afterThisTurn();
    while (this.#timers.nextDue() <= end) {
      this.#jump();
      await afterThisTurn();
    }
    this.#now = end;
  }

  /** An immediate runs when all promise jobs are done: what can go on at this moment has gone on. */
  #jumpSoon(): void {
    if (this.#jumpPending) return;
    this.#jumpPending = true;
    setImmediate(() => {
      this.#jumpPending = false;
      if (this.#turn === null) this.#jump();
      if (this.#timers.nextDue() < Infinity) this.#jumpSoon();
    });
  }

  #jump(): void {
    const due = this.#timers.nextDue();
    if (due === Infinity) return;
    this.#now = due;
    for (let timer = this.#timers.shiftDue(due); timer !== undefined; timer = this.#timers.shiftDue(due)) {
      timer.fire();
    }
  }
}

function afterThisTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
