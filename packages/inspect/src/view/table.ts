import { cut, displayWidth } from "./displayWidth.js";

export interface Column {
  readonly title: string;
  /** Numbers stand at the right edge of their column. Default false. */
  readonly right?: boolean;
  /** The share of a bounded width that it may take, 0 to 1; what is longer is cut. Default: all. */
  readonly share?: number;
}

/**
 * Lines up rows under their titles. The last column takes what is left of `width` columns of a terminal, and is cut there; a
 * width of Infinity cuts nothing.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) =>
    columns.map(({ share = 1, title }, i) => cut(row[i] ?? "", Math.max(title.length, Math.floor(width * share)))),
  );
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => displayWidth(row[i] as string))));
  return cells.map((row) => {
    const padded = columns.map(({ right = false }, i) => {
      const cell = row[i] as string;
      const space = " ".repeat((widths[i] as number) - displayWidth(cell));
      return right ? space + cell : i === columns.length - 1 ? cell : cell + space;
    });
    return cut(padded.join("  ").trimEnd(), width);
  });
}
