export interface Column {
  readonly title: string;
  /** Numbers stand at the right edge of their column. Default false. */
  readonly right?: boolean;
}

/**
 * Lines up rows under their titles. The last column takes what is left of `width` characters, and is cut there; a width of
 * Infinity cuts nothing.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
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
