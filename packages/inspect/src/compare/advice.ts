import type { Comparison, Run } from "./measure.js";

export interface Advice {
  readonly kind: "waits" | "computes" | "both" | "short";
  readonly text: string;
}

/** How many times as fast as one after the other. */
export function speedUp({ runs: [sequential] }: Comparison, { wall }: Run): number {
  return sequential.wall / wall;
}

/** Below so many milliseconds in all, starting and measuring count for more than the work. */
const SHORT = 20;
/** From this speed-up on another way is worth it. */
const WORTH = 1.3;
/** So much faster is more than chance. */
const CLEARLY = 1.25;

/** What to do with such work, in one sentence, with the numbers that it stands on. */
export function adviceOn(comparison: Comparison): Advice {
  const { runs, threads } = comparison;
  const [sequential, concurrent, threaded] = runs;
  const waits = percent(sequential.waiting);
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
  const gains = byConcurrency >= WORTH;
  if (sequential.waiting >= 0.5 && gains && byThreads <= byConcurrency * CLEARLY) {
    return {
      kind: "waits",
      text: `It waits most of the time: make it concurrent, threads are not needed (${numbers})`,
    };
  }
  if (sequential.waiting <= 0.3 && !gains) {
    const better = "threads would help with more processors, or with longer jobs; concurrency gains nothing";
    const gain = byThreads >= WORTH ? "use threads, concurrency alone gains nothing" : better;
    return { kind: "computes", text: `It computes: ${gain} (${numbers})` };
  }
  if (!gains && byThreads < WORTH) {
    return { kind: "both", text: `It waits and computes, but neither way gains much: leave it as it is (${numbers})` };
  }
  const text =
    byThreads > byConcurrency * CLEARLY
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
