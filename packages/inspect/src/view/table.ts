import { cut, displayWidth } from "./displayWidth.js";

export interface Column {
  readonly title: string;
  /** Numbers stand at the right edge of their column. Default false. */
  readonly right?: boolean;
  /** The share of a bounded width that it may take, 0 to 1; what is longer is cut. Default: all. */
  readonly share?: number;
  /** Where the last column has too little room, those with the highest numbers are left out first. Default: never. */
  readonly spare?: number;
}

/** What the last column should have at least, in columns of a terminal. */
const ROOM = 26;

/**
 * Lines up rows under their titles. The last column takes what is left of `width` columns of a terminal, and is cut there; a
 * width of Infinity cuts nothing.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const lined = lineUp(columns, rows, width);
  const spare = columns.reduce((most, { spare: each = 0 }) => Math.max(most, each), 0);
  if (lined.room >= ROOM || spare === 0) return lined.lines;
  const kept = columns.map((column) => column.spare !== spare);
  return table(
    columns.filter((_, i) => kept[i]),
    rows.map((row) => row.filter((_, i) => kept[i])),
    width,
  );
}

function lineUp(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): { lines: string[]; room: number } {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) =>
    columns.map(({ share = 1, title }, i) => cut(row[i] ?? "", Math.max(title.length, Math.floor(width * share)))),
  );
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => displayWidth(row[i] as string))));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  const lines = cells.map((row) => {
    const padded = columns.map(({ right = false }, i) => {
      const cell = row[i] as string;
      const space = " ".repeat((widths[i] as number) - displayWidth(cell));
      return right ? space + cell : i === columns.length - 1 ? cell : cell + space;
    });
    return cut(padded.join("  ").trimEnd(), width);
  });
  const last = widths.at(-1) ?? 0;
  return { lines, room: Math.max(width - before, last < ROOM && before + last <= width ? ROOM : 0) };
}
