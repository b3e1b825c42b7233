import { UsageError } from "../errors.js";

/** The number of a process. @throws UsageError for anything else */
export function parsePid(text: string): number {
  const pid = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (pid >= 1 && pid <= 2 ** 31 - 1) return pid;
  throw new UsageError(
    `Cannot look at a process as its number is needed, as ps or top tell it: received ${JSON.stringify(text)}`,
  );
}
