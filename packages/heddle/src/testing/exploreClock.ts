import type { Scheduler } from "../ground/clock.js";
import type { Timer } from "../ground/timers.js";
import { currentScope } from "../task/current.js";
import { Waiter } from "../task/park.js";
import { Scope } from "../task/scope.js";
import { Task } from "../task/task.js";
import type { Chooser } from "./chooser.js";
import { VirtualClock } from "./virtualClock.js";

/** One decision of a run, and what it was about. */
export interface Step {
  /** The moment on the virtual clock, in milliseconds. */
  readonly time: number;
  /** The name of the task that went on. */
  readonly who: string;
  /** What it had waited for. */
  readonly after: string;
  /** The tasks that were ready as well. */
  readonly others: readonly string[];
  /** The place of the one that went on among all that were ready, the oldest first. */
  readonly pick: number;
  readonly of: number;
}

interface Ready {
  /** The task, for a chooser that treats tasks differently. */
  readonly task: unknown;
  readonly who: string;
  readonly after: string;
  readonly resume: () => void;
}

/**
 * A virtual clock that also decides who goes on. Everything that is ready (a task that is to start, a waiter that was
 * woken or cancelled, a call that did not have to wait but might let others run) stands in one list, and one at a time
 * goes on, until the list is empty; then time jumps. What the code between two waits does by itself is left alone: it
 * cannot be interrupted in JavaScript either.
 */
export class ExploreClock extends VirtualClock implements Scheduler {
  readonly scheduler: Scheduler = this;
  readonly steps: Step[] = [];
  /** What waits for something outside cannot be replayed, so an explored program waits for nothing there. */
  protected override readonly patience: number = 0;
  readonly #chooser: Chooser;
  readonly #ready: Ready[] = [];
  #due: Timer[] = [];
  readonly #tasksByName = new Map<string, Task<unknown>[]>();
  #failed = false;
  #stopped = false;
  readonly #onStep: (steps: number) => void;

  constructor(chooser: Chooser, onStep: (steps: number) => void) {
    super();
    this.#chooser = chooser;
    this.#onStep = onStep;
  }

  add(subject: object, resume: () => void): void {
    this.#ready.push({ ...this.#describe(subject), resume });
    this.arm();
  }

  override cancel(timer: Timer): void {
    this.#due = this.#due.filter((due) => due !== timer);
    super.cancel(timer);
  }

  /** Every call that might have waited is a place where others may come first. */
  override turnDue(): boolean {
    return true;
  }

  override turn(): Promise<void> {
    const scope = currentScope();
    return new Promise((resolve) => this.add(scope, resolve));
  }

  /** What follows a deadlock is only its clearing away: it does not belong to the schedule. */
  override watch(onDeadlock: () => void): () => void {
    return super.watch(() => {
      this.#failed = true;
      onDeadlock();
    });
  }

  /** Nothing goes on any more. */
  stop(): void {
    this.#stopped = true;
  }

  protected override proceed(): boolean {
    if (this.#stopped) return false;
    if (this.#ready.length === 0) return super.proceed();
    this.#choose(this.#ready).resume();
    return true;
  }

  /** Timers of one moment fire in any order. For sleeps alone it makes no difference: who goes on is decided later. */
  protected override fireDue(now: number): void {
    for (let timer = this.timers.shiftDue(now); timer !== undefined; timer = this.timers.shiftDue(now)) {
      this.#due.push(timer);
    }
    while (this.#due.length > 0) {
      const anyOrder = this.#due.length > 1 && !this.#due.every((timer) => timer instanceof Waiter);
      const timer = anyOrder ? this.#chooseTimer() : (this.#due.shift() as Timer);
      timer.fire();
    }
  }

  #chooseTimer(): Timer {
    const described = this.#due.map((timer) => ({ timer, ...this.#describe(timer) }));
    const { timer } = this.#choose(described);
    this.#due = described.map((ready) => ready.timer);
    return timer;
  }

  #choose<R extends Omit<Ready, "resume">>(ready: R[]): R {
    const of = ready.length;
    const pick = of === 1 ? 0 : this.#chooser.choose(ready.map(({ task }) => task));
    const [chosen] = ready.splice(pick, 1) as [R];
    const { who, after } = chosen;
    if (!this.#failed) {
      this.steps.push({ time: this.now(), who, after, others: ready.map((other) => other.who), pick, of });
      this.#onStep(this.steps.length);
    }
    return chosen;
  }

  #describe(subject: object): Omit<Ready, "resume"> {
    if (subject instanceof Task) return { ...this.#named(subject), after: "its start" };
    if (subject instanceof Scope) return { ...this.#named(subject.task), after: "a checkpoint" };
    if (!(subject instanceof Waiter)) return { task: subject, who: "(the clock)", after: "a deadline" };
    return { ...this.#named(subject.scope.task), after: subject.list === null ? "sleep" : subject.list.what };
  }

  /** Tasks of one name are told apart by a number. */
  #named(task: object | null): { task: object | null; who: string } {
    if (!(task instanceof Task)) return { task, who: "(no task)" };
    const namesakes = this.#tasksByName.get(task.name) ?? [];
    if (!namesakes.includes(task)) this.#tasksByName.set(task.name, [...namesakes, task]);
    const number = namesakes.includes(task) ? namesakes.indexOf(task) : namesakes.length;
    return { task, who: number === 0 ? task.name : `${task.name} #${number + 1}` };
  }
}
