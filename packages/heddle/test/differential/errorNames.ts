import {
  BrokenBarrierError,
  InvalidArgumentError,
  InvalidStateError,
  isCancelled,
  LockBrokenError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  TaskGroupError,
  TimeoutError,
} from "heddle";

/** An error of the program's own. */
export class AppError extends Error {}

const NAMES: readonly (readonly [new (...args: never[]) => Error, string])[] = [
  [TimeoutError, "Timeout"],
  [QueueEmptyError, "QueueEmpty"],
  [QueueFullError, "QueueFull"],
  [QueueShutDownError, "QueueShutDown"],
  [BrokenBarrierError, "BrokenBarrier"],
  [LockBrokenError, "LockBroken"],
  [InvalidStateError, "Misuse"],
  [InvalidArgumentError, "Misuse"],
];

/** The name that an error has in traces. */
export function nameOf(error: unknown): string {
  if (isCancelled(error)) return "Cancelled";
  if (error instanceof AppError) return `App(${error.message})`;
  if (error instanceof TaskGroupError) return `Group[${error.errors.map(nameOf).join(", ")}]`;
  const found = NAMES.find(([kind]) => error instanceof kind);
  return found?.[1] ?? `Unexpected(${String(error)})`;
}

/** Whether a handler for `kinds` takes the error with this name. */
export function matches(name: string, kinds: readonly string[]): boolean {
  return kinds.some((kind) => name === kind || name.startsWith(`${kind}(`) || name.startsWith(`${kind}[`));
}
