import { setImmediate, setTimeout } from "node:timers";
import { checkFlag, checkNumber, checkOptions } from "../ground/check.js";
import type { Clock } from "../ground/clock.js";
import type { Timer } from "../ground/timers.js";
import { TimerQueue } from "../ground/timers.js";
import { OutsideWork } from "./outsideWork.js";

export interface VirtualClockOptions {
  /** The moment at which it starts, in milliseconds. Default 0. */
  start?: number;
  /** Whether time jumps to the next deadline when nothing else is left to do. Default true; else `advance()` moves it. */
  autoJump?: boolean;
}

/** Real time plays no part in when the event loop is let in, or a test would run differently on a slow machine. */
const CALLS_PER_TURN = 1000;
/** So many turns of the event loop without any work of ours before the question is asked whether any can come. */
const IDLE_TURNS = 20;
/** How often it is looked whether work outside of the runtime has come to something, in real milliseconds. */
const LOOK_AGAIN = 2;
/** How often it is looked where the platform cannot tell whether there is such work: for a fifth of a second. */
const PATIENCE = 100;

/**
 * A clock whose time passes only when nothing is left to do at the present moment: an hour of sleeping takes no time, and
 * two sleeps end in the same order in every run. Deadlines are exact, not rounded to milliseconds.
 *
 * It looks only at the tasks of the runtime: while one of them waits for a socket or a file, time jumps all the same.
 */
export class VirtualClock implements Clock {
  protected readonly timers: TimerQueue = new TimerQueue();
  protected readonly patience: number = PATIENCE;
  readonly #autoJump: boolean;
  readonly #settling: (() => void)[] = [];
  #now: number;
  #calls = 0;
  #turn: Promise<void> | null = null;
  #armed = false;
  #onDeadlock: (() => void) | null = null;
  #outside: OutsideWork | null = null;
  #idleTurns = 0;

  constructor(options: VirtualClockOptions = {}) {
    const doing = "make a virtual clock";
    checkOptions(doing, options, ["start", "autoJump"]);
    const { start = 0, autoJump = true } = options;
    checkNumber(doing, start, { what: "the start", least: 0 });
    checkFlag(doing, autoJump, "autoJump");
    this.#now = start;
    this.#autoJump = autoJump;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers are set: 0 when a program has cleaned up after itself. */
  get pending(): number {
    return this.timers.size;
  }

  schedule(timer: Timer, deadline: number): void {
    this.timers.add(timer, Math.max(deadline, this.#now));
    if (this.#autoJump) this.arm();
  }

  cancel(timer: Timer): void {
    this.timers.remove(timer);
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
    checkNumber("advance a virtual clock", ms, { what: "the duration", least: 0 });
    const end = this.#now + ms;
    await afterThisTurn();
    while (this.timers.nextDue() <= end) {
      this.jump();
      await afterThisTurn();
    }
    this.#now = end;
  }

  /** Resolves when all else that can go on at the present moment has gone on, before time jumps. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#settling.push(resolve);
      this.arm();
    });
  }

  /**
   * Calls `onDeadlock` once when nothing is left that could ever wake anything: no timer, and nothing outside of the
   * runtime that is under way. Returns the function that ends the watch.
   */
  watch(onDeadlock: () => void): () => void {
    this.#onDeadlock = onDeadlock;
    this.#outside = new OutsideWork(this.patience);
    this.arm();
    return () => {
      this.#onDeadlock = null;
    };
  }

  /** An immediate runs when all promise jobs are done: what could go on by itself at this moment has gone on. */
  protected arm(): void {
    this.#idleTurns = 0;
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(() => this.#nothingElseToDo());
  }

  #nothingElseToDo(): void {
    this.#armed = false;
    if (this.#turn !== null || this.proceed()) this.arm();
    else if (this.#onDeadlock !== null) this.#idle(this.#onDeadlock);
  }

  /** Does the next thing there is to do. Returns false if there is none. */
  protected proceed(): boolean {
    const settled = this.#settling.splice(0);
    for (const resolve of settled) resolve();
    return settled.length > 0 || (this.#autoJump && this.jump());
  }

  /** Moves time to the next deadline and fires what is due. Returns false if there is none. */
  protected jump(): boolean {
    const due = this.timers.nextDue();
    if (due === Infinity) return false;
    this.#now = due;
    this.fireDue(due);
    return true;
  }

  protected fireDue(now: number): void {
    for (let timer = this.timers.shiftDue(now); timer !== undefined; timer = this.timers.shiftDue(now)) timer.fire();
  }

  #idle(onDeadlock: () => void): void {
    const idleTurns = ++this.#idleTurns;
    if (idleTurns > IDLE_TURNS && this.#outside?.underWay(idleTurns - IDLE_TURNS) === false) {
      this.#onDeadlock = null;
      onDeadlock();
      return;
    }
    this.#armed = true;
    const again = (): void => void setImmediate(() => this.#nothingElseToDo());
    if (idleTurns > IDLE_TURNS) setTimeout(again, LOOK_AGAIN);
    else again();
  }
}

function afterThisTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
