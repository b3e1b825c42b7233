// What a page costs: the fetcher beside a bare HTTP client and the frameworks that one would use in its place.
import { formatRatio, formatTime, markdownTable, median } from "../lib/figures.mjs";
import { fetchCrawlers, peersOf } from "../lib/runtimes.mjs";
import { PAGES } from "../plan.mjs";

export const name = "pages";

export function* jobs({ nodes, python, rounds, scale, wanted }) {
  if (!wanted("page")) return;
  fetchCrawlers();
  const runs = [];
  const add = (runtime, script, flags) => {
    for (const peer of peersOf(runtime, script)) {
      const size = Math.ceil((PAGES.sizes[peer] ?? PAGES.size) * scale);
      runs.push({ on: runtime.on, peer, size, command: runtime.path, args: [...flags, script, peer, size] });
    }
  };
  for (const node of nodes) add(node, "js/page.mjs", ["--expose-gc"]);
  if (python !== null) add(python, "python/page.py", []);
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) yield { section: name, workload: "page", round, ...run };
  }
}

export function brief(_job, { cpuNs, ns }) {
  return `${formatTime(cpuNs)} of CPU, ${rate(ns)} pages/s`;
}

export function report(lines) {
  const head = ["on", "peer", "CPU of a page", "to undici", "pages/s", "peak memory", "aim"];
  const keys = new Map(lines.map(({ on, peer }) => [`${peer} on ${on}`, { on, peer }]));
  const ons = [...new Set(lines.map(({ on }) => on))];
  const rows = [...keys.values()]
    .sort((a, b) => ons.indexOf(a.on) - ons.indexOf(b.on))
    .map(({ on, peer }) => {
      const figure = (of) =>
        median(lines.filter((line) => line.on === on && line.peer === peer).map((line) => line[of]));
      // Python stands beside the newest Node.
      const baseOn = lines.some((line) => line.on === on && line.peer === PAGES.base) ? on : ons.findLast(isNode);
      const base = median(
        lines.filter((line) => line.on === baseOn && line.peer === PAGES.base).map(({ cpuNs }) => cpuNs),
      );
      const ratio = base === undefined ? undefined : figure("cpuNs") / base;
      return [
        on,
        peer === PAGES.base ? `${peer} *` : peer,
        formatTime(figure("cpuNs")),
        formatRatio(ratio),
        rate(figure("ns")),
        `${Math.round(figure("peakMb"))} MB`,
        peer.startsWith("heddle") && ratio !== undefined
          ? `<= ${PAGES.aim}: ${ratio <= PAGES.aim ? "met" : "**not met**"}`
          : "",
      ];
    });
  return markdownTable(head, rows, 2);
}

function isNode(on) {
  return on.startsWith("Node");
}

function rate(ns) {
  return ns === undefined ? "" : Math.round(1e9 / ns).toLocaleString("en");
}
