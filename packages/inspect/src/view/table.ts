export interface Column {
  readonly title: string;
  /** Numbers stand at the right edge of their column. Default false. */
  readonly right?: boolean;
  /** It is left out where no row has anything in it. Default false. */
  readonly optional?: boolean;
}

/**
 * Lines up rows under their titles. The last column takes what is left of `width` characters, and is cut there; a width of
 * Infinity cuts nothing.
 */
export function table(all: readonly Column[], everything: readonly (readonly string[])[], width: number): string[] {
  const shown = all.map(({ optional = false }, i) => !optional || everything.some((row) => (row[i] ?? "") !== ""));
  const columns = all.filter((_, i) => shown[i]);
  const rows = everything.map((row) => row.filter((_, i) => shown[i]));
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]): string => {
    const padded = columns.map(({ right = false }, i) => {
      const cell = cells[i] ?? "";
      if (right) return cell.padStart(widths[i] as number);
      return i === columns.length - 1 ? cell : cell.padEnd(widths[i] as number);
    });
    return cut(padded.join("  ").trimEnd(), width);
  };
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
