import { escapeXml } from "../view/escapeXml.js";
import { axisLabel, axisSteps } from "../view/timelineStyle.js";
import { wrapWords } from "../view/wrapWords.js";
import { adviceOn, percent, speedUp, times } from "./advice.js";
import { milliseconds, wayName } from "./compareText.js";
import type { Comparison, Run } from "./measure.js";

const WIDTH = 1000;
const LEFT = 32;
const RIGHT = WIDTH - 32;
const TOP = 124;
const LANE = 12;
const MOST_LANES = 16;
const FONT = 'font-family="ui-sans-serif, system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif"';
/** How many letters of the advice have room in a line. */
const LETTERS = 128;

/** Draws the three runs below each other on one time axis, each job as a bar in a lane of its own. */
export function compareSvg(comparison: Comparison): string {
  const { runs, jobs, file } = comparison;
  const longest = Math.max(...runs.map(({ wall }) => wall));
  const x = (ms: number): number => Math.round((LEFT + ((RIGHT - LEFT) * ms) / longest) * 10) / 10;
  const parts: string[] = [];
  let y = TOP;
  for (const run of runs) {
    const drawn = drawRun(comparison, run, y, x);
    parts.push(drawn.svg);
    y = drawn.bottom;
  }
  const advice = wrapWords(`${adviceOn(comparison).text}.`, LETTERS);
  const height = y + 52;
  const marks = axisSteps(longest, 9).map(
    (ms) =>
      `<path class="grid" d="M${x(ms)} ${TOP - 4}V${y}"/><text class="text" x="${x(ms)}" y="${y + 20}" font-size="12" text-anchor="middle">${axisLabel(ms)}</text>`,
  );
  const title = `${jobs} jobs of ${file.replace(/^.*[\\/]/, "")}, run in three ways`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeXml(title)}" ${FONT}>`,
    `<style>${CSS}</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="12"/>`,
    `<text class="title" x="${LEFT}" y="44" font-size="21" font-weight="650">${escapeXml(title)}</text>`,
    ...advice.map(
      (line, i) => `<text class="text" x="${LEFT}" y="${68 + i * 19}" font-size="13.5">${escapeXml(line)}</text>`,
    ),
    ...marks,
    ...parts,
    `<path class="axis" d="M${LEFT} ${y}H${RIGHT}"/>`,
    "</svg>\n",
  ].join("\n");
}

function drawRun(
  comparison: Comparison,
  run: Run,
  top: number,
  x: (ms: number) => number,
): { svg: string; bottom: number } {
  const lanes: number[] = [];
  const bars = [...run.jobs]
    .sort((a, b) => a.from - b.from)
    .map(({ from, to, name }) => {
      let lane = lanes.findIndex((end) => end <= from);
      if (lane < 0) lane = lanes.length < MOST_LANES ? lanes.push(0) - 1 : MOST_LANES - 1;
      lanes[lane] = to;
      const y = top + 30 + lane * LANE;
      const wide = Math.max(1, Math.round((x(to) - x(from) - 1) * 10) / 10);
      return `<rect class="${run.way}" x="${x(from)}" y="${y}" width="${wide}" height="${LANE - 3}" rx="2"><title>${escapeXml(name)}</title></rect>`;
    });
  const words =
    `${milliseconds(run.wall)} (${times(speedUp(comparison, run))}), CPU ${milliseconds(run.cpu)}, ` +
    `waiting ${percent(run.waiting)}`;
  const name = escapeXml(wayName(run.way, comparison.threads));
  const heading = `<text x="${LEFT}" y="${top + 18}" font-size="14" class="text"><tspan class="title" font-weight="600">${name}</tspan><tspan dx="10">${words}</tspan></text>`;
  return { svg: [heading, ...bars].join("\n"), bottom: top + 30 + lanes.length * LANE + 16 };
}

const CSS = `
.card { fill: #fff; stroke: #d8dee4; } .title { fill: #1f2328; } .text { fill: #57606a; } .grid { stroke: #eaeef2; } .axis { stroke: #8c959f; }
.sequential { fill: #8c959f; } .concurrent { fill: #0072b2; } .threads { fill: #d55e00; }
@media (prefers-color-scheme: dark) {
.card { fill: #0d1117; stroke: #30363d; } .title { fill: #f0f3f6; } .text { fill: #9aa4ae; } .grid { stroke: #20262d; } .axis { stroke: #6e7681; }
.sequential { fill: #6e7681; } .concurrent { fill: #4aa8e0; } .threads { fill: #ff8a3d; }
}`;
