// The curves of the scaling, as one SVG: a small plot for each workload, sizes on a logarithmic x axis, time from 0 up.
import { formatSize } from "./figures.mjs";

const PANEL = { width: 300, height: 190, left: 58, right: 18, top: 34, bottom: 34, gap: 18 };
const COLUMNS = 3;
const TITLE = 44;

/** Blue, orange and green of Okabe and Ito, told apart by colour-blind readers too; each peer also has a mark of its own. */
const STYLE = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .panel { font-size: 13px; font-weight: 600; }
  .page { fill: #ffffff; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .rest { stroke-dasharray: 3 4; stroke-width: 1.6; }
  .heddle { stroke: #0072b2; } .heddle.mark { fill: #0072b2; }
  .native { stroke: #d55e00; } .native.mark { fill: #ffffff; stroke-width: 2; }
  .other { stroke: #00805f; } .other.mark { fill: #ffffff; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .page { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .heddle { stroke: #56b4e9; } .heddle.mark { fill: #56b4e9; }
    .native { stroke: #e69f00; } .native.mark { fill: #0d1117; }
    .other { stroke: #2fc49a; } .other.mark { fill: #0d1117; }
  }`;

/** @param {{ what: string, series: { peer: string, points: { size: number, ns: number, restNs: number }[] }[] }[]} workloads */
export function plot(workloads, sizes) {
  const rows = Math.ceil((workloads.length + 1) / COLUMNS);
  const width = COLUMNS * (PANEL.width + PANEL.gap) + PANEL.gap;
  const height = TITLE + rows * (PANEL.height + PANEL.gap);
  const cells = [...workloads.map((workload) => panel(workload, sizes)), legend(workloads)];
  const placed = cells.map((cell, i) => {
    const x = PANEL.gap + (i % COLUMNS) * (PANEL.width + PANEL.gap);
    const y = TITLE + Math.floor(i / COLUMNS) * (PANEL.height + PANEL.gap);
    return `<g transform="translate(${x} ${y})">${cell}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>Time per operation by the number of tasks at once</title>
<style>${STYLE}
</style>
<rect class="page" width="${width}" height="${height}"/>
${text(PANEL.gap, 28, "Time per operation by the number of tasks at once", { class: "title" })}
${placed.join("\n")}
</svg>
`;
}

function panel({ what, series }, sizes) {
  const most = Math.max(
    ...series.filter(({ peer }) => !isOther(peer)).flatMap(({ points }) => points.map(({ ns }) => ns)),
  );
  const step = niceStep(most / 4);
  const top = step * Math.ceil((most * 1.05) / step);
  const x = (size) => {
    const [first, last] = [Math.log10(sizes[0]), Math.log10(sizes.at(-1))];
    return PANEL.left + ((Math.log10(size) - first) / (last - first)) * (PANEL.width - PANEL.left - PANEL.right);
  };
  const y = (ns) => PANEL.height - PANEL.bottom - (ns / top) * (PANEL.height - PANEL.top - PANEL.bottom);
  const parts = [text(0, 16, what, { class: "panel" })];
  for (let ns = 0; ns <= top; ns += step) {
    parts.push(`<path class="grid" d="M${PANEL.left} ${round(y(ns))}H${PANEL.width - PANEL.right}"/>`);
    parts.push(text(PANEL.left - 8, y(ns) + 4, axisLabel(ns, top), { "text-anchor": "end" }));
  }
  for (const size of sizes)
    parts.push(text(x(size), PANEL.height - PANEL.bottom + 18, formatSize(size), { "text-anchor": "middle" }));
  for (const { peer, points } of series) {
    const kind = kindOf(peer);
    // What leaves the top of the panel is cut off there: its figures are in the table.
    const within = points.filter(({ ns }) => ns <= top);
    if (!isOther(peer))
      parts.push(
        curve(
          within.map(({ size, restNs }) => [x(size), y(restNs)]),
          `${kind} rest`,
        ),
      );
    const leaving = points[within.length];
    const line = within.map(({ size, ns }) => [x(size), y(ns)]);
    if (leaving !== undefined && within.length > 0) line.push(crossing(within.at(-1), leaving, top, x, y));
    parts.push(curve(line, kind));
    for (const { size, ns } of within) parts.push(mark(kind, x(size), y(ns)));
  }
  return parts.join("\n");
}

/** Where the line from one point to the next one leaves the panel. */
function crossing(from, to, top, x, y) {
  const share = (top - from.ns) / (to.ns - from.ns);
  return [x(from.size) + share * (x(to.size) - x(from.size)), y(top)];
}

function legend(workloads) {
  const peers = [...new Set(workloads.flatMap(({ series }) => series.map(({ peer }) => peer)))];
  const entries = [
    ["heddle", "Heddle"],
    ["native", "native promises"],
    ...(peers.some(isOther) ? [["other", "native, waiters taken out by Array.shift"]] : []),
  ];
  const parts = entries.map(([kind, label], i) => {
    const y = 40 + i * 24;
    return `${curve(
      [
        [4, y],
        [40, y],
      ],
      kind,
    )}\n${mark(kind, 22, y)}\n${text(52, y + 4, label)}`;
  });
  const y = 40 + entries.length * 24;
  parts.push(
    curve(
      [
        [4, y],
        [40, y],
      ],
      "heddle rest",
    ),
    text(52, y + 4, "without the garbage collector's pauses"),
  );
  parts.push(
    text(4, y + 28, "Less is better; flat means that the cost grows"),
    text(4, y + 44, "as the work does. x: tasks at once."),
  );
  return parts.join("\n");
}

function kindOf(peer) {
  if (peer.startsWith("heddle")) return "heddle";
  return isOther(peer) ? "other" : "native";
}

function isOther(peer) {
  return peer.endsWith("Array.shift");
}

function curve(points, kind) {
  return `<polyline class="line ${kind}" points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ")}"/>`;
}

function mark(kind, x, y) {
  const [cx, cy] = [round(x), round(y)];
  if (kind === "heddle") return `<circle class="mark ${kind}" cx="${cx}" cy="${cy}" r="3.5"/>`;
  if (kind === "native")
    return `<rect class="mark ${kind}" x="${round(cx - 3.5)}" y="${round(cy - 3.5)}" width="7" height="7"/>`;
  return `<path class="mark ${kind}" d="M${cx} ${round(cy - 4.5)}l4.5 8h-9z"/>`;
}

function axisLabel(ns, top) {
  if (ns === 0) return "0";
  return top >= 2_000 ? `${Number((ns / 1_000).toFixed(2))} us` : `${ns} ns`;
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(about) {
  const power = 10 ** Math.floor(Math.log10(about));
  return ([1, 2, 5].find((factor) => factor * power >= about) ?? 10) * power;
}

function text(x, y, content, attributes = {}) {
  const extra = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`);
  return `<text x="${round(x)}" y="${round(y)}"${extra.join("")}>${content.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
