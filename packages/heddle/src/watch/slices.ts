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
  /** Of a wait, what it was for. */
  readonly label?: string;
}

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
  /** What those are called that have ended. */
  readonly names: ReadonlyMap<number, string>;
}

interface TaskNow {
  kind: SliceKind;
  since: number;
  label: string;
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
  readonly #names = new Map<number, string>();
  readonly #tasks = new Map<number, TaskNow>();
  /** Those that were woken or started and have not stopped since. */
  readonly #going = new Set<number>();
  /** The one of them that had its turn last; 0 for none. What runs without a sign is taken to be this one. */
  #current = 0;
  #lastStop = 0;

  fold(events: Iterable<Happened>, end: number): Slices {
    for (const event of events) this.#next(event);
    for (const [task, now] of this.#tasks) this.#close(task, now, end);
    return {
      slices: this.#slices,
      wakes: this.#wakes,
      marks: this.#marks,
      parents: this.#parents,
      names: this.#names,
    };
  }

  #next({ at, kind, task, other, text = "" }: Happened): void {
    switch (kind) {
      case Happening.created:
        this.#parents.set(task, other);
        this.#tasks.set(task, { kind: "new", since: at, label: "" });
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
        this.#become(task, "waiting", at, text);
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
        this.#names.set(task, other < 0 ? text : text === "" ? `task-${task}` : `${text}[${other}]`);
        this.#end(task, at, ENDS[kind] ?? "succeeded");
    }
  }

  #end(task: number, at: number, what: Mark["what"]): void {
    this.#stop(task, at);
    const now = this.#tasks.get(task);
    if (now !== undefined) this.#close(task, now, at);
    this.#tasks.delete(task);
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
      now.kind = "outside";
    }
    this.#going.clear();
    this.#current = 0;
    this.#lastStop = at;
  }

  #become(task: number, kind: SliceKind, at: number, label: string = ""): void {
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
