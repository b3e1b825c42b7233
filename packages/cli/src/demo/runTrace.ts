import type { Span } from "./lanes.js";

/** How a request of the demo ended. */
export type Answer = "ok" | "redirect" | "busy" | "broken" | "reset" | "stall";

/** A request, from when it left to its last byte or its failure. */
export interface RequestSpan extends Span {
  readonly host: string;
  readonly answer: Answer;
}

/** A time in which a host had asked to be left alone. */
export interface PauseSpan extends Span {
  readonly host: string;
}

/** All that was measured of one run over the pages. Moments are of `now()`, in milliseconds. */
export interface RunTrace extends Span {
  /** How many requests at a time. */
  readonly concurrency: number;
  readonly pages: number;
  /** How many of the pages were had in the end. */
  readonly fetched: number;
  readonly bytes: number;
  readonly requests: readonly RequestSpan[];
  readonly pauses: readonly PauseSpan[];
}

/** Two runs over the same sites: one page at a time, then many at once. */
export type TwoRuns = readonly [alone: RunTrace, together: RunTrace];

export function elapsed(run: Span): number {
  return run.ended - run.started;
}

/** How long a run took for each page, on average, in milliseconds. */
export function perPage(run: RunTrace): number {
  return elapsed(run) / run.pages;
}

/** How many times as many pages a second the second run had. */
export function ratio([alone, together]: TwoRuns): number {
  return perPage(alone) / perPage(together);
}

/** `37`, and `3.4` where the first digit after the point matters. */
export function formatRatio(value: number): string {
  return value < 9.95 ? value.toFixed(1) : value.toFixed(0);
}

/** What the runs are called, in the terminal and in the picture. */
export function runName({ concurrency }: { concurrency: number }): string {
  return concurrency === 1 ? "One page at a time" : `${concurrency} pages at once`;
}
