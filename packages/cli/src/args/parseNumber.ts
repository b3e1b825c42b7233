import { UsageError } from "../errors.js";

/** A number, `least` or more. @throws UsageError for anything else */
export function parseNumber(option: string, text: string, range: { least: number }): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (number >= range.least) return number;
  throw new UsageError(
    `Cannot set ${option} as it must be a number, ${range.least} or more: received ${JSON.stringify(text)}`,
  );
}
