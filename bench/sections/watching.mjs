// What it costs to be watched: the same programs with nobody who listens, with the recorder on, and with the watchdog.
import { formatRatio, formatTime, markdownTable, median } from "../lib/figures.mjs";
import { WATCHING } from "../plan.mjs";

export const name = "watching";

/** Values of `HEDDLE_BENCH_WATCH`: see `measure.mjs`. */
const MODES = ["nothing", "trace", "blocked"];

export function* jobs({ nodes, rounds, scale, wanted }) {
  const node = nodes.at(-1);
  for (const { js, size, operations, peer: program = "heddle" } of WATCHING.workloads.filter((entry) =>
    wanted(entry.js),
  )) {
    const repeats = operations === undefined ? [] : [Math.ceil(operations * scale)];
    for (let round = 0; round < rounds; round++) {
      for (const peer of MODES) {
        const args = [
          "--expose-gc",
          `js/${js}.mjs`,
          program,
          operations === undefined ? Math.ceil(size * scale) : size,
          ...repeats,
        ];
        yield {
          section: name,
          workload: js,
          on: node.on,
          peer,
          round,
          command: node.path,
          args,
          env: { HEDDLE_BENCH_WATCH: peer },
        };
      }
    }
  }
}

export function brief({ workload }, line) {
  return formatTime(line[figureOf(workload)]);
}

export function report(lines) {
  const head = ["workload", "nobody watches", "recorder on", "watchdog on", "aim"];
  const rows = WATCHING.workloads.flatMap(({ js, what }) => {
    const of = (mode) =>
      median(lines.filter((line) => line.workload === js && line.peer === mode).map((line) => line[figureOf(js)]));
    const [nothing, trace, blocked] = MODES.map(of);
    if (nothing === undefined) return [];
    const ratio = (value) => (value === undefined ? "" : formatRatio(value / nothing));
    const met = trace / nothing <= WATCHING.aim.trace ? "met" : "**not met**";
    return [[what, formatTime(nothing), ratio(trace), ratio(blocked), `recorder <= ${WATCHING.aim.trace}: ${met}`]];
  });
  return `${markdownTable(head, rows, 1)}

Medians of the rounds, CPU time where the work is waiting. Ratios are to the same program that nobody watches.`;
}

function figureOf(workload) {
  return WATCHING.workloads.find(({ js }) => js === workload)?.figure ?? "ns";
}
