/**
 * A small concurrent program, written once as data: scopes, groups, and what tasks meet at. Two interpreters run it, one on
 * Heddle (onHeddle.ts) and one on the real Trio (python/interpreter.py), and their traces are compared.
 */
export interface Program {
  /** The primitives that it uses, by name. A channel's ends are called `name.send` and `name.receive`. */
  readonly objects: Readonly<Record<string, Made>>;
  readonly main: Block;
  /** The deadline of everything: whoever waits for ever waits until then. */
  readonly until: number;
  /** Many things happen at the same moment: sleeps end at even moments, deadlines pass at odd ones. */
  readonly crowded?: boolean;
}

export type Kind = "event" | "lock" | "semaphore" | "limiter" | "condition" | "channel";

export interface Made {
  readonly kind: Kind;
  /** Permits, places, or the capacity of a channel. */
  readonly size?: number;
  /** No more permits than these. */
  readonly max?: number;
}

export type Block = readonly Statement[];
export type Value = number | string | boolean | null;

/**
 * - "scope": `cancelScope(fn, options)`, a `CancelScope`
 * - "moveOn": `moveOnAfter(ms, fn)`, `move_on_after()`
 * - "timeout": `timeout(ms, fn)`, `fail_after()`
 * - "shield": `shield(fn, { timeout })`, a `fail_after()` with its shield up
 */
export type ScopeKind = "scope" | "moveOn" | "timeout" | "shield";

/** What a `try` catches: cancellations, everything else, or both. */
export type Caught = "cancelled" | "errors" | "all";

export type Statement =
  | { readonly do: "log"; readonly text: string }
  | { readonly do: "sleep"; readonly ms: number }
  | { readonly do: "forever" | "checkpoint" }
  /** Raises an error of the program's own. */
  | { readonly do: "raise"; readonly error: string }
  /** Ends the task that it stands in. */
  | { readonly do: "return"; readonly value: Value }
  | {
      readonly do: "scope";
      readonly scope: string;
      readonly kind: ScopeKind;
      readonly ms?: number;
      readonly shield?: boolean;
      readonly body: Block;
    }
  /** Cancels a scope, a group or a task; nothing happens to one that is not there yet, or not any more. */
  | { readonly do: "cancel"; readonly what: string }
  /** Moves the deadline of a scope to so many milliseconds from now; zero or less is over already. */
  | { readonly do: "deadline"; readonly scope: string; readonly ms: number }
  | { readonly do: "shield"; readonly scope: string; readonly on: boolean }
  /** Notes what can be seen of a scope. */
  | { readonly do: "look"; readonly scope: string }
  | { readonly do: "group"; readonly group: string; readonly body: Block }
  /** `start` waits until the task says `ready`. */
  | { readonly do: "spawn" | "start"; readonly group: string; readonly task: string; readonly body: Block }
  | { readonly do: "ready"; readonly value: Value }
  | {
      readonly do: "try";
      readonly body: Block;
      readonly catch?: Caught;
      readonly handler?: Block;
      /** Throws again what was caught, after the handler. */
      readonly rethrow?: boolean;
      readonly finally?: Block;
    }
  /** Holds a lock, a permit or a place while the body runs. */
  | { readonly do: "with"; readonly on: string; readonly body: Block }
  /** Calls a method of a primitive. `lenient` notes its error in place of raising it, unless it is a cancellation. */
  | {
      readonly do: "call";
      readonly on: string;
      readonly method: string;
      readonly value?: Value;
      readonly lenient?: boolean;
    }
  /** Makes another end of a channel. */
  | { readonly do: "clone"; readonly on: string; readonly as: string }
  /** Receives until the end of the channel. */
  | { readonly do: "receiveAll"; readonly on: string };

/** What happened, at which moment, to whom. */
export interface Entry {
  readonly t: number;
  readonly who: string;
  readonly what: string;
  /** This is the one line that says how something ended: `scope s1`. */
  readonly end?: string;
}
