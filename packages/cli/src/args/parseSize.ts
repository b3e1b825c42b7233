import { UsageError } from "../errors.js";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/**
 * The bytes of a size such as `5000`, `64kb` or `10mb`. A kilobyte has 1,024 bytes.
 *
 * @throws UsageError for anything else, and for zero
 */
export function parseSize(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:([kmg])?b?)$/i.exec(text.trim());
  const bytes = Math.round(Number(match?.[1]) * (UNITS[match?.[2]?.toLowerCase() ?? ""] ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new UsageError(
    `Cannot set ${option} as it must be bytes above 0, or have a unit (64kb, 10mb, 1gb): received ${JSON.stringify(text)}`,
  );
}

/** A size as `parseSize()` reads it: `10mb` for 10 485 760 bytes. */
export function writeSize(bytes: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, each]) => bytes % each === 0) ?? ["", 1];
  return `${bytes / size}${unit}b`;
}
