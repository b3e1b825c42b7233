import { cut, displayWidth } from "./displayWidth.js";

export interface Column {
  readonly title: string;
  /** Numbers stand at the right edge of their column. Default false. */
  readonly right?: boolean;
  /** The share of a bounded width that it may take, 0 to 1; what is longer is cut. Default: all. */
  readonly share?: number;
  /** Where the last column has too little room, those with the highest numbers are left out first. Default: never. */
  readonly spare?: number;
  /** It is left out where no row has anything in it. Default false. */
  readonly optional?: boolean;
}

/** What the last column should have at least, in columns of a terminal. */
const ROOM = 26;

/**
 * Lines up rows under their titles. The last column takes what is left of `width` columns of a terminal, and is cut there; a
 * width of Infinity cuts nothing.
 */
export function table(all: readonly Column[], everything: readonly (readonly string[])[], width: number): string[] {
  const columns = all.map((column, i) => ({
    ...column,
    shown: column.optional !== true || everything.some((row) => (row[i] ?? "") !== ""),
  }));
  for (;;) {
    const shown = columns.filter(({ shown: is }) => is);
    const rows = everything.map((row) => row.filter((_, i) => columns[i]?.shown === true));
    const { lines, room } = lineUp(shown, rows, width);
    const [first] = shown.filter(({ spare }) => spare !== undefined).sort((a, b) => (b.spare ?? 0) - (a.spare ?? 0));
    if (room >= ROOM || first === undefined) return lines;
    first.shown = false;
  }
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
