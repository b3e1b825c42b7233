import type { Step } from "./exploreClock.js";

/** So many rows are shown; of a longer schedule the last ones, as the failure is at its end. */
const MOST_ROWS = 60;

/**
 * Who ran when, as a table. A star marks a step at which another task than the one that had been ready longest went on.
 *
 *     step   ms   goes on   after             ahead of
 *        1    0   a         its start
 *     *  2    0   b         its start         a
 */
export function scheduleTable(steps: readonly Step[]): string {
  const rows = steps.map((step, i) => [
    step.pick === 0 ? " " : "*",
    String(i + 1),
    String(Math.round(step.time * 1000) / 1000),
    step.who,
    step.after,
    step.others.slice(0, step.pick).join(", "),
  ]);
  const shown = rows.slice(-MOST_ROWS);
  const left = rows.length - shown.length;
  const table = [["", "step", "ms", "goes on", "after", "ahead of"], ...shown];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] as string).length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => pad(cell, column, widths))
      .join("  ")
      .trimEnd(),
  );
  if (left > 0) lines.splice(1, 0, `   … ${left} steps before these`);
  return lines.join("\n");
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return column === 1 || column === 2 ? cell.padStart(width) : cell.padEnd(width);
}
