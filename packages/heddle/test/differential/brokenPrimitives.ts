import { Condition, Event, Future, isCancelled, Queue, Semaphore } from "heddle";
import type { Makers } from "./heddlePrimitives.js";
import { makers } from "./heddlePrimitives.js";
import type { Value } from "./program.js";

/** Forgets an item when one who waits for it is cancelled. */
class LosingQueue extends Queue<Value> {
  #lost = 0;

  override async get(): Promise<Value> {
    try {
      let item = await super.get();
      for (; this.#lost > 0; this.#lost--) item = await super.get();
      return item;
    } catch (error) {
      if (isCancelled(error)) this.#lost++;
      throw error;
    }
  }
}

/** Lets the one in who came last. */
class LastFirstLock {
  #held = false;
  readonly #waiters: Future<void>[] = [];

  get locked(): boolean {
    return this.#held;
  }

  async acquire(): Promise<Disposable> {
    if (this.#held) await this.#wait();
    this.#held = true;
    return { [Symbol.dispose]: () => this.release() };
  }

  release(): void {
    const next = this.#waiters.pop();
    if (next === undefined) this.#held = false;
    else next.setResult();
  }

  async #wait(): Promise<void> {
    const turn = new Future<void>();
    this.#waiters.push(turn);
    try {
      await turn;
    } catch (error) {
      this.#waiters.splice(this.#waiters.indexOf(turn), 1);
      throw error;
    }
  }
}

/** Wakes only one of those who wait. */
class StingyEvent extends Event {
  readonly #turns = new Semaphore(0);

  override set(): void {
    super.set();
    this.#turns.release();
  }

  override async wait(): Promise<void> {
    if (!this.isSet) await this.#turns.acquire();
  }
}

/** Throws without the lock when it is cancelled. */
class CarelessCondition extends Condition {
  override async wait(): Promise<void> {
    const notified = new Event();
    this.lock.release();
    this.#notified.push(notified);
    await notified.wait();
    await this.lock.acquire();
  }

  override notify(n: number = 1): void {
    for (const notified of this.#notified.splice(0, n)) notified.set();
  }

  readonly #notified: Event[] = [];
}

/** Mistakes that people make in primitives; random programs have to find each. */
export const BROKEN: Readonly<Record<string, Makers>> = {
  "a queue that loses an item": { ...makers, queue: (size) => new LosingQueue(size) },
  "a lock that lets the last one in first": { ...makers, lock: () => new LastFirstLock() },
  "a semaphore with one permit too many": { ...makers, semaphore: (size = 1) => new Semaphore(size + 1) },
  "an event that wakes only one": { ...makers, event: () => new StingyEvent() },
  "a condition that does not get its lock back": { ...makers, condition: () => new CarelessCondition() },
};
