import type { Progress } from "./tally.js";
import { formatCount, formatDuration, formatRate } from "./units.js";

const LONGEST_HOST = 32;

/**
 * The line that is redrawn on a terminal, at most `width` characters. What matters less goes first when it is narrow.
 *
 *     1,204 done · 3 failed · 98.2/s · 64 in flight · slowest example.com 4.2 s · 1 host paused
 */
export function progressLine(progress: Progress, width: number): string {
  const { ok, failed, rate, running, slowest, parked, total } = progress;
  const done = formatCount(ok + failed);
  const parts = [
    `${total === undefined ? done : `${done} of ${formatCount(total)}`} done`,
    `${formatCount(failed)} failed`,
    formatRate(rate),
    `${formatCount(running)} in flight`,
  ];
  if (slowest !== undefined) parts.push(`slowest ${hostOf(slowest.url)} ${formatDuration(slowest.age)}`);
  if (parked > 0) parts.push(`${parked === 1 ? "1 host" : `${formatCount(parked)} hosts`} paused`);
  let line = parts.join(" · ");
  while (line.length > width && parts.length > 1) {
    parts.pop();
    line = parts.join(" · ");
  }
  return line.slice(0, Math.max(0, width));
}

/** The host of a URL, short enough to leave room for the rest. */
function hostOf(url: string): string {
  let host = url;
  try {
    host = new URL(url).host;
  } catch {
    // Shown as it is.
  }
  return host.length <= LONGEST_HOST ? host : `…${host.slice(1 - LONGEST_HOST)}`;
}
