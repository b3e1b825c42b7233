import type { Entry } from "./program.js";

/** What has happened in a program so far. */
export class Trace {
  readonly entries: Entry[] = [];
  readonly #clock: { now(): number };

  constructor(clock: { now(): number }) {
    this.#clock = clock;
  }

  /** `end` names what has ended with this, where that can be told in one line. */
  note(who: string, what: string, end?: string): void {
    this.entries.push({ t: this.#clock.now(), who, what, ...(end === undefined ? {} : { end }) });
  }
}
