import type { Comparison, Run } from "./measure.js";

export interface Advice {
  readonly kind: "waits" | "computes" | "both" | "short";
  readonly text: string;
}

/** The share of its time that a run did not use a processor: 0 to 1. Threads can use several at a time. */
export function waitingShare({ wall, cpu }: Run): number {
  return Math.max(0, Math.min(1, 1 - cpu / wall));
}

/** How many times as fast as one after the other. */
export function speedUp({ runs: [sequential] }: Comparison, { wall }: Run): number {
  return sequential.wall / wall;
}

/** Below so many milliseconds in all, starting and measuring count for more than the work. */
const SHORT = 20;
/** From this speed-up on another way is worth it. */
const WORTH = 1.2;

/** What to do with such work, in one sentence, with the numbers that it stands on. */
export function adviceOn(comparison: Comparison): Advice {
  const { runs, threads } = comparison;
  const [sequential, concurrent, threaded] = runs;
  const waits = percent(waitingShare(sequential));
  const together = times(speedUp(comparison, concurrent));
  const apart = times(speedUp(comparison, threaded));
  const numbers = `${waits} of the time one after the other is waiting; concurrent it is ${together} as fast, on ${threads} threads ${apart}`;
  if (sequential.wall < SHORT) {
    return {
      kind: "short",
      text: `Too short to tell (${sequential.wall.toFixed(1)} ms in all): give it more work, or more --times`,
    };
  }
  const byConcurrency = speedUp(comparison, concurrent);
  const byThreads = speedUp(comparison, threaded);
  if (waitingShare(sequential) >= 0.7 && byConcurrency >= WORTH && byThreads < byConcurrency * 1.5) {
    return {
      kind: "waits",
      text: `It waits most of the time: make it concurrent, threads are not needed (${numbers})`,
    };
  }
  if (waitingShare(sequential) <= 0.3) {
    const gain =
      byThreads >= WORTH
        ? "use threads, concurrency alone gains nothing"
        : "threads would help with more processors, or with longer jobs; concurrency gains nothing";
    return { kind: "computes", text: `It computes: ${gain} (${numbers})` };
  }
  if (byConcurrency < WORTH && byThreads < WORTH) {
    return { kind: "both", text: `It waits and computes, but neither way gains much: leave it as it is (${numbers})` };
  }
  const text =
    byThreads > byConcurrency * WORTH
      ? `It waits and computes: do both, concurrent in each of a few threads (${numbers})`
      : `It waits and computes: make it concurrent; threads add little here (${numbers})`;
  return { kind: "both", text };
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function times(factor: number): string {
  return `${factor < 9.95 ? factor.toFixed(1) : factor.toFixed(0)}×`;
}
