import { describe } from "./describe.js";

/**
 * Every error of the runtime, sorted by whose fault it is: the caller's, a closed or full object of ours,
 * time and cancellation, several things at once, two tasks colliding. Each has a stable `code`.
 */

/** The base of all errors that Heddle makes itself. `code` is stable; messages may change. */
export abstract class HeddleError extends Error {
  abstract readonly code: string;
}

// ── The caller's fault ────────────────────────────────────────────────────────────────────────────────

/** An argument is of the wrong type or out of its range. The message quotes what was received. */
export class InvalidArgumentError extends TypeError {
  override readonly name: string = "InvalidArgumentError";
  readonly code: string = "HEDDLE_INVALID_ARGUMENT";
}

/** The object is in a state in which the call makes no sense. The message names the state. */
export class InvalidStateError extends HeddleError {
  override readonly name: string = "InvalidStateError";
  readonly code: string = "HEDDLE_INVALID_STATE";
}

// ── An object of ours is full, empty or closed ────────────────────────────────────────────────────────

/** `putNowait()` on a full queue. */
export class QueueFullError extends HeddleError {
  override readonly name: string = "QueueFullError";
  readonly code: string = "HEDDLE_QUEUE_FULL";
}

/** `getNowait()` on an empty queue. */
export class QueueEmptyError extends HeddleError {
  override readonly name: string = "QueueEmptyError";
  readonly code: string = "HEDDLE_QUEUE_EMPTY";
}

/** `put()` after `shutdown()`, or `get()` after `shutdown()` when the queue has run empty. */
export class QueueShutDownError extends HeddleError {
  override readonly name: string = "QueueShutDownError";
  readonly code: string = "HEDDLE_QUEUE_SHUT_DOWN";
}

/** A call on an object that its owner has closed, also when it was closed while the call waited. */
export class ClosedError extends HeddleError {
  override readonly name: string = "ClosedError";
  readonly code: string = "HEDDLE_CLOSED";
}

/** `receive()` when all senders are closed and all that was sent has been received. */
export class EndOfChannelError extends HeddleError {
  override readonly name: string = "EndOfChannelError";
  readonly code: string = "HEDDLE_END_OF_CHANNEL";
}

/** `send()` when all receivers are closed: nobody will ever receive the item, so it is handed back. */
export class BrokenChannelError extends HeddleError {
  override readonly name: string = "BrokenChannelError";
  readonly code: string = "HEDDLE_BROKEN_CHANNEL";
  /** What could not be sent. */
  readonly item: unknown;

  constructor(message: string, item: unknown) {
    super(message);
    this.item = item;
  }
}

// ── Two tasks collided ────────────────────────────────────────────────────────────────────────────────

/** The task that held a lock ended without releasing it: what the lock guards may be half done, so nobody gets it. */
export class LockBrokenError extends HeddleError {
  override readonly name: string = "LockBrokenError";
  readonly code: string = "HEDDLE_LOCK_BROKEN";
  /** The name of the task that ended while it held the lock. */
  readonly owner: string;

  constructor(message: string, owner: string) {
    super(message);
    this.owner = owner;
  }
}

/** The barrier was reset or aborted, by another task, while this one waited at it, or it was broken before. */
export class BrokenBarrierError extends HeddleError {
  override readonly name: string = "BrokenBarrierError";
  readonly code: string = "HEDDLE_BROKEN_BARRIER";
}

/** Events came faster than the loop took them, and more than the `capacity` of `fromEvents()` were waiting. */
export class EventOverflowError extends HeddleError {
  override readonly name: string = "EventOverflowError";
  readonly code: string = "HEDDLE_EVENT_OVERFLOW";
}

/** An emitter or target that `fromEvents()` listens to had an "error" event that brought no `Error` along. */
export class ErrorEventError extends HeddleError {
  override readonly name: string = "ErrorEventError";
  readonly code: string = "HEDDLE_ERROR_EVENT";
}

// ── Time and cancellation ─────────────────────────────────────────────────────────────────────────────

/** Two copies of this library in one process still know each other's cancellations by this key. */
const ORIGIN: unique symbol = Symbol.for("heddle.cancelled.origin") as never;

/**
 * Thrown by every waiting call in a cancelled scope, again and again until the scope is left. Let it pass:
 * the scope that was cancelled absorbs it. One object is shared by all tasks that one `cancel()` stops.
 */
export class CancelledError extends HeddleError {
  override readonly name: string = "CancelledError";
  readonly code: string = "HEDDLE_CANCELLED";
  /** What was handed to `cancel(reason)`, or the reason of the foreign `AbortSignal`. */
  readonly reason: unknown;

  /** @param origin the scope whose `cancel()` made this error; the runtime passes it. */
  constructor(reason?: unknown, origin?: object) {
    super(describeReason(reason), reason instanceof Error ? { cause: reason } : undefined);
    this.reason = reason;
    Object.defineProperty(this, ORIGIN, { value: origin ?? null });
  }
}

/** True for a `CancelledError`, also one that was made by another copy of this library. */
export function isCancelled(error: unknown): error is CancelledError {
  return typeof error === "object" && error !== null && ORIGIN in error;
}

/** The scope whose cancellation made this error, or null if the error was made by hand. */
export function originOf(error: CancelledError): object | null {
  return (error as unknown as { [ORIGIN]: object | null })[ORIGIN];
}

function describeReason(reason: unknown): string {
  if (reason === undefined) return "Cancelled";
  return `Cancelled: ${reason instanceof Error ? reason.message : asText(reason)}`;
}

/** `timeout()` or `timeoutAt()` ran out of time. */
export class TimeoutError extends HeddleError {
  override readonly name: string = "TimeoutError";
  readonly code: string = "HEDDLE_TIMEOUT";
}

/** A run was told to stop, and after `shutdownTimeout` some of its tasks were still running. */
export class ShutdownTimeoutError extends HeddleError {
  override readonly name: string = "ShutdownTimeoutError";
  readonly code: string = "HEDDLE_SHUTDOWN_TIMEOUT";
  /** One line for each task that did not stop: its path and, where known, the place it was created. */
  readonly tasks: readonly string[];

  constructor(message: string, tasks: readonly string[]) {
    super(`${message}${tasks.map((line) => `\n  ${line}`).join("")}`);
    this.tasks = tasks;
  }
}

/** Under a virtual clock: everything waits, and nothing is left that could wake anything. */
export class DeadlockError extends HeddleError {
  override readonly name: string = "DeadlockError";
  readonly code: string = "HEDDLE_DEADLOCK";
}

// ── Several things went wrong at once ─────────────────────────────────────────────────────────────────

/**
 * What a task group throws: all errors of its body and its children, in the order in which they happened,
 * even when there is only one (rule G3).
 */
export class TaskGroupError extends AggregateError {
  override readonly name: string = "TaskGroupError";
  readonly code: string = "HEDDLE_TASK_GROUP";

  constructor(errors: readonly unknown[], groupName: string) {
    const first = errors[0];
    const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    super([...errors], `${count} in task group "${groupName}", first: ${inShort(first)}`, { cause: first });
  }
}

/** `firstSuccess()`: nothing succeeded. `errors` has what each failed with, in the order in which it happened. */
export class AllFailedError extends AggregateError {
  override readonly name: string = "AllFailedError";
  readonly code: string = "HEDDLE_ALL_FAILED";

  constructor(errors: readonly unknown[]) {
    super([...errors], `All ${errors.length} failed, last: ${inShort(errors.at(-1))}`, { cause: errors.at(-1) });
  }
}

/** `supervise()` restarted its children more often than it may. `cause` is the error of the last one that ended. */
export class RestartLimitError extends HeddleError {
  override readonly name: string = "RestartLimitError";
  readonly code: string = "HEDDLE_RESTART_LIMIT";
  /** The name of the child that would have been restarted once too often. */
  readonly child: string;

  constructor(message: string, child: string, cause: unknown) {
    super(cause === undefined ? message : `${message}, last: ${inShort(cause)}`, { cause });
    this.child = child;
  }
}

function inShort(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : asText(error);
}

/** Anything can be thrown and be a reason, also what cannot be turned into a string. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : describe(value);
}
