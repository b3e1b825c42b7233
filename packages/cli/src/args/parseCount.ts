import { UsageError } from "../errors.js";

/** A whole number from `least` to `most`. @throws UsageError for anything else */
export function parseCount(option: string, text: string, range: { least: number; most: number }): number {
  const { least, most } = range;
  const count = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new UsageError(
    `Cannot set ${option} as it must be a whole number from ${least} to ${most}: received ${JSON.stringify(text)}`,
  );
}
