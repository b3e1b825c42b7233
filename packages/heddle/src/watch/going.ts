import { Turns } from "./turns.js";

/** After so many stretches in which nobody left unheard markers are done without, at first. */
const PATIENCE = 8;
/** After each time that this was wrong, after so many times as many. */
const CAUTION = 4;

/**
 * Those tasks that go on in this stretch of jobs, and whose turn it is. When each stops by a call of ours, which is heard, the
 * turns follow from that. But one that goes on to a promise from elsewhere leaves unheard, and whoever has the turn after it
 * comes unheard as well: then a marker in the queue of jobs tells of each turn (`Turns`). It costs as much as the wake-up
 * itself, so it is done without while nobody leaves unheard; that somebody did is seen at the end of the stretch.
 */
export class Going {
  readonly #onTurn: (task: number) => void;
  readonly #turns: Turns<number>;
  /** With markers: those that were woken and have not stopped since. */
  readonly #woken: Set<number> = new Set();
  /** Whose turn it is as far as was heard; 0 for nobody's. */
  #turn = 0;
  /** How many have started or were woken and have not stopped. */
  #count = 0;
  #allHeard = false;
  /** How many stretches have passed since somebody left unheard. */
  #calm = 0;
  #patience: number = PATIENCE;

  /** @param onTurn called when a task has its turn of which nothing else tells */
  constructor(onTurn: (task: number) => void) {
    this.#onTurn = onTurn;
    this.#turns = new Turns((task) => this.#mark(task));
  }

  /** Whether a turn is taken to begin where the one before it ended. */
  get allHeard(): boolean {
    return this.#allHeard;
  }

  started(task: number): void {
    this.#count++;
    this.#turn = task;
  }

  /** To be called before the job in which the task goes on is queued. */
  woken(task: number): void {
    this.#count++;
    if (this.#allHeard) return;
    this.#woken.add(task);
    this.#turns.woken(task);
  }

  /** The task waits by a call of ours, or has ended. */
  stopped(task: number): void {
    this.#turn = 0;
    if (!this.#allHeard) this.#woken.delete(task);
    if (--this.#count < 0) this.#oneWasUnheard();
  }

  endStretch(): void {
    this.#turn = 0;
    this.#woken.clear();
    if (this.#count > 0) this.#oneWasUnheard();
    else if (++this.#calm > this.#patience) this.#allHeard = true;
  }

  #mark(task: number): boolean {
    if (!this.#woken.has(task)) return false;
    if (task === this.#turn) return true;
    this.#turn = task;
    this.#onTurn(task);
    return true;
  }

  #oneWasUnheard(): void {
    this.#count = 0;
    this.#calm = 0;
    if (this.#allHeard) this.#patience *= CAUTION;
    this.#allHeard = false;
  }
}
