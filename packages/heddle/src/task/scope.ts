import { setMaxListeners } from "node:events";
import { CancelledError, InvalidStateError } from "../ground/errors.js";
import { Link, List, unlink } from "../ground/link.js";
import { stamp } from "../ground/stamp.js";
import type { Timer } from "../ground/timers.js";
import { notePlace, warnOfStray } from "./debug.js";
import { markNoticed } from "./noticed.js";
import { probe, tell } from "./probe.js";
import type { Runtime } from "./runtime.js";

/** Something in a scope that has to hear of its cancellation: a parked waiter or a registered callback. */
export interface Cancellable {
  /** True when `meetCancel` runs code of the user's: it is then called after the whole tree was marked. */
  readonly runsUserCode: boolean;
  meetCancel(error: CancelledError): void;
  /** The scope was left, but this outlived it (a floating promise): from now on it belongs to `heir` (rule S8). */
  moveTo(heir: Scope): void;
}

/** What a scope must not be left with unnoticed: a lock that its task holds. `unlink()` unties it. */
export interface Tie extends Link {
  scopeLeft(): void;
}

/** Fields that few scopes have, kept apart so that the scope of a plain task stays small. */
interface Extras {
  name?: string;
  timer?: DeadlineTimer;
  deadline?: number;
  controller?: AbortController;
  ties?: List<Tie>;
  locals?: ReadonlyMap<object, unknown>;
  cancelledAt?: number;
}

/**
 * A region of work that can be cancelled as a whole (rules S1 to S9). Scopes form a tree; the current one is
 * what `AsyncLocalStorage` holds. When a scope is left it lets go of everything but its parent, since a
 * promise that was made inside may keep it alive for long.
 */
export class Scope extends Link {
  parent: Scope | null;
  readonly runtime: Runtime;
  /** The task whose code runs here; null in a root and in a scope that was left. */
  task: object | null;
  /** What this scope's own `cancel()` or deadline throws; null until then. */
  ownCancel: CancelledError | null = null;
  /** What a waiting call in this scope has to throw now (rule S2); null while it may wait. */
  effective: CancelledError | null = null;
  closed = false;
  /** The own deadline passed, and that (not something else before it) cancelled the scope. */
  expired = false;
  /** Somebody was made to throw `ownCancel`. */
  noticed = false;

  // Two copies of the library build one tree, and a `#field` of the one's scopes is out of reach of the other's.
  /** Read it as `children`; null for none. */
  childList: List<Scope> | null = null;
  /** Set it as `shield`. */
  shielded: boolean;
  #inside: Cancellable | Set<Cancellable> | null = null;
  #extras: Extras | null = null;

  constructor(parent: Scope | null, runtime: Runtime, task: object | null, shield: boolean = false) {
    super();
    this.parent = parent;
    this.runtime = runtime;
    this.task = task;
    this.shielded = shield;
    notePlace(this);
    if (parent === null) return;
    parent.adopt(this);
    if (!shield) this.effective = parent.effective;
    if (probe !== null) tell("scopeOpened", this);
  }

  get name(): string | undefined {
    return this.#extras?.name;
  }

  set name(name: string | undefined) {
    if (name !== undefined) this.#extend().name = name;
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
    this.#cancelWith(new CancelledError(reason, this));
    return true;
  }

  /** The deadline has passed. A scope that was already cancelled keeps its first cause. */
  expire(): void {
    if (this.closed || this.ownCancel !== null) return;
    this.expired = true;
    this.#cancelWith(withoutStack(() => new CancelledError("deadline passed", this)));
  }

  #cancelWith(error: CancelledError): void {
    this.ownCancel = error;
    this.#extend().cancelledAt = stamp();
    if (probe !== null) tell("scopeCancelled", this);
    this.refresh();
  }

  /** About when this scope's own cancellation came, in milliseconds of `performance.now()`. */
  get cancelledAt(): number | undefined {
    return this.#extras?.cancelledAt;
  }

  get shield(): boolean {
    return this.shielded;
  }

  /** Raising the shield hides a cancellation from outside; lowering it lets one in at once (rule S6). */
  set shield(on: boolean) {
    if (this.shielded === on) return;
    this.shielded = on;
    this.refresh();
  }

  /** Works out `effective` anew, here and below, after the own state, the shield or the parent has changed. */
  refresh(): void {
    const now = this.ownCancel ?? this.#fromAbove();
    if (now === this.effective) return;
    this.effective = now;
    spread(this);
  }

  #fromAbove(): CancelledError | null {
    return this.shielded || this.parent === null ? null : this.parent.effective;
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
    const extras = this.#extend();
    extras.deadline = moment;
    const { clock } = this.runtime;
    if (extras.timer !== undefined) clock.cancel(extras.timer);
    if (moment === Infinity) return;
    if (moment <= clock.now()) {
      this.expire();
      return;
    }
    extras.timer ??= new DeadlineTimer(this);
    clock.schedule(extras.timer, moment);
  }

  // ── Signal ──────────────────────────────────────────────────────────────────────────────────────────

  /** An `AbortSignal` that follows this scope, made when first asked for (rule S7). */
  get signal(): AbortSignal {
    const extras = this.#extend();
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
    const extras = this.#extend();
    extras.ties ??= new List();
    extras.ties.push(tie);
  }

  /** The values of all `TaskLocal`s that were set here or taken over when the scope was opened; undefined for none. */
  get locals(): ReadonlyMap<object, unknown> | undefined {
    return this.#extras?.locals;
  }

  set locals(locals: ReadonlyMap<object, unknown>) {
    this.#extend().locals = locals;
  }

  // ── Leaving ─────────────────────────────────────────────────────────────────────────────────────────

  /** Leaves the scope. What still waits inside (floating promises) goes to the nearest open ancestor (rule S8). */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (probe !== null) tell("scopeClosed", this);
    const { timer, ties } = this.#extras ?? {};
    if (timer !== undefined) this.runtime.clock.cancel(timer);
    unlink(this);
    const heir = this.parent === null ? null : openScope(this.parent);
    if (heir !== null) this.#bequeath(heir);
    this.parent = heir;
    this.task = null;
    this.childList = null;
    this.#inside = null;
    this.#extras = null;
    for (const tie of ties ?? []) {
      unlink(tie);
      tie.scopeLeft();
    }
  }

  #bequeath(heir: Scope): void {
    if (this.#inside === null && (this.childList === null || this.childList.isEmpty)) return;
    const name = this.#described;
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
  get #described(): string {
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
    return this.#fromAbove();
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

  #extend(): Extras {
    this.#extras ??= {};
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
        if (child.shielded || child.ownCancel !== null || child.effective === error) continue;
        child.effective = error;
        changed.push(child);
      }
    }
    if (error !== null) scope.tellInside(error, callbacks);
  }
  for (const callback of callbacks) callback();
}

class DeadlineTimer extends Link implements Timer {
  readonly #scope: Scope;
  constructor(scope: Scope) {
    super();
    this.#scope = scope;
  }
  fire(): void {
    this.#scope.expire();
  }
}

/** The nearest scope that is still open, from this one upwards. */
export function openScope(from: Scope): Scope {
  let scope = from;
  while (scope.closed && scope.parent !== null) scope = scope.parent;
  return scope;
}

function withoutStack<T>(make: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
