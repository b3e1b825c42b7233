import { escapeXml } from "./escapeXml.js";
import type { Timeline, TimelineKind, TimelineTask } from "./timeline.js";
import { SLICE_KINDS } from "./timeline.js";
import { axisLabel, axisSteps, KIND_STYLES } from "./timelineStyle.js";
import { wrapWords } from "./wrapWords.js";

export interface TimelineSvgOptions {
  /** How wide the picture is, in pixels. Default 1200. */
  width?: number;
  /** How many rows are drawn; of more tasks, those that live longest. Default 120. */
  rows?: number;
}

const ROW = 22;
const BAR = 14;
/** Where the rows begin when one line of text is above them. */
const TOP = 104;
/** From one line of that text to the next. */
const LINE = 19;
const MARGIN = 32;
const FONT = 'font-family="ui-sans-serif, system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif"';
/** More arrows than this would hide what they point at. */
const MOST_ARROWS = 150;
/** About how wide a letter is, in pixels, at the size of the labels. */
const LETTER = 7;

interface Layout {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(ms: number): number;
}

/** Draws a timeline: one row a task, what it did as bars, a time axis and a legend. A pure function of the timeline. */
export function timelineSvg(timeline: Timeline, options: TimelineSvgOptions = {}): string {
  const { width = 1200, rows = 120 } = options;
  const shown = pickRows(timeline, rows);
  const longest = Math.max(60, ...shown.map((task) => labelOf(task).length * LETTER + task.depth * 12));
  const left = MARGIN + Math.min(longest, Math.round(width * 0.28)) + 16;
  const right = width - MARGIN;
  const hidden = timeline.tasks.length - shown.length;
  const text = wrapWords(subtitle(timeline, hidden), (width - 2 * MARGIN) / LETTER);
  const top = TOP + (text.length - 1) * LINE;
  const bottom = top + shown.length * ROW;
  const layout: Layout = {
    width,
    left,
    right,
    top,
    bottom,
    x: (ms) => left + ((right - left) * ms) / timeline.length,
  };
  const legend = drawLegend(timeline, layout, bottom + 56);
  const height = legend.bottom + 26;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title(timeline))}" ${FONT}>`,
    `<style>${css()}</style>`,
    HATCH,
    `<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>`,
    `<text class="title" x="${MARGIN}" y="46" font-size="22" font-weight="650">${escapeXml(title(timeline))}</text>`,
    ...text.map(
      (line, i) => `<text class="text" x="${MARGIN}" y="${70 + i * LINE}" font-size="13.5">${escapeXml(line)}</text>`,
    ),
    drawAxis(timeline, layout),
    ...shown.map((task, i) => drawRow(task, top + i * ROW, layout)),
    drawArrows(timeline, shown, layout),
    legend.svg,
    "</svg>\n",
  ].join("\n");
}

function title({ tasks, length, program }: Timeline): string {
  return `${tasks.length === 1 ? "1 task" : `${tasks.length} tasks`} of ${program} in ${axisLabel(Number(length.toFixed(length < 10 ? 2 : 0)))}`;
}

function subtitle({ tasks, dropped }: Timeline, hidden: number): string {
  const sums = new Map<TimelineKind, number>();
  for (const { slices } of tasks) {
    for (const { kind, from, to } of slices) sums.set(kind, (sums.get(kind) ?? 0) + to - from);
  }
  const sum = (...kinds: TimelineKind[]): number => kinds.reduce((total, kind) => total + (sums.get(kind) ?? 0), 0);
  const all = sum(...SLICE_KINDS);
  const share = all === 0 ? 0 : Math.round((sum("waiting", "outside", "new") / all) * 100);
  const parts = [`${share} % of the tasks' time is waiting`];
  if (sum("blocking") > 0) parts.push(`${Math.round(sum("blocking"))} ms in stretches that block all others`);
  if (hidden > 0) parts.push(`${hidden} shorter tasks are not drawn`);
  if (dropped > 0) parts.push(`${dropped} events at the beginning were dropped`);
  return parts.join("; ");
}

/** The tasks that live longest, in the order of the tree. */
function pickRows({ tasks }: Timeline, most: number): readonly TimelineTask[] {
  if (tasks.length <= most) return tasks;
  const life = ({ slices }: TimelineTask): number => (slices.at(-1)?.to ?? 0) - (slices[0]?.from ?? 0);
  const kept = new Set([...tasks].sort((a, b) => life(b) - life(a)).slice(0, most));
  return tasks.filter((task) => kept.has(task));
}

function labelOf({ name, depth }: TimelineTask): string {
  const most = 30 - depth * 2;
  return name.length <= most ? name : `${name.slice(0, Math.max(4, most - 1))}…`;
}

function drawRow(task: TimelineTask, top: number, { right, x }: Layout): string {
  const middle = top + ROW / 2;
  const bars = new Map<TimelineKind, string[]>();
  for (const { kind, from, to } of task.slices) {
    const height = BAR * KIND_STYLES[kind].height;
    const path = bars.get(kind) ?? [];
    // What is shorter than a pixel is seen all the same.
    const wide = Math.max(x(to) - x(from), kind === "running" || kind === "blocking" ? 1.2 : 0.4);
    path.push(`M${round(x(from))} ${round(middle - height / 2)}h${round(wide)}v${round(height)}h${round(-wide)}z`);
    bars.set(kind, path);
  }
  // What runs lies on top of what waits.
  const order = [...SLICE_KINDS].reverse().filter((kind) => bars.has(kind));
  const marks = task.marks.map(({ what, at }) => drawMark(what, x(at), middle));
  return [
    `<g><title>${escapeXml(task.name)}</title>`,
    `<text class="label" x="${MARGIN + task.depth * 12}" y="${middle + 4}" font-size="12.5">${escapeXml(labelOf(task))}</text>`,
    `<path class="line" d="M${MARGIN} ${top + ROW}H${right}"/>`,
    ...order.map((kind) => `<path class="${kind}" d="${(bars.get(kind) as string[]).join("")}"/>`),
    ...(bars.has("blocking") ? [`<path class="hatched" d="${(bars.get("blocking") as string[]).join("")}"/>`] : []),
    ...marks,
    "</g>",
  ].join("\n");
}

function drawMark(what: string, x: number, y: number): string {
  const [cx, cy] = [round(x), round(y)];
  switch (what) {
    case "failed":
      return `<path class="failed" d="M${cx} ${cy - 7}l6 12h-12z"><title>failed</title></path>`;
    case "cancelled":
      return `<path class="cross" d="M${cx - 4} ${cy - 4}l8 8m0 -8l-8 8"><title>cancelled</title></path>`;
    case "asked to stop":
      return `<circle class="asked" cx="${cx}" cy="${cy}" r="3.6"><title>asked to stop</title></circle>`;
    default:
      return "";
  }
}

function drawAxis({ length }: Timeline, { x, right, top, bottom, left }: Layout): string {
  const steps = axisSteps(length, Math.max(2, Math.floor((right - left) / 90)));
  const marks = steps.map((ms) => {
    const at = round(x(ms));
    const label = `<text class="text" x="${at}" y="${bottom + 22}" font-size="12" text-anchor="middle">${axisLabel(ms)}</text>`;
    return `<path class="grid" d="M${at} ${top - 8}V${bottom + 4}"/>${label}`;
  });
  return [...marks, `<path class="axis" d="M${left} ${bottom + 4}H${right}"/>`].join("\n");
}

function drawArrows({ tasks, wakes }: Timeline, shown: readonly TimelineTask[], { x, top }: Layout): string {
  if (wakes.length > MOST_ARROWS) return "";
  const rows = new Map(shown.map((task, i) => [task, top + i * ROW + ROW / 2]));
  const arrows = wakes.map(({ at, by, task }) => {
    const from = rows.get(tasks[by] as TimelineTask);
    const to = rows.get(tasks[task] as TimelineTask);
    if (from === undefined || to === undefined || from === to) return "";
    const down = to > from ? 1 : -1;
    const [px, start, end] = [round(x(at)), round(from + (down * BAR) / 2), round(to - (down * BAR) / 2)];
    return `M${px} ${start}V${end}m-2.6 ${-4 * down}l2.6 ${4 * down}l2.6 ${-4 * down}`;
  });
  return `<path class="arrow" d="${arrows.join("")}"/>`;
}

function drawLegend(timeline: Timeline, { right }: Layout, top: number): { svg: string; bottom: number } {
  const seen = new Set(timeline.tasks.flatMap(({ slices }) => slices.map(({ kind }) => kind)));
  const marks = new Set(timeline.tasks.flatMap((task) => task.marks.map(({ what }) => what)));
  let x = MARGIN;
  let y = top;
  const parts: string[] = [];
  const put = (label: string, sign: (x: number, y: number) => string): void => {
    const wide = 30 + label.length * 6.9 + 20;
    if (x + wide > right && x > MARGIN) {
      x = MARGIN;
      y += 24;
    }
    parts.push(
      sign(x, y),
      `<text class="text" x="${round(x + 30)}" y="${y + 4}" font-size="13">${escapeXml(label)}</text>`,
    );
    x += wide;
  };
  for (const kind of SLICE_KINDS.filter((each) => seen.has(each))) {
    const { label, height } = KIND_STYLES[kind];
    put(label, (at, middle) => {
      const box = `x="${round(at)}" y="${round(middle - (BAR * height) / 2)}" width="22" height="${round(BAR * height)}"`;
      return `<rect class="${kind}" ${box}/>${kind === "blocking" ? `<rect class="hatched" ${box}/>` : ""}`;
    });
  }
  for (const what of ["failed", "cancelled", "asked to stop"].filter((each) => marks.has(each))) {
    put(what, (at, middle) => drawMark(what, at + 14, middle));
  }
  if (timeline.wakes.length > 0 && timeline.wakes.length <= MOST_ARROWS) {
    put("wakes", (at, middle) => `<path class="arrow" d="M${at + 12} ${middle - 7}v13m-2.6 -4l2.6 4l2.6 -4"/>`);
  }
  return { svg: parts.join("\n"), bottom: y };
}

const HATCH =
  '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<path d="M0 0V6" stroke="#fff" stroke-opacity="0.65" stroke-width="2.4"/></pattern></defs>';

function css(): string {
  const fills = (dark: 0 | 1): string =>
    SLICE_KINDS.map((kind) => `.${kind} { fill: ${KIND_STYLES[kind].colours[dark]}; }`).join(" ");
  return `
.card { fill: #fff; stroke: #d8dee4; } .title { fill: #1f2328; } .text { fill: #57606a; } .label { fill: #1f2328; }
.grid { stroke: #eaeef2; } .axis { stroke: #8c959f; } .line { stroke: #f1f4f7; } .arrow { fill: none; stroke: #57606a; stroke-opacity: 0.55; }
.hatched { fill: url(#hatch); } .failed { fill: #b3123b; } .cross { stroke: #1f2328; stroke-width: 2; fill: none; }
.asked { fill: #fff; stroke: #1f2328; stroke-width: 1.6; } ${fills(0)}
@media (prefers-color-scheme: dark) {
.card { fill: #0d1117; stroke: #30363d; } .title, .label { fill: #f0f3f6; } .text { fill: #9aa4ae; } .grid { stroke: #20262d; }
.line { stroke: #161b22; } .axis { stroke: #6e7681; } .arrow { stroke: #9aa4ae; } .cross { stroke: #f0f3f6; } .failed { fill: #ff6b8b; }
.asked { fill: #0d1117; stroke: #f0f3f6; } ${fills(1)}
}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
