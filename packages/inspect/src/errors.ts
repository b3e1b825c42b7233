/** Every error of the package, sorted by whose fault it is. */
import { HeddleError } from "heddle";

// ── The outside world ─────────────────────────────────────────────────────────────────────────────────

/** Why a process cannot be looked into. */
export type AttachFailure =
  | "no such process"
  | "not permitted"
  | "not a Node program"
  | "no inspector"
  | "port taken"
  | "no answer"
  | "no Heddle";

/** A process cannot be looked into. The message says what can be done about it. */
export class CannotAttachError extends HeddleError {
  override readonly name: string = "CannotAttachError";
  readonly code: string = "HEDDLE_CANNOT_ATTACH";
  readonly failure: AttachFailure;

  constructor(failure: AttachFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** A module cannot be loaded, or has no jobs in it. */
export class CannotLoadError extends HeddleError {
  override readonly name: string = "CannotLoadError";
  readonly code: string = "HEDDLE_CANNOT_LOAD";
}

/** A job that is to be measured has thrown; `cause` is what. */
export class JobFailedError extends HeddleError {
  override readonly name: string = "JobFailedError";
  readonly code: string = "HEDDLE_JOB_FAILED";
}

/** A file is no trace that Heddle has written. */
export class CannotReadTraceError extends HeddleError {
  override readonly name: string = "CannotReadTraceError";
  readonly code: string = "HEDDLE_CANNOT_READ_TRACE";
}

// ── Ours, or Node's ───────────────────────────────────────────────────────────────────────────────────

/** The other process has answered a question of ours with an error. */
export class ProtocolError extends HeddleError {
  override readonly name: string = "ProtocolError";
  readonly code: string = "HEDDLE_PROTOCOL";
}
