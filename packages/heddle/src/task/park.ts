import type { CancelledError } from "../ground/errors.js";
import type { Link } from "../ground/link.js";
import { List, unlink } from "../ground/link.js";
import { stamp } from "../ground/stamp.js";
import { anyCancelled, onlyClock } from "./calm.js";
import { currentScope } from "./current.js";
import { noteList, notePlace } from "./debug.js";
import { markNoticed, throwNoticed } from "./noticed.js";
import type { ResumedHow } from "./probe.js";
import { probe, tellListMade, tellParked, tellResumed, tellYielded, tellYielding } from "./probe.js";
import type { Cancellable, Scope } from "./scope.js";
import { watchable } from "./watchable.js";

/**
 * The one way of waiting. A waiter stands in two places: in the list of what it waits for, and in the scope
 * that it waits in. Whoever takes it out of the one takes it out of the other:
 *
 *      wake(value)   the value is handed over; a cancellation that comes later cannot take it back (S4)
 *      fail(error)   what it waited for will not come
 *      meetCancel()  the scope was cancelled; the list is told, so that it can serve the next one
 */
export class Waiter<T> implements Link, Cancellable {
  prev: Link | null = null;
  next: Link | null = null;

  get runsUserCode(): boolean {
    return false;
  }

  /** What the waiter brought along: the item to put, the number of permits. */
  readonly request: unknown;
  /** About when it began to wait, in milliseconds of `performance.now()`. */
  readonly since: number = stamp();
  scope: Scope;
  list: WaitList<T> | null;
  /** A promise's `reject` is one closure more for each wait, and few waits fail: see `Failed`. */
  readonly #resolve: (value: T | PromiseLike<T>) => void;

  constructor(scope: Scope, list: WaitList<T> | null, request: unknown, resolve: (value: T | PromiseLike<T>) => void) {
    this.scope = scope;
    this.list = list;
    this.request = request;
    this.#resolve = resolve;
    scope.attach(this);
    list?.push(this);
    notePlace(this);
    if (probe !== null) tellParked(this);
  }

  wake(value: T): void {
    this.release("woken");
    const { scheduler } = this.scope.runtime;
    if (scheduler === null) this.#resolve(value);
    else scheduler.add(this, () => this.#resolve(value));
  }

  fail(error: unknown, how: ResumedHow = "failed"): void {
    this.release(how);
    const { scheduler } = this.scope.runtime;
    if (scheduler === null) this.#resolve(new Failed(error));
    else scheduler.add(this, () => this.#resolve(new Failed(error)));
  }

  meetCancel(error: CancelledError): void {
    const { list } = this;
    markNoticed(error);
    this.fail(error, "cancelled");
    list?.onLeave?.(this);
  }

  moveTo(heir: Scope): void {
    this.scope = heir;
  }

  /** Takes this out of whatever it stands in. Sleepers stand in a clock instead of a list. */
  protected leave(): void {
    unlink(this);
  }

  private release(how: ResumedHow): void {
    this.leave();
    this.scope.detach(this);
    if (probe !== null) tellResumed(this, how);
  }
}

/**
 * What rejects the promise that is resolved with it, at once: a promise looks for a `then` in what it is given, and what
 * this look-up throws is its rejection. (A rejected promise in its place would be heard two jobs later.)
 */
class Failed {
  readonly #error: unknown;
  constructor(error: unknown) {
    this.#error = error;
  }
  get then(): never {
    throw this.#error;
  }
}

/** The waiters of one thing, in order of arrival. */
export class WaitList<T> extends List<Waiter<T>> {
  /** What is waited for, in words, for reports: `queue.get`. */
  readonly what: string;
  /** The primitive itself, for reports. */
  readonly subject: object | null;
  /** What a watcher keeps about the list. */
  seen: object | null = null;
  /** Called after a waiter left because it was cancelled: those behind it may be served now. */
  onLeave: ((waiter: Waiter<T>) => void) | null = null;

  constructor(what: string, subject: object | null = null) {
    super();
    this.what = what;
    this.subject = subject;
    noteList(this);
    if (probe !== null) tellListMade(this);
  }

  /** Hands `value` to the one who has waited longest. Returns false when nobody waits. */
  wakeFirst(value: T): boolean {
    const waiter = this.first;
    if (waiter === undefined) return false;
    waiter.wake(value);
    return true;
  }

  /** Hands `value` to all who wait now, in order. */
  wakeAll(value: T): void {
    for (let waiter = this.first; waiter !== undefined; waiter = this.first) waiter.wake(value);
  }

  failAll(error: unknown): void {
    for (let waiter = this.first; waiter !== undefined; waiter = this.first) waiter.fail(error);
  }
}

watchable.kinds["WaitList"] ??= WaitList.prototype;

/**
 * Waits in `list` until somebody wakes this waiter.
 *
 * If cancelled: throws `CancelledError` and has left the list, or, when the value was handed over before,
 * returns it. In a scope that is cancelled already it throws without waiting (rule S3).
 */
export function park<T>(list: WaitList<T>, request?: unknown): Promise<T> {
  return parkIn(currentScope(), list, request);
}

/** As `park()`, for a call that has looked up its scope already. */
export function parkIn<T>(scope: Scope, list: WaitList<T>, request?: unknown): Promise<T> {
  if (scope.effective !== null) return refuse(scope.effective);
  return new Promise<T>((resolve) => {
    new Waiter<T>(scope, list, request, resolve);
  });
}

/** Throws when the current scope is cancelled. Every call that might have waited asks this, also when it need not wait. */
export function throwIfCancelled(): void {
  if (!anyCancelled()) return;
  const error = currentScope().effective;
  if (error !== null) throwNoticed(error);
}

/** A rejection with the scope's cancellation. */
export function refuse(error: CancelledError): Promise<never> {
  markNoticed(error);
  return Promise.reject(error);
}

/** A rejection for the caller if its scope is cancelled, else null: what a waiting call asks first, also when it need not wait. */
export function refusal(): Promise<never> | null {
  if (!anyCancelled()) return null;
  const { effective } = currentScope();
  return effective === null ? null : refuse(effective);
}

/**
 * For calls that succeed without waiting: undefined while the tasks' share of the thread lasts, else a promise for
 * after the event loop's next turn. Without it a producer and a consumer that never block would starve all I/O.
 */
export function breath(): Promise<void> | undefined {
  const clock = onlyClock() ?? currentScope().runtime.clock;
  if (!clock.turnDue()) return undefined;
  return probe === null ? clock.turn() : watchedTurn(clock.turn(), currentScope());
}

function watchedTurn(turn: Promise<void>, scope: Scope): Promise<void> {
  tellYielding(scope);
  return turn.then(() => tellYielded(scope));
}

const PASSED: Promise<void> = Promise.resolve();

/**
 * How a waiting call that need not wait returns its value: at once, or after a `breath()`. It is for calls that are not
 * `async` functions themselves, as those cost one more promise and three more jobs for a wait.
 */
export function pass<T>(value: T): Promise<T> {
  const turn = breath();
  if (turn !== undefined) return turn.then(() => value);
  return value === undefined ? (PASSED as Promise<T>) : Promise.resolve(value);
}
