/** The table of medians and ratios, as Markdown. */
export function table(plan, lines) {
  const head = ["workload", "on", "peer", "median", "ratio to base", "ratio to asyncio"];
  const rows = plan.flatMap((entry) =>
    rowsOf(
      entry,
      lines.filter((line) => line.workload === entry.js),
    ),
  );
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function rowsOf(entry, lines) {
  const figure = entry.figure ?? "ns";
  const groups = groupBy(lines);
  const medianOf = (on, peer) => median((groups.get(`${on}/${peer}`) ?? []).map((line) => line[figure]));
  const asyncio = medianOf("Python", "asyncio");
  return [...groups.keys()].map((key) => {
    const [on, peer] = key.split("/");
    const own = medianOf(on, peer);
    const base = medianOf(on, entry.base);
    const ratio = base === undefined ? "" : (own / base).toFixed(2);
    const toAsyncio = asyncio === undefined ? "" : (own / asyncio).toFixed(2);
    return [entry.what, on, peer, format(own, figure), peer === entry.base ? "1" : ratio, toAsyncio];
  });
}

function groupBy(lines) {
  const groups = new Map();
  for (const line of lines) {
    const key = `${line.on}/${line.peer}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return groups;
}

function median(numbers) {
  if (numbers.length === 0) return undefined;
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function format(value, figure) {
  if (value === undefined) return "";
  if (figure === "bytes") return `${Math.round(value)} B`;
  return value < 10_000 ? `${Math.round(value)} ns` : `${(value / 1000).toFixed(1)} us`;
}
