import { nameOf } from "./errorNames.js";
import type { Entry } from "./program.js";

export interface AwaitingOptions<T> {
  /** What is noted of the result. Default: nothing. */
  readonly done?: (value: T) => string;
  readonly key?: string;
}

/** What has happened in a program so far, and what its tasks wait for at the moment. */
export class Trace {
  readonly entries: Entry[] = [];
  readonly #clock: { now(): number };
  readonly #doing = new Map<string, string[]>();
  #frozen = false;

  constructor(clock: { now(): number }) {
    this.#clock = clock;
  }

  note(who: string, what: string, more: { key?: string; report?: boolean } = {}): void {
    if (!this.#frozen) this.entries.push({ t: this.#clock.now(), who, what, ...more });
  }

  /** Remembers that `who` waits for the end of `work`, so that a deadlock can tell. */
  async during<T>(who: string, doing: string, work: () => PromiseLike<T>): Promise<T> {
    const stack = this.#doing.get(who) ?? [];
    this.#doing.set(who, stack);
    stack.push(doing);
    try {
      return await work();
    } finally {
      stack.pop();
    }
  }

  /** Waits, and notes how that ended. `key` is the line that it may have to stand in. */
  async awaiting<T>(
    who: string,
    doing: string,
    work: () => PromiseLike<T>,
    options: AwaitingOptions<T> = {},
  ): Promise<T> {
    const { done = () => "", key } = options;
    const begun = this.#clock.now();
    let value: T;
    try {
      value = await this.during(who, doing, work);
    } catch (error) {
      this.note(who, `${doing}: raised ${nameOf(error)}`);
      throw error;
    }
    const hasWaited = this.#clock.now() > begun;
    this.note(who, `${doing}${done(value)}`, key !== undefined && hasWaited ? { key } : {});
    return value;
  }

  /** Nothing can wake anything: that ends the trace. */
  stuck(): void {
    for (const [who, doing] of [...this.#doing].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (doing.length > 0) this.note(who, `is stuck in ${doing.join(" > ")}`);
    }
    this.#frozen = true;
  }
}
