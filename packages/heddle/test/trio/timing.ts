import type { Program } from "./program.js";

export interface Due {
  readonly now: number;
  readonly ms: number;
  readonly what: "sleep" | "deadline";
}

/**
 * How many milliseconds from now on something is due. In a crowded program sleeps end at even moments and deadlines pass at
 * odd ones: which of the two is first when they are due at the same moment is one of the differences (docs/from-trio.md).
 */
export function dueIn({ crowded }: Program, { now, ms, what }: Due): number {
  if (crowded !== true || ms <= 0) return ms;
  const half = Math.floor((now + ms) / 2);
  return (what === "deadline" ? 2 * half + 1 : 2 * half + 2) - now;
}
