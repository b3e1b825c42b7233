/**
 * Puts lines that are finished in any order into the order of their numbers, 0, 1, 2 …
 *
 *     add(2)  is held     add(0)  pushes 0     add(1)  pushes 1 and 2
 */
export class InputOrder {
  readonly #push: (line: string) => void;
  readonly #held = new Map<number, string>();
  #next = 0;

  constructor(push: (line: string) => void) {
    this.#push = push;
  }

  /** Pushes the line if its turn has come, with all that waited for it. Returns how many were pushed. */
  add(number: number, line: string): number {
    this.#held.set(number, line);
    let pushed = 0;
    for (;;) {
      const next = this.#held.get(this.#next);
      if (next === undefined) return pushed;
      this.#held.delete(this.#next++);
      this.#push(next);
      pushed++;
    }
  }

  /** Pushes what is held, in order, although lines before it are missing: they will not come any more. */
  giveUp(): void {
    const numbers = [...this.#held.keys()].sort((a, b) => a - b);
    for (const number of numbers) this.#push(this.#held.get(number) as string);
    this.#held.clear();
  }
}
