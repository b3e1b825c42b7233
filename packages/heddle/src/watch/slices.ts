import type { Happened } from "./eventLog.js";
import { Happening } from "./eventLog.js";

/**
 * What a task did for a while: "new" until its turn came, "running", "waiting" in a call of ours, "ready" when it could go on and others
 * ran, "outside" in a promise from elsewhere.
 */
export type SliceKind = "new" | "running" | "waiting" | "ready" | "outside";

export interface Slice {
  readonly task: number;
  readonly kind: SliceKind;
  /** Milliseconds of `performance.now()`. */
  readonly from: number;
  readonly to: number;
  /** Of a wait, what it was for: a number of the recorder's labels, or `CHILDREN`. */
  readonly label?: number;
}

/** The label of a task that has started others, and waits without a call of ours while they live. */
export const CHILDREN = -1;

/** Somebody has ended somebody's wait. */
export interface Wake {
  readonly at: number;
  readonly by: number;
  readonly task: number;
}

/** A moment in the life of a task: its end, or that it was asked to stop. */
export interface Mark {
  readonly at: number;
  readonly task: number;
  readonly what: "succeeded" | "failed" | "cancelled" | "asked to stop";
}

export interface Slices {
  readonly slices: readonly Slice[];
  readonly wakes: readonly Wake[];
  readonly marks: readonly Mark[];
  /** The parent of each task that was seen to be created. */
  readonly parents: ReadonlyMap<number, number>;
}

interface TaskNow {
  kind: SliceKind;
  since: number;
  label: number;
}

const ENDS: Partial<Record<number, Mark["what"]>> = {
  [Happening.succeeded]: "succeeded",
  [Happening.endedFailed]: "failed",
  [Happening.endedCancelled]: "cancelled",
};

/**
 * Makes of single events what each task did from when to when. As one thread runs them all, a task that was woken runs from the
 * moment in which the one before it stopped.
 *
 * @param end the moment at which the recording ended, in milliseconds of `performance.now()`
 */
export function slicesOf(events: Iterable<Happened>, end: number): Slices {
  return new Folding().fold(events, end);
}

class Folding {
  readonly #slices: Slice[] = [];
  readonly #wakes: Wake[] = [];
  readonly #marks: Mark[] = [];
  readonly #parents = new Map<number, number>();
  readonly #tasks = new Map<number, TaskNow>();
  /** Those that were woken or started and have not stopped since. */
  readonly #going = new Set<number>();
  /** The one of them that had its turn last; 0 for none. What runs without a sign is taken to be this one. */
  #current = 0;
  readonly #children = new Map<number, number>();
  #lastStop = 0;

  fold(events: Iterable<Happened>, end: number): Slices {
    for (const event of events) this.#next(event);
    for (const [task, now] of this.#tasks) this.#close(task, now, end);
    return { slices: this.#slices, wakes: this.#wakes, marks: this.#marks, parents: this.#parents };
  }

  #next({ at, kind, task, other }: Happened): void {
    switch (kind) {
      case Happening.created:
        this.#parents.set(task, other);
        this.#count(other, 1);
        this.#tasks.set(task, { kind: "new", since: at, label: 0 });
        return;
      case Happening.started:
        this.#going.add(task);
        this.#takeTurn(task, at);
        return;
      case Happening.turn:
        if (this.#going.has(task)) this.#takeTurn(task, at);
        return;
      case Happening.parked:
        this.#stop(task, at);
        this.#become(task, "waiting", at, other);
        return;
      case Happening.woken:
      case Happening.failed:
      case Happening.cancelled:
        if (other !== 0 && other !== task) this.#wakes.push({ at, by: other, task });
        this.#become(task, "ready", at);
        this.#going.add(task);
        return;
      case Happening.asked:
        this.#marks.push({ at, task, what: "asked to stop" });
        return;
      case Happening.stretchEnd:
        this.#endOfStretch(at);
        return;
      default:
        this.#end(task, at, ENDS[kind] ?? "succeeded");
    }
  }

  #end(task: number, at: number, what: Mark["what"]): void {
    this.#stop(task, at);
    const now = this.#tasks.get(task);
    if (now !== undefined) this.#close(task, now, at);
    this.#tasks.delete(task);
    this.#count(this.#parents.get(task) ?? 0, -1);
    this.#marks.push({ at, task, what });
  }

  /** The one before it may go on in a later job of this stretch: until then it is taken to be ready. */
  #takeTurn(task: number, at: number): void {
    if (this.#current !== task) {
      if (this.#going.has(this.#current)) this.#become(this.#current, "ready", at);
      this.#become(task, "running", at);
    }
    this.#current = task;
    this.#lastStop = at;
  }

  /** The task has had its turn: it ran from when the one before it stopped. */
  #stop(task: number, at: number): void {
    const now = this.#tasks.get(task);
    if (this.#current !== task && this.#going.has(this.#current)) this.#become(this.#current, "ready", at);
    else if (now?.kind === "ready") this.#become(task, "running", Math.max(now.since, this.#lastStop));
    this.#going.delete(task);
    this.#current = 0;
    this.#lastStop = at;
  }

  /** Whoever went on and was not heard of since awaits something from elsewhere, and has since its last turn ended. */
  #endOfStretch(at: number): void {
    for (const task of this.#going) {
      const now = this.#tasks.get(task);
      if (now === undefined) continue;
      if (now.kind !== "ready") this.#become(task, "ready", at);
      const hasChildren = (this.#children.get(task) ?? 0) > 0;
      now.kind = hasChildren ? "waiting" : "outside";
      now.label = CHILDREN;
    }
    this.#going.clear();
    this.#current = 0;
    this.#lastStop = at;
  }

  #count(parent: number, by: number): void {
    this.#children.set(parent, (this.#children.get(parent) ?? 0) + by);
  }

  #become(task: number, kind: SliceKind, at: number, label: number = 0): void {
    const now = this.#tasks.get(task);
    if (now === undefined) {
      this.#tasks.set(task, { kind, since: at, label });
      return;
    }
    this.#close(task, now, at);
    now.kind = kind;
    now.since = at;
    now.label = label;
  }

  #close(task: number, { kind, since, label }: TaskNow, at: number): void {
    if (at <= since) return;
    this.#slices.push({ task, kind, from: since, to: at, ...(kind === "waiting" ? { label } : {}) });
  }
}
