import type { Step } from "./exploreClock.js";

/**
 * All schedules that deviate from the natural order in at most `bound` places, those with fewer deviations first. Most
 * bugs of concurrency need one or two (Emmi, Qadeer and Rakamarić, "Delay-Bounded Scheduling", 2011), and their number
 * stays small enough to try them all.
 */
export class SystematicSearch {
  readonly #bound: number;
  #level: (readonly number[])[] = [[]];
  #nextLevel: (readonly number[])[] = [];
  #deviations = 0;
  #at = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** The choices of the next run, or undefined when all have been tried. */
  next(): readonly number[] | undefined {
    if (this.#at === this.#level.length) {
      if (this.#nextLevel.length === 0) return undefined;
      this.#level = this.#nextLevel;
      this.#nextLevel = [];
      this.#deviations++;
      this.#at = 0;
    }
    return this.#level[this.#at++];
  }

  /** Tells how the run with `picks` went: each later decision that had an alternative is a run to come. */
  ran(picks: readonly number[], steps: readonly Step[]): void {
    if (this.#deviations === this.#bound) return;
    const decisions = steps.filter((step) => step.of > 1);
    for (let i = picks.length; i < decisions.length; i++) {
      const { of } = decisions[i] as Step;
      const before = decisions.slice(0, i).map((step) => step.pick);
      for (let other = 1; other < of; other++) this.#nextLevel.push([...before, other]);
    }
  }
}
