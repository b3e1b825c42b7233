import type { Timer } from "./timers.js";

/**
 * Where the runtime takes its time from. There are two: the system's, and the virtual one of `heddle/testing`.
 * Nothing else in Heddle reads a clock or sets a timer.
 */
export interface Clock {
  /** The current moment, in milliseconds from a fixed but arbitrary one. Never runs backwards. */
  now(): number;
  /** Calls `timer.fire()` once, at `deadline` or as soon after it as possible, never before. */
  schedule(timer: Timer, deadline: number): void;
  /** Takes the timer back. Does nothing to one that has fired. O(1). */
  cancel(timer: Timer): void;
  /** True when the tasks have had the thread for so long that timers and I/O should be let in. Cheap. */
  turnDue(): boolean;
  /** Resolves after the event loop has let timers and I/O in once. */
  turn(): Promise<void>;
  /** Where the clock decides who goes on next as well: `explore()`. Default: nobody decides, first come first served. */
  readonly scheduler?: Scheduler;
}

/** Holds back what is ready to go on, and lets one thing at a time go. */
export interface Scheduler {
  /** @param subject the waiter that was woken, or the task that is to start */
  add(subject: object, resume: () => void): void;
}
