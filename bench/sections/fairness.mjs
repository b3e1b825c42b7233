// How long sockets, timers and worker threads wait while the thread is busy with tasks.
import { formatTime, markdownTable, median } from "../lib/figures.mjs";
import { peersOf } from "../lib/runtimes.mjs";
import { FAIRNESS, NEEDS_NEWER_NODE } from "../plan.mjs";

export const name = "fairness";

const PROBES = ["echo", "timer", "worker"];

export function* jobs({ nodes, python, rounds, scale, wanted }) {
  const seconds = FAIRNESS.seconds * Math.max(scale, 0.25);
  for (const { load } of FAIRNESS.loads.filter((entry) => wanted(entry.load))) {
    const runs = [];
    for (const node of nodes) {
      for (const peer of peersOf(node, "fairness/measured.mjs", load)) {
        if (NEEDS_NEWER_NODE.has(peer) && node.major < 22) continue;
        runs.push({ on: node.on, peer, command: node.path, args: ["fairness/measured.mjs", peer, load, seconds] });
      }
    }
    if (python !== null) {
      for (const peer of peersOf(python, "python/fairness.py", load)) {
        runs.push({ on: python.on, peer, command: python.path, args: ["python/fairness.py", peer, load, seconds] });
      }
    }
    for (let round = 0; round < rounds; round++) {
      for (const run of runs) yield { section: name, workload: load, round, ...run };
    }
  }
}

export function brief(_job, line) {
  return PROBES.map((probe) => `${probe} p99 ${formatMs(line[probe].p99)}`).join(", ");
}

export function report(lines) {
  const head = [
    "busy with",
    "on",
    "peer",
    "an operation",
    ...PROBES.map((probe) => `${probe}: p50 / p99 / max`),
    "aim",
  ];
  const rows = FAIRNESS.loads.flatMap(({ load, what }) => {
    const ofLoad = lines.filter(({ workload }) => workload === load);
    const keys = new Map(ofLoad.map(({ on, peer }) => [`${peer} on ${on}`, { on, peer }]));
    const ordered = [...keys.values()].sort((a, b) => rank(ofLoad, a.peer) - rank(ofLoad, b.peer));
    return ordered.map(({ on, peer }, index) => {
      const own = ofLoad.filter((line) => line.on === on && line.peer === peer);
      return [
        index === 0 ? `**${what}**` : "",
        on,
        peer,
        operation(own),
        ...PROBES.map((probe) => cell(own, probe)),
        aim(peer, own),
      ];
    });
  });
  return `${markdownTable(head, rows, 3)}

Milliseconds; p50 and p99 are medians of the rounds, max is the longest of all. "echo" is a round trip over loopback to a client in
another process, "timer" how late a timer of 1 ms fires, "worker" a round trip of a message from a worker thread. "nothing" is
what the probes themselves come to. A peer is "starved" where next to nothing was served before the load ended by itself.`;
}

/** Peers in the order in which they were measured, each on all its Nodes. */
function rank(lines, peer) {
  return lines.findIndex((line) => line.peer === peer);
}

function operation(lines) {
  const ns = median(lines.map((line) => line.ns).filter((value) => value !== null && Number.isFinite(value)));
  return formatTime(ns);
}

function cell(lines, probe) {
  const { p50, p99, max } = figuresOf(lines, probe);
  if (p50 > lines[0].seconds * 900) return "starved";
  return `${formatMs(p50)} / ${formatMs(p99)} / ${formatMs(max)}`;
}

function aim(peer, lines) {
  if (peer !== "heddle") return "";
  const worst = Math.max(...PROBES.map((probe) => figuresOf(lines, probe).p99));
  return `p99 <= ${FAIRNESS.aim}: ${worst <= FAIRNESS.aim ? "met" : "**not met**"}`;
}

function figuresOf(lines, probe) {
  const of = (key) => lines.map((line) => line[probe][key]);
  return { p50: median(of("p50")), p99: median(of("p99")), max: Math.max(...of("max")) };
}

function formatMs(ms) {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
