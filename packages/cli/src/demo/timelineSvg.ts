import { formatDuration } from "../progress/units.js";
import { ANSWER_STYLES, PAUSE_STYLE, PICTURE_CSS } from "./answerStyle.js";
import { axisTicks, tickLabel } from "./axisTicks.js";
import type { Scale } from "./drawRun.js";
import { drawRun } from "./drawRun.js";
import type { Answer, RunTrace, TwoRuns } from "./runTrace.js";
import { elapsed, formatRatio, perPage, ratio, runName } from "./runTrace.js";
import { escapeXml, round, svgText } from "./svg.js";

const WIDTH = 1200;
const LEFT = 32;
const RIGHT = WIDTH - 40;
const FIRST_RUN = 140;
/** Between the runs: room for the heading of the second one. */
const BETWEEN = 58;
/** Less room than this beside the second run is too little for the ratio. */
const RATIO_ROOM = 340;

/**
 * Draws two runs over the same sites below each other, on one time axis, each request as a bar coloured by how it ended. A
 * pure function of what was measured.
 */
export function timelineSvg(runs: TwoRuns): string {
  const [alone, together] = runs;
  const longest = Math.max(elapsed(alone), elapsed(together));
  const scale: Scale = (sinceStart) => LEFT + ((RIGHT - LEFT) * sinceStart) / longest;
  const first = drawRun(alone, scale, FIRST_RUN);
  const secondTop = first.bottom + BETWEEN;
  const second = drawRun(together, scale, secondTop);
  const axis = second.bottom + 12;
  const height = Math.round(axis + 84);
  const size = `viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeXml(headline(runs))}">`,
    `<style>${PICTURE_CSS}</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="12"/>`,
    svgText({ at: [LEFT, 48], size: 25, kind: "title", bold: true }, headline(runs)),
    svgText({ at: [LEFT, 77], size: 15, kind: "text" }, explanation(runs)),
    drawAxis(longest, scale, { top: FIRST_RUN - 8, bottom: axis }),
    first.svg,
    second.svg,
    heading(alone, FIRST_RUN - 16),
    heading(together, secondTop - 16),
    drawRatio(runs, scale(elapsed(together)), (secondTop + second.bottom) / 2),
    drawLegend(runs, axis + 60),
    "</svg>\n",
  ].join("\n");
}

function headline(runs: TwoRuns): string {
  return `${runName(runs[0])}, and ${runName(runs[1]).toLowerCase()}`;
}

function explanation([alone, together]: TwoRuns): string {
  const all = formatDuration(perPage(alone) * together.pages);
  const sites = new Set(together.requests.map(({ host }) => host)).size;
  return (
    `The same fetcher, the same ${sites} local sites; each bar is a request, each band of lanes a site. ` +
    `One at a time, all ${together.pages} pages would take ${all}.`
  );
}

function heading(run: RunTrace, y: number): string {
  const numbers = `${run.pages} pages in ${formatDuration(elapsed(run))}, ${perPage(run).toFixed(1)} ms a page`;
  const name = `<tspan class="title" font-weight="600">${escapeXml(runName(run))}</tspan>`;
  return `<text x="${LEFT}" y="${round(y)}" font-size="15" class="text">${name}<tspan dx="10">${numbers}</tspan></text>`;
}

function drawAxis(longest: number, scale: Scale, rows: { top: number; bottom: number }): string {
  const marks = axisTicks(longest).map((tick) => {
    const x = round(scale(tick));
    const line = `<path class="grid" d="M${x} ${round(rows.top)}V${round(rows.bottom)}"/>`;
    return line + svgText({ at: [x, rows.bottom + 20], size: 13, kind: "text", anchor: "middle" }, tickLabel(tick));
  });
  return [...marks, `<path class="axis" d="M${LEFT} ${round(rows.bottom)}H${RIGHT}"/>`].join("\n");
}

/** The ratio stands in the room that the shorter run leaves, or nowhere if it leaves none. */
function drawRatio(runs: TwoRuns, from: number, middle: number): string {
  if (RIGHT - from < RATIO_ROOM) return "";
  const x = (from + RIGHT) / 2;
  return [
    svgText(
      { at: [x, middle + 10], size: 88, kind: "title", bold: true, anchor: "middle" },
      `${formatRatio(ratio(runs))}×`,
    ),
    svgText({ at: [x, middle + 44], size: 17, kind: "text", anchor: "middle" }, "as many pages a second"),
  ].join("\n");
}

function drawLegend(runs: TwoRuns, y: number): string {
  const seen = new Set<Answer>(runs.flatMap((run) => run.requests.map(({ answer }) => answer)));
  const answers = (Object.keys(ANSWER_STYLES) as Answer[]).filter((answer) => seen.has(answer));
  const styles = answers.map((answer) => ANSWER_STYLES[answer]);
  if (runs.some((run) => run.pauses.length > 0)) styles.push(PAUSE_STYLE);
  let x = LEFT;
  const parts = styles.map(({ name, label }) => {
    const mark = `<rect class="${name}" x="${round(x)}" y="${round(y - 11)}" width="13" height="13" rx="2"/>`;
    const words = svgText({ at: [x + 20, y], size: 14, kind: "text" }, label);
    x += 20 + label.length * 7.6 + 24;
    return mark + words;
  });
  return parts.join("\n");
}
