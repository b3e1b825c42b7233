import {
  BrokenChannelError,
  ClosedError,
  EndOfChannelError,
  InvalidStateError,
  isCancelled,
  TaskGroupError,
  TimeoutError,
} from "heddle";
import type { Caught } from "./program.js";

/** An error of the program's own. */
export class AppError extends Error {}

type ErrorClass = abstract new (...args: never[]) => Error;

const NAMES: readonly (readonly [ErrorClass, string])[] = [
  [TimeoutError, "Timeout"],
  [InvalidStateError, "Misuse"],
  [ClosedError, "Closed"],
  [EndOfChannelError, "End"],
  [BrokenChannelError, "Broken"],
];

/** The name that an error has in traces. Those of a group stand in brackets, flat and sorted: which was first is often chance. */
export function nameOf(error: unknown): string {
  if (isCancelled(error)) return "Cancelled";
  if (error instanceof AppError) return `App(${error.message})`;
  if (error instanceof TaskGroupError) return `Group[${flat(error).sort().join(", ")}]`;
  const known = NAMES.find(([kind]) => error instanceof kind);
  return known?.[1] ?? `Unexpected(${String(error)})`;
}

function flat(error: unknown): string[] {
  return error instanceof TaskGroupError ? error.errors.flatMap(flat) : [nameOf(error)];
}

export function catches(what: Caught | undefined, error: unknown): boolean {
  if (what === undefined || what === "all") return what !== undefined;
  return isCancelled(error) === (what === "cancelled");
}
