import type { ProgramDraft } from "./draft.js";

const MOST_BITS = 24;

/**
 * Durations for a program. Where it is not to be crowded no two sums of them are the same, so that no two timers are due at
 * the same moment: each is a small number of units, and has a bit of its own below them.
 */
export class Timetable {
  readonly #unit: number;
  #next = 0;

  constructor(draft: ProgramDraft, crowded: boolean) {
    const timers = JSON.stringify(draft).match(/"(ms|start|cleanUp)"/g)?.length ?? 0;
    // A clean-up has a sleep and a limit.
    this.#unit = crowded ? 1 : 2 ** Math.min(2 * timers, MOST_BITS);
  }

  next(ms: number): number {
    if (this.#unit === 1 || ms === 0) return ms * this.#unit;
    const bit = 2 ** (this.#next % MOST_BITS);
    this.#next++;
    return ms * this.#unit + bit;
  }

  /** Later than anything can happen. It is odd, as the deadlines of a crowded program are. */
  get horizon(): number {
    return 1000 * this.#unit + 1;
  }
}
