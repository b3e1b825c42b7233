/** Two lists of lines beside each other, with a mark where they differ. */
export function sideBySide(left: readonly string[], right: readonly string[]): string {
  const width = Math.max("Trio".length, ...left.map(({ length }) => length));
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const [a = "", b = ""] = [left[index], right[index]];
    return `  ${a === b ? " " : "≠"} ${a.padEnd(width)} | ${b}`;
  });
  return [`    ${"Trio".padEnd(width)} | Heddle`, ...rows].join("\n");
}
