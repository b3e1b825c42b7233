import type { Waiter } from "../task/park.js";
import { park, WaitList } from "../task/park.js";

/** What a waiter has brought along: the end at which it waits, and the item, if it has one to send. */
interface Visit {
  readonly end: object;
  readonly item: unknown;
}

/**
 * One side of a channel: its open ends, and those who wait there, in order of arrival. They are known by their ends as well,
 * so that closing one of them concerns nobody else.
 */
export class PipeSide<V> {
  readonly #ends = new Map<object, Set<Waiter<V>>>();
  readonly #waiters: WaitList<V>;

  /** @param what what is waited for, in words, for reports */
  constructor(what: string, subject: object) {
    this.#waiters = new WaitList(what, subject);
    this.#waiters.onLeave = (waiter) => this.#forget(waiter);
  }

  /** How many ends are open. */
  get size(): number {
    return this.#ends.size;
  }

  get nobodyWaits(): boolean {
    return this.#waiters.isEmpty;
  }

  add(end: object): void {
    this.#ends.set(end, new Set());
  }

  has(end: object): boolean {
    return this.#ends.has(end);
  }

  /** Waits until it is woken. If cancelled: throws, and has left. */
  wait(end: object, item?: unknown): Promise<V> {
    const visit: Visit = { end, item };
    const woken = park(this.#waiters, visit);
    const { last } = this.#waiters;
    if (last?.request === visit) this.#ends.get(end)?.add(last);
    return woken;
  }

  /** The item of the one who has waited longest. */
  get firstItem(): unknown {
    return (this.#waiters.first?.request as Visit | undefined)?.item;
  }

  /** Hands `value` to the one who has waited longest. Returns false when nobody waits. */
  wakeFirst(value: V): boolean {
    const { first } = this.#waiters;
    if (first === undefined) return false;
    this.#forget(first);
    first.wake(value);
    return true;
  }

  /** Closes an end, and fails those who wait at it. Returns false when it was closed before. */
  close(end: object, error: () => Error): boolean {
    const waiting = this.#ends.get(end);
    if (waiting === undefined) return false;
    this.#ends.delete(end);
    for (const waiter of waiting) waiter.fail(error());
    return true;
  }

  /** Fails all who wait, each with an error of its own. */
  failAll(error: (item: unknown) => Error): void {
    for (let { first } = this.#waiters; first !== undefined; first = this.#waiters.first) {
      this.#forget(first);
      first.fail(error((first.request as Visit).item));
    }
  }

  /** How many wait. O(n): for reports. */
  count(): number {
    return this.#waiters.count();
  }

  #forget(waiter: Waiter<V>): void {
    this.#ends.get((waiter.request as Visit).end)?.delete(waiter);
  }
}
