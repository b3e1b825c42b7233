import { UsageError } from "../errors.js";

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * The milliseconds of a duration such as `1500`, `500ms`, `30s`, `1.5m` or `2h`.
 *
 * @throws UsageError for anything else, and for zero
 */
export function parseDuration(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/i.exec(text.trim());
  const unit = (match?.[2]?.toLowerCase() ?? "ms") as keyof typeof UNITS;
  const ms = Number(match?.[1]) * UNITS[unit];
  if (Number.isFinite(ms) && ms > 0) return ms;
  throw new UsageError(
    `Cannot set ${option} as it must be milliseconds above 0, or have a unit (500ms, 30s, 2m): received ${JSON.stringify(text)}`,
  );
}

/** A duration as `parseDuration()` reads it: `30s` for 30 000 milliseconds. */
export function writeDuration(ms: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, each]) => ms % each === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}
