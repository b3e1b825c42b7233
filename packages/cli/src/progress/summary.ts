import type { Progress } from "./tally.js";
import { formatBytes, formatCount, formatDuration, formatRate } from "./units.js";

/** More kinds of failure than this are summed up. */
const MOST_KINDS = 4;

/**
 * The line at the end.
 *
 *     1,998 of 2,000 pages fetched in 12.3 s (163/s, 24.1 MB), 2 failed: 1 timeout, 1 refused
 *     Interrupted by SIGINT: 120 of 123 pages fetched in …, 64 requests given up
 */
export function summary(progress: Progress, interrupted?: { by: string; givenUp: number }): string {
  const { ok, failed, failures, bytes, elapsed } = progress;
  const done = ok + failed;
  const pages = done === 1 ? "1 page" : `${formatCount(done)} pages`;
  const share = failed === 0 ? pages : `${formatCount(ok)} of ${pages}`;
  const rate = formatRate(elapsed > 0 ? (done / elapsed) * 1000 : 0);
  let line = `${share} fetched in ${formatDuration(elapsed)} (${rate}, ${formatBytes(bytes)})`;
  if (failed > 0) line += `, ${formatCount(failed)} failed: ${kindsOf(failures)}`;
  if (interrupted === undefined) return line;
  const { by, givenUp } = interrupted;
  if (givenUp > 0) line += `, ${givenUp === 1 ? "1 request" : `${formatCount(givenUp)} requests`} given up`;
  return `Interrupted by ${by}: ${line}`;
}

function kindsOf(failures: Progress["failures"]): string {
  const shown = failures.slice(0, failures.length > MOST_KINDS ? MOST_KINDS - 1 : MOST_KINDS);
  const others = failures.slice(shown.length).reduce((sum, [, count]) => sum + count, 0);
  const kinds = shown.map(([outcome, count]) => `${formatCount(count)} ${outcome}`);
  if (others > 0) kinds.push(`${formatCount(others)} other`);
  return kinds.join(", ");
}
