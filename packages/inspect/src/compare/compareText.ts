import { table } from "../view/table.js";
import { adviceOn, percent, speedUp, times } from "./advice.js";
import type { Comparison, Way } from "./measure.js";

const NAMES: Readonly<Record<Way, string>> = {
  sequential: "one after the other",
  concurrent: "concurrent",
  threads: "on threads",
};

const COLUMNS = [
  { title: "" },
  { title: "wall time", right: true },
  { title: "CPU time", right: true },
  { title: "speed-up", right: true },
  { title: "waiting", right: true },
];

/** The table and the advice of `heddle compare`. */
export function compareText(comparison: Comparison): string {
  const { runs, jobs, threads, file } = comparison;
  const rows = runs.map((run) => [
    wayName(run.way, threads),
    milliseconds(run.wall),
    milliseconds(run.cpu),
    times(speedUp(comparison, run)),
    percent(run.waiting),
  ]);
  const heading = `${jobs} jobs of ${file.replace(/^.*[\\/]/, "")}`;
  return `${[heading, "", ...table(COLUMNS, rows, Infinity), "", `${adviceOn(comparison).text}.`].join("\n")}\n`;
}

export function wayName(way: Way, threads: number): string {
  return way === "threads" ? `${NAMES.threads} (${threads})` : NAMES[way];
}

export function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
