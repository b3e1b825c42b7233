// How the cost of one operation grows with the number of tasks.
import { writeFileSync } from "node:fs";
import { formatRatio, formatSize, formatTime, markdownTable, median } from "../lib/figures.mjs";
import { plot } from "../lib/plot.mjs";
import { SCALING } from "../plan.mjs";

export const name = "scaling";

/** What a peer that is known to be quadratic is spared, or the run would take an hour longer. */
const QUADRATIC = { most: 100_000, less: 5 };

export function* jobs({ nodes, rounds, scale, wanted }) {
  const node = nodes.at(-1);
  const operations = Math.ceil(SCALING.operations * scale);
  for (const { js, peers } of SCALING.workloads.filter((entry) => wanted(entry.js))) {
    for (let round = 0; round < rounds; round++) {
      for (const size of SCALING.sizes.filter((each) => each <= operations || each === SCALING.sizes[0])) {
        for (const peer of peers) {
          const isQuadratic = peer.endsWith("Array.shift");
          if (isQuadratic && size > QUADRATIC.most) continue;
          const args = [
            `--max-old-space-size=${SCALING.heap}`,
            "--expose-gc",
            `js/${js}.mjs`,
            peer,
            size,
            isQuadratic ? operations / QUADRATIC.less : operations,
          ];
          yield { section: name, workload: js, on: node.on, peer, size, round, command: node.path, args };
        }
      }
    }
  }
}

export function brief({ workload }, line) {
  return `${formatTime(line[figureOf(workload)])}, of which ${formatTime(line.gcNs)} are the collector's`;
}

export function report(lines, { nodes, plotFile }) {
  const { sizes, aim } = SCALING;
  const all = SCALING.workloads.map((entry) => ({ ...entry, series: seriesOf(entry, lines) }));
  const head = ["workload", "peer", ...sizes.map(formatSize), "most / least", "without the collector", "aim"];
  const rows = all.flatMap(({ what, series }) =>
    series.map(({ peer, points }, index) => [
      index === 0 ? `**${what}**` : "",
      peer,
      ...sizes.map((size) => formatTime(points.find((point) => point.size === size)?.ns)),
      formatRatio(spread(points, "ns")),
      formatRatio(spread(points, "restNs")),
      peer === "heddle" ? verdict(points, aim) : "",
    ]),
  );
  writeFileSync(
    plotFile,
    plot(
      all.filter(({ series }) => series.length > 0),
      sizes,
    ),
  );
  return `${markdownTable(head, rows, 2)}

Time per operation by the number of tasks at once, on ${nodes.at(-1).on}. "Most / least" is the ratio of the most expensive size to
the cheapest; "without the collector" is the same of the time that is not a pause of the garbage collector (where CPU time counts
that is an estimate, as several threads collect).

![The same figures as curves, with and without the garbage collector](scaling.svg)`;
}

function seriesOf({ js, peers, figure = "ns" }, lines) {
  return peers.flatMap((peer) => {
    const own = lines.filter((line) => line.workload === js && line.peer === peer);
    const points = SCALING.sizes.flatMap((size) => {
      const ofSize = own.filter((line) => line.size === size);
      if (ofSize.length === 0) return [];
      return [
        {
          size,
          ns: median(ofSize.map((line) => line[figure])),
          restNs: median(ofSize.map((line) => Math.max(0, line[figure] - line.gcNs))),
        },
      ];
    });
    return points.length === 0 ? [] : [{ peer, points }];
  });
}

function verdict(points, aim) {
  if (points.length < SCALING.sizes.length) return "";
  if (spread(points, "ns") <= aim) return `<= ${aim}: met`;
  return `<= ${aim}: **not met**${spread(points, "restNs") <= aim ? ", but met without the collector" : ""}`;
}

function spread(points, key) {
  const values = points.map((point) => point[key]);
  const least = Math.min(...values);
  return least > 0 ? Math.max(...values) / least : undefined;
}

function figureOf(workload) {
  return SCALING.workloads.find(({ js }) => js === workload).figure ?? "ns";
}
