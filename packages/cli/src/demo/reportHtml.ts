import { formatBytes, formatCount, formatDuration } from "../progress/units.js";
import type { RunTrace, TwoRuns } from "./runTrace.js";
import { elapsed, formatRatio, perPage, ratio, runName } from "./runTrace.js";
import { escapeXml } from "./svg.js";

/** A page that holds the picture, the numbers, and how they were measured. It needs nothing from outside. */
export function reportHtml(runs: TwoRuns, parts: { svg: string; sentence: string }): string {
  const times = formatRatio(ratio(runs));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Heddle demo: ${times} times as many pages a second</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
body { max-width: 1200px; margin: 2.5rem auto; padding: 0 1.25rem; color: #1f2328; background: #f6f8fa; }
svg { width: 100%; height: auto; display: block; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1.25rem; }
table { border-collapse: collapse; margin: 1.5rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem 1.25rem .35rem 0; border-bottom: 1px solid #d8dee4; font-weight: 400; }
th:first-child { text-align: left; }
thead th { color: #57606a; }
p { max-width: 46rem; color: #57606a; }
@media (prefers-color-scheme: dark) {
  body { color: #f0f3f6; background: #010409; }
  th, td { border-color: #30363d; }
  thead th, p { color: #9aa4ae; }
}
</style>
</head>
<body>
<h1>${escapeXml(parts.sentence)}</h1>
${parts.svg}
<table>
<thead><tr><th></th><th>pages</th><th>fetched</th><th>requests</th><th>data</th><th>time</th><th>a page</th></tr></thead>
<tbody>
${runs.map(row).join("\n")}
</tbody>
</table>
<p>Both runs use the same fetcher on the same local sites, in one process, over real sockets; only the number of requests at
a time differs. The time of a run is that from its start to its last record, waits and retries included; divided by its
pages it gives the time for a page, and the ratio is that of the two.</p>
<p>The run one at a time fetches a sample, as all pages would take ${formatDuration(perPage(runs[0]) * runs[1].pages)}.
The sample has the same share of redirects, of errors and of requests to come back later, but neither the reset nor the
stall: both runs would wait for those, and the one that fetches them here is the concurrent one.</p>
</body>
</html>
`;
}

function row(run: RunTrace): string {
  const cells = [
    formatCount(run.pages),
    formatCount(run.fetched),
    formatCount(run.requests.length),
    formatBytes(run.bytes),
    formatDuration(elapsed(run)),
    `${perPage(run).toFixed(1)} ms`,
  ];
  return `<tr><th>${escapeXml(runName(run))}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}
