/** How far back the rate looks, in milliseconds: long enough to be calm, short enough to show that something hangs. */
const WINDOW = 5000;
/** Samples closer to each other than this, in milliseconds, are not kept. */
const LEAST_GAP = 200;

/** How fast a count has grown lately, from samples of it. */
export class RateMeter {
  readonly #samples: { at: number; count: number }[];

  constructor(startedAt: number) {
    this.#samples = [{ at: startedAt, count: 0 }];
  }

  /** Takes a sample at `at`, in milliseconds, and returns the growth for each second of the last few. */
  perSecond(at: number, count: number): number {
    const samples = this.#samples;
    // One sample older than the window stays: the rate is measured from it.
    while (samples.length > 1 && (samples[1] as { at: number }).at <= at - WINDOW) samples.shift();
    const first = samples[0] as { at: number; count: number };
    if (at - (samples.at(-1) as { at: number }).at >= LEAST_GAP) samples.push({ at, count });
    return at > first.at ? ((count - first.count) / (at - first.at)) * 1000 : 0;
  }
}
