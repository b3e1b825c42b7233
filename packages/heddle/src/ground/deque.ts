const SMALLEST = 16;

/** A first-in-first-out ring buffer that grows by doubling. `push` and `shift` are O(1); `Array.shift` is not. */
export class Deque<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(SMALLEST);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The oldest item, left where it is. */
  get first(): T | undefined {
    return this.#size === 0 ? undefined : this.#slots[this.#head];
  }

  push(item: T): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#size) & (this.#slots.length - 1)] = item;
    this.#size++;
  }

  /** Takes the oldest item out; undefined when there is none. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#size--;
    return item;
  }

  /** Takes the newest item out; undefined when there is none. */
  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    this.#size--;
    const index = (this.#head + this.#size) & (this.#slots.length - 1);
    const item = this.#slots[index];
    this.#slots[index] = undefined;
    return item;
  }

  clear(): void {
    this.#slots = new Array<T | undefined>(SMALLEST);
    this.#head = 0;
    this.#size = 0;
  }

  #grow(): void {
    const { length } = this.#slots;
    const wider = new Array<T | undefined>(length * 2);
    for (let i = 0; i < length; i++) wider[i] = this.#slots[(this.#head + i) & (length - 1)];
    this.#slots = wider;
    this.#head = 0;
  }
}
