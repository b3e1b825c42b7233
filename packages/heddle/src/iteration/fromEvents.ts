import { checkChoice, checkCount, checkOptions } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import type { EventName, EventSource } from "./eventStream.js";
import { EventStream } from "./eventStream.js";

export interface FromEventsOptions {
  /** How many events may wait for the loop: a whole number, 1 or more, or `Infinity`. Default 1024. */
  capacity?: number;
  /** What becomes of an event when there is no room: the loop fails ("error", the default), or one is dropped. */
  overflow?: "error" | "dropOldest" | "dropNewest";
  /** The event that makes the loop fail, with the error that it brings. Default "error"; null for none. */
  error?: EventName | null;
  /** The events that end the loop, when it has taken what came before. Default: none. */
  end?: EventName | readonly EventName[];
}

/**
 * The events of an `EventEmitter` or `EventTarget`, from this call on. An item is the list of what the listener got; with
 * several names, the name comes first.
 *
 *     for await (const [message] of fromEvents(worker, "message", { end: "exit" })) …
 *     for await (const [name, event] of fromEvents(socket, ["message", "close"])) …
 *
 * An emitter cannot be slowed down, so the events wait, up to `capacity`. The listeners are removed when the loop is left, ends
 * or fails; if it may never start, write `using events = fromEvents(…)`.
 *
 * If cancelled: the listeners are removed, then it throws `CancelledError`.
 *
 * @throws what the error event brings, EventOverflowError
 */
export function fromEvents<A extends unknown[] = unknown[]>(
  source: EventSource,
  name: EventName,
  options?: FromEventsOptions,
): EventStream<A>;
export function fromEvents<N extends EventName, A extends unknown[] = unknown[]>(
  source: EventSource,
  names: readonly N[],
  options?: FromEventsOptions,
): EventStream<[N, ...A]>;
export function fromEvents(
  source: EventSource,
  names: EventName | readonly EventName[],
  options: FromEventsOptions = {},
): unknown {
  const doing = "iterate over events";
  checkEventSource(doing, source);
  checkOptions(doing, options, ["capacity", "overflow", "error", "end"]);
  const { capacity = 1024, overflow = "error", error = "error", end = [] } = options;
  checkCount(doing, capacity, { what: "capacity", least: 1, orInfinity: true });
  checkChoice(doing, overflow, { what: "overflow", choices: ["error", "dropOldest", "dropNewest"] });
  const withName = Array.isArray(names);
  return new EventStream(source, {
    names: checkNames(doing, names),
    withName,
    capacity,
    overflow,
    error: error === null ? null : (checkNames(doing, error)[0] as EventName),
    end: checkNames(doing, end, 0),
  });
}

function checkNames(doing: string, names: EventName | readonly EventName[], least: number = 1): EventName[] {
  const all = Array.isArray(names) ? [...names] : [names];
  if (all.length >= least && all.every((name) => typeof name === "string" || typeof name === "symbol")) return all;
  throw new InvalidArgumentError(
    `Cannot ${doing} as their names must be strings or symbols: received ${describe(names)}`,
  );
}

function checkEventSource(doing: string, source: unknown): void {
  if (typeof source === "object" && source !== null) {
    const { on, off, addEventListener } = source as Record<string, unknown>;
    if (typeof addEventListener === "function" || (typeof on === "function" && typeof off === "function")) return;
  }
  throw new InvalidArgumentError(
    `Cannot ${doing} as an EventEmitter or EventTarget is needed: received ${describe(source)}`,
  );
}
