// Numbers for people.

export function median(numbers) {
  if (numbers.length === 0) return undefined;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function formatTime(ns) {
  if (ns === undefined) return "";
  if (ns < 10_000) return `${Math.round(ns)} ns`;
  return ns < 10_000_000 ? `${(ns / 1_000).toFixed(1)} us` : `${(ns / 1_000_000).toFixed(1)} ms`;
}

export function formatRatio(ratio) {
  if (ratio === undefined || Number.isNaN(ratio)) return "";
  return ratio < 0.095 ? ratio.toFixed(3) : ratio < 20 ? ratio.toFixed(2) : ratio.toFixed(0);
}

export function formatSize(n) {
  return n >= 1_000_000 ? `${n / 1_000_000}M` : n >= 1_000 ? `${n / 1_000}k` : String(n);
}

/** A Markdown table. Columns are aligned to the right, the first `left` of them excepted. */
export function markdownTable(head, rows, left = 1) {
  const rule = head.map((_, i) => (i < left ? "---" : "---:"));
  return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
