import { ANSWER_STYLES, PAUSE_STYLE } from "./answerStyle.js";
import type { Span } from "./lanes.js";
import { lanesOf } from "./lanes.js";
import type { RequestSpan, RunTrace } from "./runTrace.js";
import { Rectangles } from "./svg.js";

/** The height of a lane that is alone, and of all lanes together where there are many. */
const SINGLE = 26;
const TOGETHER = 410;
const LOWEST_LANE = 3;
const HIGHEST_LANE = 14;
/** Between the lanes of different sites. */
const GAP = 5;

/** Where a moment of a run is, from left to right, by the milliseconds since the run began. */
export type Scale = (sinceStart: number) => number;

/** Lanes below each other; each request is in one that is free while it lasts. */
interface Band {
  readonly requests: readonly RequestSpan[];
  readonly lanes: readonly number[];
  readonly lanesInAll: number;
  readonly pauses: readonly Span[];
}

/**
 * Draws a run: a band of lanes for each site, with its pauses behind them. With one request at a time all sites share one
 * lane.
 */
export function drawRun(run: RunTrace, scale: Scale, top: number): { svg: string; bottom: number } {
  const bands = bandsOf(run);
  const lanesInAll = bands.reduce((sum, band) => sum + band.lanesInAll, 0);
  const many = Math.min(HIGHEST_LANE, Math.max(LOWEST_LANE, (TOGETHER - GAP * (bands.length - 1)) / lanesInAll));
  const lane = run.concurrency === 1 ? SINGLE : many;
  const height = lane - Math.min(2, lane * 0.22);
  const shapes = new Rectangles();
  const add = (kind: string, span: Span, rows: { y: number; height: number }): void => {
    const x = scale(span.started - run.started);
    // A hair's breadth between neighbours, and nothing too thin to be seen.
    shapes.add(kind, { x, width: Math.max(0.6, scale(span.ended - run.started) - x - 0.5), ...rows });
  };
  // Pauses of all bands first: they lie below everything.
  let y = top;
  for (const band of bands) {
    for (const pause of band.pauses) add(PAUSE_STYLE.name, pause, { y: y - 1, height: band.lanesInAll * lane + 1 });
    y += band.lanesInAll * lane + GAP;
  }
  y = top;
  for (const band of bands) {
    for (const [index, request] of band.requests.entries()) {
      add(ANSWER_STYLES[request.answer].name, request, { y: y + (band.lanes[index] ?? 0) * lane, height });
    }
    y += band.lanesInAll * lane + GAP;
  }
  return { svg: shapes.toString(), bottom: y - GAP };
}

function bandsOf({ concurrency, requests, pauses }: RunTrace): Band[] {
  const sites = new Map<string, { requests: RequestSpan[]; pauses: Span[] }>();
  const siteOf = (host: string): { requests: RequestSpan[]; pauses: Span[] } => {
    const name = concurrency === 1 ? "all" : host;
    const site = sites.get(name) ?? { requests: [], pauses: [] };
    sites.set(name, site);
    return site;
  };
  for (const request of [...requests].sort((a, b) => a.started - b.started))
    siteOf(request.host).requests.push(request);
  for (const pause of pauses) siteOf(pause.host).pauses.push(pause);
  return [...sites.values()].map((site) => {
    const lanes = lanesOf(site.requests);
    return { ...site, lanes, lanesInAll: lanes.reduce((most, lane) => Math.max(most, lane + 1), 1) };
  });
}
