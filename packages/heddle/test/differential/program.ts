/**
 * A small concurrent program, written once as data. Two interpreters run it, one on Heddle (onHeddle.ts) and one on the
 * real asyncio (asyncio/interpreter.py), and their traces are compared.
 */
export interface Program {
  /** The primitives that it uses, by name. */
  readonly objects: Readonly<Record<string, Made>>;
  readonly main: Block;
}

export type Kind =
  | "lock"
  | "semaphore"
  | "boundedSemaphore"
  | "event"
  | "condition"
  | "barrier"
  | "queue"
  | "lifoQueue"
  | "priorityQueue"
  | "future"
  | "local";

export interface Made {
  readonly kind: Kind;
  /** Permits, parties or places; a queue without one is unbounded. */
  readonly size?: number;
}

export type Block = readonly Statement[];
export type Value = number | string | null;

/** A task that a call starts with `body`, or that runs already where there is none. */
export interface Child {
  readonly task: string;
  readonly body?: Block;
}

export type Statement =
  | { readonly do: "log"; readonly text: string }
  | { readonly do: "set"; readonly variable: string; readonly value: number }
  | { readonly do: "sleep"; readonly ms: number }
  /** Raises an error of the program's own; "Cancelled" raises what a cancellation raises. */
  | { readonly do: "raise"; readonly error: string }
  | { readonly do: "reraise" }
  | { readonly do: "return"; readonly value: Value }
  /** `errors` are names of errors as they stand in traces, without what is in brackets. */
  | {
      readonly do: "try";
      readonly body: Block;
      readonly errors?: readonly string[];
      readonly handler?: Block;
      readonly finally?: Block;
    }
  | {
      readonly do: "spawn";
      readonly task: string;
      readonly body: Block;
      readonly group?: string;
      readonly lenient?: boolean;
    }
  | { readonly do: "await"; readonly task: string }
  /** `answer` notes what `cancel()` returned. */
  | { readonly do: "cancel"; readonly task: string; readonly answer?: boolean }
  /** Notes in which state a task is. */
  | { readonly do: "look"; readonly task: string }
  /** `quiet` leaves out which are done, and waits for those that are there, if there are any. */
  | {
      readonly do: "wait";
      readonly tasks: readonly string[];
      readonly until: "all" | "first" | "firstError";
      readonly ms?: number;
      readonly quiet?: boolean;
    }
  /** Notes tasks as they complete, and leaves the loop after `atMost`. */
  | { readonly do: "asCompleted"; readonly children: readonly Child[]; readonly atMost?: number }
  | { readonly do: "gather"; readonly children: readonly Child[]; readonly settle: boolean }
  | { readonly do: "group"; readonly group: string; readonly body: Block }
  | { readonly do: "timeout"; readonly ms: number; readonly body: Block; readonly name?: string }
  | { readonly do: "reschedule"; readonly timeout: string; readonly at: number }
  /** `wait_for()` of a task that runs, or of a function. */
  | { readonly do: "waitFor"; readonly ms: number; readonly task: string; readonly body?: Block }
  | { readonly do: "shield"; readonly task: string; readonly body: Block }
  /** Calls a method of a primitive. `lenient` notes its error in place of raising it. */
  | {
      readonly do: "call";
      readonly on: string;
      readonly method: string;
      readonly value?: Value;
      readonly lenient?: boolean;
    }
  | { readonly do: "with"; readonly on: string; readonly body: Block }
  | { readonly do: "waitUntil"; readonly on: string; readonly variable: string; readonly atLeast: number };

/** What happened, at which moment, to whom. */
export interface Entry {
  readonly t: number;
  readonly who: string;
  readonly what: string;
  /** The line that `who` was served in after it had waited, such as `queue.get`. In each line the order must be the same. */
  readonly key?: string;
  /** An error that nobody awaited was reported: when that happens is one of the differences. */
  readonly report?: boolean;
}
