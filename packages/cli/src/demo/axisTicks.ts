const MOST_TICKS = 12;

/** The marks of a time axis that begins at 0 and reaches `end` milliseconds: round numbers, at most a dozen. */
export function axisTicks(end: number): number[] {
  let step = 10;
  for (let factor = 0; end / step > MOST_TICKS; factor++) step *= factor % 3 === 1 ? 2.5 : 2;
  const ticks: number[] = [];
  for (let tick = 0; tick <= end; tick += step) ticks.push(tick);
  return ticks;
}

/** What is written at a mark: `0`, `0.5 s`, `12 s`. */
export function tickLabel(ms: number): string {
  return ms === 0 ? "0" : `${Number((ms / 1000).toFixed(2))} s`;
}
