import type { ProgramDraft } from "./draft.js";

/** With them and the horizon all moments are exact as doubles. */
export const MOST_TIMERS = 42;

/**
 * Durations for a program. Where it is not to be crowded no two sums of them are the same, so that no two timers are due at
 * the same moment: each is a small number of units, and has a bit of its own below them.
 */
export class Timetable {
  readonly #unit: number;
  #next = 0;

  constructor(draft: ProgramDraft, crowded: boolean) {
    this.#unit = crowded ? 1 : 2 ** Math.min(timersIn(draft), MOST_TIMERS);
  }

  next(ms: number): number {
    if (this.#unit === 1 || ms === 0) return ms * this.#unit;
    const bit = 2 ** (this.#next % MOST_TIMERS);
    this.#next++;
    return ms * this.#unit + bit;
  }

  /** Later than anything can happen. It is odd, as the deadlines of a crowded program are. */
  get horizon(): number {
    return 1000 * this.#unit + 1;
  }
}

/** How many timers a draft can need at most: a clean-up has a sleep and a limit. */
export function timersIn(draft: ProgramDraft): number {
  const count = (field: RegExp): number => JSON.stringify(draft).match(field)?.length ?? 0;
  return count(/"(ms|start)"/g) + 2 * count(/"cleanUp"/g);
}
