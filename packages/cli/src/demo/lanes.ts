/** A span of time, in milliseconds. */
export interface Span {
  readonly started: number;
  readonly ended: number;
}

/**
 * Puts spans that overlap into lanes, as few as possible, so that no two in a lane overlap. Returns the lane of each
 * span, from 0. A span goes to the lowest lane that is free.
 */
export function lanesOf(spans: readonly Span[]): number[] {
  const lanes: number[] = new Array(spans.length).fill(0);
  const freeFrom: number[] = [];
  const order = spans.map((_, index) => index).sort((a, b) => at(spans, a).started - at(spans, b).started);
  for (const index of order) {
    const span = at(spans, index);
    let lane = freeFrom.findIndex((moment) => moment <= span.started);
    if (lane < 0) lane = freeFrom.length;
    freeFrom[lane] = span.ended;
    lanes[index] = lane;
  }
  return lanes;
}

function at(spans: readonly Span[], index: number): Span {
  return spans[index] as Span;
}
