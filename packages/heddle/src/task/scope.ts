import { setMaxListeners } from "node:events";
import { CancelledError, InvalidStateError } from "../ground/errors.js";
import type { Link } from "../ground/link.js";
import { List, unlink } from "../ground/link.js";
import { stacksCanBeLimited } from "../ground/place.js";
import { stamp } from "../ground/stamp.js";
import { countCancelled } from "./calm.js";
import { notePlace, warnOfStray } from "./debug.js";
import type { Tie } from "./extras.js";
import { Extras } from "./extras.js";
import { markNoticed } from "./noticed.js";
import { probe, tellCancelled, tellClosed, tellOpened } from "./probe.js";
import type { Runtime } from "./runtime.js";

/** Something in a scope that has to hear of its cancellation: a parked waiter or a registered callback. */
export interface Cancellable {
  /** True when `meetCancel` runs code of the user's: it is then called after the whole tree was marked. */
  readonly runsUserCode: boolean;
  meetCancel(error: CancelledError): void;
  /** The scope was left, but this outlived it (a floating promise): from now on it belongs to `heir` (rule S8). */
  moveTo(heir: Scope): void;
}

// A scope's yes and no, in one number.
const CLOSED = 1;
const SHIELDED = 2;
const EXPIRED = 4;
const NOTICED = 8;

/**
 * A region of work that can be cancelled as a whole (rules S1 to S9). Scopes form a tree; the current one is
 * what `AsyncLocalStorage` holds. When a scope is left it lets go of everything but its parent, since a
 * promise that was made inside may keep it alive for long.
 *
 * There is a scope for every task, and at 100,000 tasks bytes are time. Its methods are `private` and not `#`, here as in
 * `Task` and `Waiter`: a class with `#methods` marks each of its objects, in a field of its own.
 */
export class Scope implements Link {
  prev: Link | null = null;
  next: Link | null = null;
  parent: Scope | null;
  readonly runtime: Runtime;
  /** The task whose code runs here; null in a root and in a scope that was left. */
  task: object | null;
  /** What this scope's own `cancel()` or deadline throws; null until then. */
  ownCancel: CancelledError | null = null;
  /** What a waiting call in this scope has to throw now (rule S2); null while it may wait. */
  effective: CancelledError | null = null;

  // Two copies of the library build one tree, and a `#field` of the one's scopes is out of reach of the other's.
  /** Read it as `children`; null for none. */
  childList: List<Scope> | null = null;
  flags = 0;
  #inside: Cancellable | Set<Cancellable> | null = null;
  #extras: Extras | null = null;

  constructor(parent: Scope | null, runtime: Runtime, task: object | null, shield: boolean = false) {
    this.parent = parent;
    this.runtime = runtime;
    this.task = task;
    if (shield) this.flags = SHIELDED;
    notePlace(this);
    if (parent === null) return;
    parent.adopt(this);
    if (!shield) this.effective = parent.effective;
    if (probe !== null) tellOpened(this);
  }

  get closed(): boolean {
    return (this.flags & CLOSED) !== 0;
  }

  /** The own deadline passed, and that (not something else before it) cancelled the scope. */
  get expired(): boolean {
    return (this.flags & EXPIRED) !== 0;
  }

  /** Somebody was made to throw `ownCancel`. */
  get noticed(): boolean {
    return (this.flags & NOTICED) !== 0;
  }

  set noticed(_: true) {
    this.flags |= NOTICED;
  }

  get name(): string | undefined {
    return this.#extras?.name;
  }

  set name(name: string | undefined) {
    if (name !== undefined) this.extend().name = name;
  }

  get children(): Iterable<Scope> {
    return this.childList ?? [];
  }

  /** What waits in this very scope, not in those below it. */
  get inside(): Iterable<Cancellable> {
    const inside = this.#inside;
    if (inside === null) return [];
    return inside instanceof Set ? inside : [inside];
  }

  // ── Cancelling ──────────────────────────────────────────────────────────────────────────────────────

  /** Cancels this scope and all below it down to the shields. Returns false when it was cancelled or left before. */
  cancel(reason?: unknown): boolean {
    if (this.closed || this.ownCancel !== null) return false;
    this.cancelWith(new CancelledError(reason, this));
    return true;
  }

  /** The deadline has passed. A scope that was already cancelled keeps its first cause. */
  expire(): void {
    if (this.closed || this.ownCancel !== null) return;
    this.flags |= EXPIRED;
    this.cancelWith(withoutStack(() => new CancelledError("deadline passed", this)));
  }

  private cancelWith(error: CancelledError): void {
    this.ownCancel = error;
    countCancelled(1);
    this.extend().cancelledAt = stamp();
    if (probe !== null) tellCancelled(this);
    this.refresh();
  }

  /** About when this scope's own cancellation came, in milliseconds of `performance.now()`. */
  get cancelledAt(): number | undefined {
    return this.#extras?.cancelledAt;
  }

  get shield(): boolean {
    return (this.flags & SHIELDED) !== 0;
  }

  /** Raising the shield hides a cancellation from outside; lowering it lets one in at once (rule S6). */
  set shield(on: boolean) {
    if (this.shield === on) return;
    this.flags ^= SHIELDED;
    this.refresh();
  }

  /** Works out `effective` anew, here and below, after the own state, the shield or the parent has changed. */
  refresh(): void {
    const now = this.ownCancel ?? this.cancelFromOutside;
    if (now === this.effective) return;
    this.effective = now;
    spread(this);
  }

  // ── Deadline ────────────────────────────────────────────────────────────────────────────────────────

  /** The moment on the run's clock at which the scope cancels itself; `Infinity` for never. */
  get deadline(): number {
    return this.#extras?.deadline ?? Infinity;
  }

  set deadline(moment: number) {
    if (this.closed) {
      throw new InvalidStateError(`Cannot move the deadline of a scope as it was left: received ${moment}`);
    }
    this.setDeadline(moment, this.runtime.clock.now());
  }

  /** Brings the deadline to `ms` milliseconds from now, if that is earlier than the one that it has. For a scope that is open. */
  limit(ms: number): void {
    const now = this.runtime.clock.now();
    if (now + ms < this.deadline) this.setDeadline(now + ms, now);
  }

  private setDeadline(moment: number, now: number): void {
    const extras = this.extend();
    const { clock } = this.runtime;
    extras.deadline = moment;
    if (extras.next !== null) clock.cancel(extras);
    if (moment <= now) this.expire();
    else if (moment !== Infinity) clock.schedule(extras, moment);
  }

  // ── Signal ──────────────────────────────────────────────────────────────────────────────────────────

  /** An `AbortSignal` that follows this scope, made when first asked for (rule S7). */
  get signal(): AbortSignal {
    const extras = this.extend();
    if (extras.controller === undefined) {
      extras.controller = new AbortController();
      // Ten fetches in one scope are no leak.
      setMaxListeners(0, extras.controller.signal);
      if (this.effective !== null) this.abortSignal(this.effective);
    }
    return extras.controller.signal;
  }

  get hasSignal(): boolean {
    return this.#extras?.controller !== undefined;
  }

  abortSignal(error: CancelledError): void {
    markNoticed(error);
    this.#extras?.controller?.abort(error);
  }

  // ── What is inside ──────────────────────────────────────────────────────────────────────────────────

  /** Nearly always there is one waiter at a time, so a set is made for the second only. */
  attach(thing: Cancellable): void {
    const inside = this.#inside;
    if (inside === null) this.#inside = thing;
    else if (inside instanceof Set) inside.add(thing);
    else this.#inside = new Set([inside, thing]);
  }

  detach(thing: Cancellable): void {
    const inside = this.#inside;
    if (inside === thing) this.#inside = null;
    else if (inside instanceof Set) inside.delete(thing);
  }

  /** Tells `tie` when this scope is left, unless it was unlinked before. */
  tie(tie: Tie): void {
    const extras = this.extend();
    extras.ties ??= new List();
    extras.ties.push(tie);
  }

  /** The values of all `TaskLocal`s that were set here or taken over when the scope was opened; undefined for none. */
  get locals(): ReadonlyMap<object, unknown> | undefined {
    return this.#extras?.locals;
  }

  set locals(locals: ReadonlyMap<object, unknown>) {
    this.extend().locals = locals;
  }

  // ── Leaving ─────────────────────────────────────────────────────────────────────────────────────────

  /** Leaves the scope. What still waits inside (floating promises) goes to the nearest open ancestor (rule S8). */
  close(): void {
    if (this.closed) return;
    this.flags |= CLOSED;
    if (probe !== null) tellClosed(this);
    if (this.ownCancel !== null) countCancelled(-1);
    const extras = this.#extras;
    if (extras !== null && extras.next !== null) this.runtime.clock.cancel(extras);
    unlink(this);
    const heir = this.parent === null ? null : openScope(this.parent);
    if (heir !== null) this.bequeath(heir);
    this.parent = heir;
    this.task = null;
    this.childList = null;
    this.#inside = null;
    this.#extras = null;
    if (extras?.ties !== undefined) untie(extras.ties);
  }

  private bequeath(heir: Scope): void {
    if (this.#inside === null && (this.childList === null || this.childList.isEmpty)) return;
    const name = this.described;
    for (const thing of [...this.inside]) {
      warnOfStray(thing, name);
      this.detach(thing);
      heir.attach(thing);
      thing.moveTo(heir);
      if (heir.effective !== null) thing.meetCancel(heir.effective);
    }
    for (const child of [...this.children]) {
      warnOfStray(child, name);
      unlink(child);
      child.parent = heir;
      heir.adopt(child);
      child.refresh();
    }
  }

  /** For people: the task that the scope is of, or what the scope is called. */
  private get described(): string {
    const task = this.task as { name?: string; scope?: Scope } | null;
    if (task?.scope === this) return `task "${task.name}"`;
    return this.name === undefined ? "a scope" : `scope "${this.name}"`;
  }

  adopt(child: Scope): void {
    this.childList ??= new List();
    this.childList.push(child);
  }

  /** True when this scope is `other` or lies below it. */
  isWithin(other: object | null): boolean {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      if (scope === other) return true;
    }
    return false;
  }

  /** The cancellation of an enclosing scope that this one's shield does not hide. */
  get cancelFromOutside(): CancelledError | null {
    return this.shield || this.parent === null ? null : this.parent.effective;
  }

  /** Tells what waits in this very scope; what runs code of the user's is put into `callbacks`. For `spread()`. */
  tellInside(error: CancelledError, callbacks: (() => void)[]): void {
    const tell = (thing: Cancellable): void => {
      if (thing.runsUserCode) callbacks.push(() => thing.meetCancel(error));
      else thing.meetCancel(error);
    };
    const inside = this.#inside;
    if (inside instanceof Set) inside.forEach(tell);
    else if (inside !== null) tell(inside);
    if (this.hasSignal) callbacks.push(() => this.abortSignal(error));
  }

  private extend(): Extras {
    this.#extras ??= new Extras(this);
    return this.#extras;
  }
}

/**
 * Carries a change of `effective` down the tree, in the order in which the scopes were opened, and tells what waits
 * there. Code of the user's (abort listeners, callbacks) is called last, when the tree is consistent again. A loop, not a
 * recursion: trees can be deep.
 */
function spread(top: Scope): void {
  const changed = [top];
  const callbacks: (() => void)[] = [];
  for (let i = 0; i < changed.length; i++) {
    const scope = changed[i] as Scope;
    const error = scope.effective;
    const children = scope.childList;
    if (children !== null) {
      for (let at = children.next; at !== children; at = at.next as Link) {
        const child = at as Scope;
        if (child.shield || child.ownCancel !== null || child.effective === error) continue;
        child.effective = error;
        changed.push(child);
      }
    }
    if (error !== null) scope.tellInside(error, callbacks);
  }
  for (const callback of callbacks) callback();
}

function untie(ties: List<Tie>): void {
  for (const tie of ties) {
    unlink(tie);
    tie.scopeLeft();
  }
}

/** The nearest scope that is still open, from this one upwards. */
export function openScope(from: Scope): Scope {
  let scope = from;
  while (scope.closed && scope.parent !== null) scope = scope.parent;
  return scope;
}

function withoutStack<T>(make: () => T): T {
  if (!stacksCanBeLimited) return make();
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
