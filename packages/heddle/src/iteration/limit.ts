/** How many calls may be under way at a time: it can be changed meanwhile. */
export class Limit {
  /** Told of each change, with the difference. */
  readonly #listeners: ((change: number) => void)[] = [];
  #value: number;

  constructor(value: number) {
    this.#value = value;
  }

  get value(): number {
    return this.#value;
  }

  onChange(listener: (change: number) => void): void {
    this.#listeners.push(listener);
  }

  set(value: number): void {
    const change = value - this.#value;
    this.#value = value;
    // From `Infinity` to `Infinity` there is no difference either.
    if (change > 0 || change < 0) for (const listener of this.#listeners) listener(change);
  }
}
