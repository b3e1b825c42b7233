import type { TimelineKind } from "./timeline.js";

/**
 * How what a task does is shown. Colours from the set of Okabe and Ito, which colour-blind readers can tell apart; the kinds
 * also differ in height, and what blocks is hatched, so that none hangs on its colour alone.
 */
export interface KindStyle {
  readonly label: string;
  /** On a light and on a dark page. */
  readonly colours: readonly [light: string, dark: string];
  /** The height of its bar, as a share of the row's. */
  readonly height: number;
}

export const KIND_STYLES: Readonly<Record<TimelineKind, KindStyle>> = {
  running: { label: "running", colours: ["#0072b2", "#4aa8e0"], height: 1 },
  blocking: { label: "blocking all others", colours: ["#d55e00", "#ff8a3d"], height: 1 },
  waiting: { label: "waiting", colours: ["#c3ccd6", "#48525e"], height: 0.32 },
  outside: { label: "awaiting something from elsewhere", colours: ["#e3b34c", "#b58a2c"], height: 0.32 },
  ready: { label: "could go on, has no turn", colours: ["#7fc4ec", "#2f6f96"], height: 0.62 },
  new: { label: "not begun", colours: ["#e4e9ee", "#2c343d"], height: 0.32 },
};

/** `0`, `250 ms`, `1.5 s`. */
export function axisLabel(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  return ms < 1000 ? `${Number(ms.toFixed(2))} ms` : `${Number((ms / 1000).toFixed(3))} s`;
}

/** Round moments from 0 to `length` milliseconds, at most `most` of them. */
export function axisSteps(length: number, most: number): number[] {
  let step = 0.01;
  for (let factor = 0; length / step > most; factor++) step *= factor % 3 === 1 ? 2.5 : 2;
  const steps: number[] = [];
  for (let i = 0; i * step <= length; i++) steps.push(Number((i * step).toFixed(3)));
  return steps;
}
