/** A map that keeps what was used last, and hands over what it lets go of. */
export class Recent<K, V> {
  readonly #entries: Map<K, V> = new Map();
  readonly #most: number;
  readonly #letGo: (value: V) => void;

  constructor(most: number, letGo: (value: V) => void) {
    this.#most = most;
    this.#letGo = letGo;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K, make: () => V): V {
    let value = this.#entries.get(key);
    if (value === undefined) {
      value = make();
      for (const [oldest, old] of this.#entries) {
        if (this.#entries.size < this.#most) break;
        this.#entries.delete(oldest);
        this.#letGo(old);
      }
    } else {
      this.#entries.delete(key);
    }
    this.#entries.set(key, value);
    return value;
  }

  /** Does not count as a use. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  entries(): readonly (readonly [K, V])[] {
    return [...this.#entries];
  }

  /** Lets go of all. */
  clear(): void {
    const values = [...this.#entries.values()];
    this.#entries.clear();
    for (const value of values) this.#letGo(value);
  }
}
