/**
 * Every error of the command, sorted by whose fault it is: the call's, the outside world's. All of them end the command
 * with exit code 2; a page that cannot be fetched is none of them but a record.
 */
import { HeddleError } from "heddle";

// ── The call is wrong ─────────────────────────────────────────────────────────────────────────────────

/** The command line does not make sense. The message quotes what was received. */
export class UsageError extends HeddleError {
  override readonly name: string = "UsageError";
  readonly code: string = "HEDDLE_USAGE";
}

// ── The outside world ─────────────────────────────────────────────────────────────────────────────────

/** A file of URLs cannot be read. */
export class CannotReadError extends HeddleError {
  override readonly name: string = "CannotReadError";
  readonly code: string = "HEDDLE_CANNOT_READ";
}

/** A file, a folder or a stream cannot be written to. */
export class CannotWriteError extends HeddleError {
  override readonly name: string = "CannotWriteError";
  readonly code: string = "HEDDLE_CANNOT_WRITE";
}

/** There is no serving at the address that is wanted. */
export class CannotServeError extends HeddleError {
  override readonly name: string = "CannotServeError";
  readonly code: string = "HEDDLE_CANNOT_SERVE";
}

/** Why the operating system refused, in words. Node's messages repeat the call and the path: here they stand already. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : REASONS[code];
  return known ?? (error instanceof Error ? `it failed (${message})` : "it failed");
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EADDRINUSE: "something else listens there already",
  EADDRNOTAVAIL: "this machine has no such address",
  EDQUOT: "the disk quota is used up",
  EEXIST: "something else has its name",
  EISDIR: "it is a folder",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  EAI_AGAIN: "no name server answers",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTFOUND: "there is no such name",
  ENOTDIR: "a part of its path is not a folder",
  EPERM: "it is not permitted",
  EROFS: "the file system is read-only",
};
