// Every workload with every peer.
import { formatRatio, formatTime, markdownTable, median } from "../lib/figures.mjs";
import { peersOf } from "../lib/runtimes.mjs";
import { NEEDS_NEWER_NODE, WORKLOADS } from "../plan.mjs";

export const name = "workloads";

/** What is to be measured: peers take turns within a round, so that a slow minute of the machine meets all of them. */
export function* jobs({ nodes, python, rounds, scale, wanted }) {
  for (const entry of WORKLOADS.filter(({ js }) => wanted(js))) {
    const runs = [];
    for (const node of nodes) {
      for (const peer of peersOf(node, `js/${entry.js}.mjs`)) {
        if (NEEDS_NEWER_NODE.has(peer) && node.major < 22) continue;
        const size = Math.ceil(entry.size * scale);
        const args = ["--expose-gc", `js/${entry.js}.mjs`, peer, size];
        runs.push({ section: name, workload: entry.js, on: node.on, peer, size, command: node.path, args });
      }
    }
    if (python !== null) {
      for (const peer of peersOf(python, `python/${entry.py}.py`)) {
        const size = Math.ceil((entry.pySize ?? entry.size) * scale);
        const args = [`python/${entry.py}.py`, peer, size];
        runs.push({ section: name, workload: entry.js, on: python.on, peer, size, command: python.path, args });
      }
    }
    for (let round = 0; round < rounds; round++) for (const run of runs) yield { ...run, round };
  }
}

/** In a word, for those who watch. */
export function brief({ workload }, line) {
  const { figure = "ns" } = WORKLOADS.find(({ js }) => js === workload);
  return format(line[figure], figure);
}

export function report(lines, { nodes }) {
  const columns = nodes.map(({ on }) => on);
  const head = [
    "workload",
    "peer",
    ...columns.flatMap((on) => [on, "to base", "to asyncio"]),
    `aim on ${columns.at(-1)}`,
  ];
  const rows = WORKLOADS.flatMap((entry) =>
    rowsOf(
      entry,
      lines.filter(({ workload }) => workload === entry.js),
      columns,
    ),
  );
  return `${markdownTable(head, rows, 2)}

Medians. "to base" is the ratio to the peer marked with *, on the same Node; "to asyncio" that to asyncio on its default loop. A
Python peer has the same figure beside each Node.`;
}

function rowsOf(entry, lines, columns) {
  const { what, base, figure = "ns" } = entry;
  const figureOf = (on, peer) =>
    median(lines.filter((line) => line.on === on && line.peer === peer).map((line) => line[figure]));
  /** On a Node, or in Python for those who are at home there. */
  const anywhere = (on, peer) => figureOf(on, peer) ?? figureOf("Python", peer);
  // In the order of the last Node's script: the first one may lack some peers.
  const peers = new Set(
    [...columns.toReversed(), "Python"].flatMap((on) => lines.filter((line) => line.on === on).map(({ peer }) => peer)),
  );
  return [...peers].map((peer, index) => {
    const cells = columns.flatMap((on) => {
      const own = anywhere(on, peer);
      if (own === undefined) return ["", "", ""];
      return [format(own, figure), formatRatio(own / anywhere(on, base)), formatRatio(own / anywhere(on, "asyncio"))];
    });
    const verdicts = peer.startsWith("heddle")
      ? entry.aims.map((aim) => verdict(aim, figure, (other) => anywhere(columns.at(-1), other), peer))
      : [];
    return [
      index === 0 ? `**${what}**` : "",
      peer === base ? `${peer} *` : peer,
      ...cells,
      verdicts.filter((text) => text !== "").join("<br>"),
    ];
  });
}

function verdict({ most, than }, figure, figureOf, peer) {
  const own = figureOf(peer);
  const other = than === undefined ? 1 : figureOf(than);
  if (own === undefined || other === undefined) return "";
  const ratio = own / other;
  const met = ratio <= most ? "met" : "**not met**";
  if (than === undefined) return `<= ${format(most, figure)}: ${met}`;
  const aim = most < 0.3 ? `1/${Math.round(1 / most)}` : most;
  return `<= ${aim} x ${than}: ${met} (${formatRatio(ratio)})`;
}

function format(value, figure) {
  if (value === undefined) return "";
  return figure === "bytes" ? `${Math.round(value)} B` : formatTime(value);
}
