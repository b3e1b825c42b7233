import type { DriverStep, Gathered, Grouped, Leaf, Program, Record, Scoped, Work } from "./program.js";
import { childId, fate, MOST_DURATIONS } from "./program.js";

/**
 * Tells what a program has to do, without running anything: by times alone. When a piece of work ends follows from when it
 * starts and from when the scopes around it are cancelled. Most of that is known when they are opened (deadlines, the
 * driver); the rest (a failure cancels the siblings) is found out by assuming none, looking for the first that happens, and
 * starting again with that one known.
 */
export function foretell(program: Program): Record {
  const known = new Map<string, number>();
  for (;;) {
    const telling = new Telling(program, known);
    telling.tell();
    const next = telling.firstUnknown();
    if (next === undefined) return telling;
    known.set(next.id, next.at);
  }
}

/** A scope is cancelled by what happens in the program: by a child that has failed, or a call of `cancel()`. */
interface Event {
  readonly id: string;
  readonly at: number;
}

// What has its cause in the same moment comes an instant after it, so that no effect can change its cause. An instant is
// smaller than all differences between the times of a program, and no wait is longer or shorter by one.
const INSTANT = 2 ** -(MOST_DURATIONS + 6);

/** The moment without the instants. */
function moment(at: number): number {
  const grain = 2 ** -MOST_DURATIONS;
  return at === Infinity ? at : Math.floor(at / grain) * grain;
}

/** How work ends: with a value, or with an error; a `CancelledError` has the scope that it comes from. */
type End =
  | { readonly at: number; readonly value: unknown }
  | { readonly at: number; readonly error: string; readonly origin: Frame | null };

/** A scope, from its opening on. */
class Frame {
  readonly id: string;
  readonly around: Frame | null;
  readonly expires: number;
  readonly cancelled: number;
  noticed = false;
  readonly #shielded: boolean;
  readonly #toggles: readonly DriverStep[];

  constructor(telling: Telling, id: string, around: Frame | null, opened: number, ms: number, shielded: boolean) {
    this.id = id;
    this.around = around;
    this.#shielded = shielded;
    const steps = telling.stepsFor(id, opened);
    this.#toggles = steps.filter((step) => step.do === "raise" || step.do === "lower");
    this.expires = Frame.#expiry(moment(opened) + ms, steps);
    const told = steps.find((step) => step.do === "cancel")?.at ?? Infinity;
    this.cancelled = Math.min(told, this.expires, telling.known.get(id) ?? Infinity);
  }

  static #expiry(first: number, steps: readonly DriverStep[]): number {
    let deadline = first;
    for (const step of steps) {
      if (step.do !== "deadline") continue;
      if (deadline <= step.at) break;
      deadline = Math.max(step.at, step.at + step.ms);
    }
    return deadline;
  }

  hasExpired(at: number): boolean {
    return this.expires <= at && this.expires === this.cancelled;
  }

  isShielded(at: number): boolean {
    const last = this.#toggles.filter((step) => step.at <= at).at(-1);
    return last === undefined ? this.#shielded : last.do === "raise";
  }

  /** The scope whose cancellation is met here at that moment, if any. */
  effective(at: number): Frame | null {
    return this.cancelled <= at ? this : this.fromOutside(at);
  }

  fromOutside(at: number): Frame | null {
    return this.isShielded(at) ? null : (this.around?.effective(at) ?? null);
  }

  /** The first moment from `at` on at which a cancellation is met here. */
  nextCancel(at: number): number {
    const moments = [at];
    for (let frame: Frame | null = this; frame !== null; frame = frame.around) {
      moments.push(frame.cancelled, ...frame.#toggles.map((step) => step.at));
    }
    return Math.min(...moments.filter((moment) => moment >= at && this.effective(moment) !== null));
  }

  isWithin(other: Frame | null): boolean {
    for (let frame: Frame | null = this; frame !== null; frame = frame.around) if (frame === other) return true;
    return false;
  }
}

class Telling implements Record {
  readonly fates: { [id: string]: string } = {};
  readonly reported: string[] = [];
  readonly known: ReadonlyMap<string, number>;
  readonly #program: Program;
  readonly #events: Event[] = [];

  constructor(program: Program, known: ReadonlyMap<string, number>) {
    this.#program = program;
    this.known = known;
  }

  tell(): void {
    const main = new Frame(this, "main", null, 0, Infinity, false);
    const end = this.#work(this.#program.root, 0, main);
    this.#note("main", 0, end);
    this.reported.sort();
  }

  /** The first cancellation that was found out and had not been known. */
  firstUnknown(): Event | undefined {
    const unknown = this.#events.filter(({ id, at }) => at < (this.known.get(id) ?? Infinity));
    return unknown.sort((a, b) => a.at - b.at)[0];
  }

  stepsFor(id: string, from: number): DriverStep[] {
    return this.#program.driver.filter((step) => step.target === id && step.at > from);
  }

  #note(id: string, start: number, end: End): End {
    const how = "value" in end ? `ok ${JSON.stringify(end.value)}` : end.origin !== null ? "cancelled" : end.error;
    this.fates[id] = fate(moment(start), moment(end.at), how);
    return end;
  }

  #cancelled(at: number, origin: Frame): End {
    origin.noticed = true;
    return { at, error: "cancelled", origin };
  }

  /** True when the end of some work is a cancellation for the scope that it was in, and not an ordinary error. */
  #isCancellation(end: End, frame: Frame): end is End & { origin: Frame } {
    return "error" in end && end.origin !== null && frame.isWithin(end.origin);
  }

  #wait(ms: number, start: number, frame: Frame): End {
    const stop = frame.nextCancel(start);
    const at = moment(start) + ms;
    if (stop > start && at < stop) return { at, value: null };
    return this.#cancelled(stop, frame.effective(stop) as Frame);
  }

  #work(work: Work, start: number, frame: Frame): End {
    switch (work.kind) {
      case "seq": {
        let end: End = { at: start, value: null };
        for (const part of work.parts) {
          end = this.#work(part, end.at, frame);
          if ("error" in end) return end;
        }
        return end;
      }
      case "finally": {
        const end = this.#work(work.body, start, frame);
        const at = moment(end.at) + work.cleanUp;
        return work.fails ? { at, error: `clean-up ${work.cleanUp}`, origin: null } : { ...end, at };
      }
      case "swallow": {
        const end = this.#work(work.body, start, frame);
        if ("value" in end || end.origin === null) return end;
        return { at: moment(end.at) + work.ms, value: "swallowed" };
      }
      case "rescue": {
        const end = this.#work(work.body, start, frame);
        return "error" in end && end.origin === null ? { at: moment(end.at) + work.ms, value: "rescued" } : end;
      }
      case "group":
        return this.#note(work.id, start, this.#group(work, start, frame));
      case "gather":
        return this.#note(work.id, start, this.#gather(work, start, frame));
      case "sleep":
      case "fail":
      case "cancelAround":
        return this.#note(work.id, start, this.#leaf(work, start, frame));
      default:
        return this.#note(work.id, start, this.#scope(work, start, frame));
    }
  }

  #leaf(leaf: Leaf, start: number, frame: Frame): End {
    const end = this.#wait(leaf.ms, start, frame);
    if ("error" in end) return end;
    if (leaf.kind === "fail") return { at: end.at, error: leaf.id, origin: null };
    if (leaf.kind === "cancelAround") {
      let target = frame;
      for (let up = leaf.up; up > 0 && target.around !== null; up--) target = target.around;
      // It goes on when it has cancelled.
      const at = end.at + INSTANT;
      this.#cancel(target, at);
      return { at, value: leaf.id };
    }
    return { at: end.at, value: leaf.id };
  }

  #cancel(frame: Frame, at: number): void {
    if (frame.cancelled > at) this.#events.push({ id: frame.id, at });
  }

  #scope(work: Scoped, start: number, around: Frame): End {
    const throws = work.kind === "timeout" || work.kind === "shield";
    const shielded = work.kind === "shield" || (work.kind === "cancelScope" && work.shielded);
    const frame = new Frame(this, work.id, around, start, work.ms, shielded);
    const end = this.#work(work.body, start, frame);
    const { at } = end;
    const timedOut: End = { at, error: `timed out ${work.ms}`, origin: null };
    if ("value" in end) return throws && frame.hasExpired(at) && frame.noticed ? timedOut : end;
    if (!this.#isCancellation(end, frame)) return end;
    const outer = frame.fromOutside(at);
    if (outer !== null) return this.#cancelled(at, outer);
    if (frame.cancelled > at) return end;
    if (!throws) return { at, value: null };
    return frame.hasExpired(at) ? timedOut : { at, error: "cancelled", origin: frame };
  }

  /** Starts children one after the other, at most so many at a time. */
  #children(parent: Grouped | Gathered, start: number, frame: Frame): { end: End; task: Frame }[] {
    const running: number[] = [];
    const ends: { end: End; task: Frame }[] = [];
    for (const [index, child] of parent.children.entries()) {
      let begins = start;
      if (running.length >= parent.limit) {
        begins = Math.min(...running);
        running.splice(running.indexOf(begins), 1);
      }
      const id = childId(parent.id, index);
      // The handle on a child of a group is there before the child has started.
      const task = new Frame(this, id, frame, parent.kind === "group" ? start : begins, Infinity, false);
      const settles = parent.kind === "gather" && parent.settle;
      const end = this.#note(
        id,
        begins,
        settles ? this.#settled(child, begins, task) : this.#work(child, begins, task),
      );
      running.push(end.at);
      ends.push({ end, task });
    }
    return ends;
  }

  #settled(child: Work, start: number, task: Frame): End {
    const end = this.#work(child, start, task);
    if ("value" in end) return { at: end.at, value: { value: end.value } };
    // That it was cancelled alone is an outcome; the cancellation of the whole call is none.
    if (this.#isCancellation(end, task.around as Frame)) return end;
    return { at: end.at, value: { reason: end.error } };
  }

  #group(work: Grouped, start: number, around: Frame): End {
    const frame = new Frame(this, work.id, around, start, Infinity, false);
    const errors: string[] = [];
    const fail = (end: End & { error: string }, cancels: boolean): void => {
      errors.push(end.error);
      if (cancels) this.#cancel(frame, end.at + INSTANT);
    };

    const body = this.#work(work.body, start, frame);
    const interrupted = this.#isCancellation(body, frame);
    let stopped: Frame | null = interrupted ? body.origin : null;
    if ("error" in body && !interrupted) fail(body, true);

    const children = this.#children(work, start, frame);
    for (const { end, task } of children) {
      if (!("error" in end)) continue;
      if (!this.#isCancellation(end, task)) fail(end, work.onFailure === "cancel");
      // One that was cancelled alone is of no concern, unless the group is cancelled as well by then.
      else stopped ??= frame.effective(end.at) ?? (end.origin === task ? null : end.origin);
    }

    const lastChild = Math.max(...children.map(({ end }) => end.at));
    const at = Math.max(body.at, lastChild);
    if (errors.length > 0) return { at, error: `group(${errors.sort().join(", ")})`, origin: null };
    const outer = frame.fromOutside(at);
    const waited = lastChild > body.at;
    if (outer !== null && (waited || stopped !== null)) return this.#cancelled(at, outer);
    if (stopped !== null && frame.cancelled > at) return { at, error: "cancelled", origin: stopped };
    return { at, value: "value" in body ? body.value : null };
  }

  #gather(work: Gathered, start: number, around: Frame): End {
    const frame = new Frame(this, work.id, around, start, Infinity, false);
    const children = this.#children(work, start, frame);
    let failure: (End & { error: string }) | null = null;
    let stopped: End | null = null;
    const byTime = children.toSorted((a, b) => a.end.at - b.end.at);
    for (const { end, task } of byTime) {
      if (!("error" in end)) continue;
      const failed = !this.#isCancellation(end, task);
      if (!failed && frame.effective(end.at) !== null) stopped ??= end;
      else if (failure === null) {
        failure = end;
        this.#cancel(frame, end.at + INSTANT);
      } else this.reported.push(end.error);
    }
    const at = Math.max(...children.map(({ end }) => end.at));
    if (failure !== null) return { ...failure, at };
    const outer = frame.fromOutside(at);
    if (outer !== null) return this.#cancelled(at, outer);
    if (stopped !== null && frame.cancelled > at) return { ...stopped, at };
    return { at, value: children.map(({ end }) => ("value" in end ? end.value : null)) };
  }
}
