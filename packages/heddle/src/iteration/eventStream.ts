import { Deque } from "../ground/deque.js";
import { describe } from "../ground/describe.js";
import { ErrorEventError, EventOverflowError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { breath, park, throwIfCancelled, WaitList } from "../task/park.js";

export type EventName = string | symbol;

/** What is needed of an `EventEmitter`. */
export interface EmitterLike {
  on(name: EventName, listener: (...args: unknown[]) => void): unknown;
  off(name: EventName, listener: (...args: unknown[]) => void): unknown;
}

/** What is needed of an `EventTarget`. */
export interface TargetLike {
  addEventListener(name: string, listener: (event: Event) => void): void;
  removeEventListener(name: string, listener: (event: Event) => void): void;
}

export type EventSource = EmitterLike | TargetLike;

export interface EventStreamRules {
  readonly names: readonly EventName[];
  /** Whether the name is the first in each item. */
  readonly withName: boolean;
  readonly capacity: number;
  readonly overflow: "error" | "dropOldest" | "dropNewest";
  readonly error: EventName | null;
  readonly end: readonly EventName[];
}

/** The iterator that `fromEvents()` makes: listens from its making until it is closed. */
export class EventStream<A extends unknown[]> implements AsyncIterableIterator<A, void, undefined>, Disposable {
  readonly #rules: EventStreamRules;
  readonly #waiting = new Deque<A>();
  readonly #consumers: WaitList<A | undefined> = new WaitList("event", this);
  readonly #unlisten: (() => void)[] = [];
  #state: "listening" | "closed" = "listening";
  #failure: { error: unknown } | null = null;
  #dropped = 0;

  constructor(source: EventSource, rules: EventStreamRules) {
    this.#rules = rules;
    const { names, withName, error, end } = rules;
    for (const name of new Set(names)) {
      this.#listen(source, name, (...args) => this.#add((withName ? [name, ...args] : args) as A));
    }
    for (const name of end) this.#listen(source, name, () => this.#close());
    if (error !== null && !names.includes(error))
      this.#listen(source, error, (brought) => this.#fail(toError(brought)));
  }

  get state(): "listening" | "closed" {
    return this.#state;
  }

  /** How many events were dropped because there was no room. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The next event. If cancelled: the listeners are removed, and what was waiting is dropped. */
  async next(): Promise<IteratorResult<A, void>> {
    try {
      return await this.#next();
    } catch (error) {
      // A loop does not close an iterator that throws.
      this[Symbol.dispose]();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<A, void>> {
    this[Symbol.dispose]();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Removes the listeners, and drops the events that are waiting. */
  [Symbol.dispose](): void {
    this.#waiting.clear();
    this.#failure = null;
    this.#close();
  }

  async #next(): Promise<IteratorResult<A, void>> {
    throwIfCancelled();
    if (this.#waiting.size > 0) {
      const value = this.#waiting.shift() as A;
      const turn = breath();
      if (turn !== undefined) await turn;
      return { done: false, value };
    }
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure.error;
    if (this.#state === "closed") return { done: true, value: undefined };
    const value = await park(this.#consumers);
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  #add(item: A): void {
    if (this.#consumers.wakeFirst(item)) return;
    const { capacity, overflow } = this.#rules;
    if (this.#waiting.size < capacity) {
      this.#waiting.push(item);
      return;
    }
    if (overflow === "error") {
      this.#fail(new EventOverflowError(`Cannot keep an event as ${capacity} are waiting for the loop to take them`));
      return;
    }
    this.#dropped++;
    if (overflow === "dropNewest") return;
    this.#waiting.shift();
    this.#waiting.push(item);
  }

  /** A loop that waits fails at once; one that is behind when it has taken what came before. */
  #fail(error: unknown): void {
    const first = this.#consumers.first;
    if (first === undefined) this.#failure = { error };
    else first.fail(error);
    this.#close();
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    for (const unlisten of this.#unlisten.splice(0)) unlisten();
    this.#consumers.wakeAll(undefined);
  }

  #listen(source: EventSource, name: EventName, listener: (...args: unknown[]) => void): void {
    if ("addEventListener" in source && !("on" in source)) {
      source.addEventListener(name as string, listener);
      this.#unlisten.push(() => source.removeEventListener(name as string, listener));
    } else {
      const emitter = source as EmitterLike;
      emitter.on(name, listener);
      this.#unlisten.push(() => emitter.off(name, listener));
    }
  }
}

inspectAs(EventStream, (self) => `EventStream { ${self.state}, dropped: ${self.dropped} }`);

/** What an error event of an emitter or of a target brought, as something to throw. */
function toError(brought: unknown): Error {
  if (brought instanceof Error) return brought;
  const inner: unknown =
    typeof brought === "object" && brought !== null ? (brought as { error?: unknown }).error : null;
  if (inner instanceof Error) return inner;
  return new ErrorEventError(`An error event brought no error: received ${describe(brought)}`, { cause: brought });
}
