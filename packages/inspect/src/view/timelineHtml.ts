import { escapeXml } from "./escapeXml.js";
import type { Timeline } from "./timeline.js";
import { SLICE_KINDS } from "./timeline.js";
import { TIMELINE_SCRIPT } from "./timelineScript.js";
import { axisLabel, KIND_STYLES } from "./timelineStyle.js";

/** A timeline as one page that needs no network: zoomed by keys, wheel or buttons, and read row by row. */
export function timelineHtml(timeline: Timeline): string {
  const { tasks, program, length, dropped } = timeline;
  const count = tasks.length === 1 ? "1 task" : `${tasks.length} tasks`;
  const heading = `${count} of ${program} in ${axisLabel(Number(length.toFixed(length < 10 ? 2 : 0)))}`;
  const seen = SLICE_KINDS.filter((kind) => tasks.some(({ slices }) => slices.some((slice) => slice.kind === kind)));
  const legend = seen.map(
    (kind) =>
      `<li><span class="sign ${kind}" style="height:${KIND_STYLES[kind].height}em"></span>${KIND_STYLES[kind].label}</li>`,
  );
  const note = dropped > 0 ? `<p>${dropped} events at the beginning were dropped.</p>` : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(heading)}</title>
<style>${css()}</style>
</head>
<body>
<header>
<h1>${escapeXml(heading)}</h1>
<div class="tools">
<input id="filter" type="search" placeholder="Filter tasks  /" aria-label="Filter tasks by name">
<button id="out" title="Zoom out (-)" aria-label="Zoom out">−</button><button id="in" title="Zoom in (+)" aria-label="Zoom in">+</button><button id="all" title="Show all (0)">All</button>
</div>
</header>
<ul class="legend">${legend.join("")}<li><span class="end">✕</span>cancelled</li><li><span class="end failed">▲</span>failed</li><li><span class="end">○</span>asked to stop</li></ul>
<div id="scroller" tabindex="0" role="application" aria-label="Timeline of tasks" aria-describedby="keys detail"><canvas id="rows"></canvas><div id="spacer"></div></div>
<p id="detail" aria-live="polite"></p>
<p id="keys"><kbd>↑</kbd> <kbd>↓</kbd> task <kbd>n</kbd> <kbd>p</kbd> next and previous bar <kbd>←</kbd> <kbd>→</kbd> move <kbd>+</kbd> <kbd>−</kbd> zoom <kbd>0</kbd> all <kbd>/</kbd> filter; with the mouse, drag to move, Ctrl and the wheel to zoom</p>
${note}<script type="application/json" id="data">${json(timeline)}</script>
<script>${TIMELINE_SCRIPT}</script>
</body>
</html>
`;
}

/** Short keys, as there may be a hundred thousand slices: `s` the slices, `m` the marks. */
function json({ tasks, wakes, length }: Timeline): string {
  const round = (ms: number): number => Math.round(ms * 1000) / 1000;
  const data = {
    length,
    kinds: SLICE_KINDS.map((name) => ({ name, height: KIND_STYLES[name].height })),
    tasks: tasks.map(({ id, name, depth, slices, marks }) => ({
      i: id,
      n: name,
      d: depth,
      s: slices.map(({ kind, from, to, name: what }) => [SLICE_KINDS.indexOf(kind), round(from), round(to), what]),
      m: marks.map(({ what, at }) => [what, round(at)]),
    })),
    wakes: wakes.map(({ at, by, task }) => [round(at), by, task]),
  };
  // A name could hold the end of the script.
  return JSON.stringify(data).replace(/</g, "\\u003c");
}

function css(): string {
  const colours = (dark: 0 | 1): string =>
    SLICE_KINDS.map((kind) => `--${kind}: ${KIND_STYLES[kind].colours[dark]};`).join(" ");
  return `
:root { color-scheme: light dark; --page: #f6f8fa; --card: #fff; --ink: #1f2328; --text: #57606a; --grid: #edf0f3; --axis: #8c959f;
--edge: #d8dee4; --selected: #eef5fc; --failed: #b3123b; --focus: #0072b2; ${colours(0)} }
@media (prefers-color-scheme: dark) { :root { --page: #010409; --card: #0d1117; --ink: #f0f3f6; --text: #9aa4ae; --grid: #1c2229;
--axis: #6e7681; --edge: #30363d; --selected: #172231; --failed: #ff6b8b; --focus: #4aa8e0; ${colours(1)} } }
* { box-sizing: border-box; }
html, body { height: 100%; }
body { margin: 0; padding: 1.25rem clamp(.75rem, 2.5vw, 2rem); display: flex; flex-direction: column; gap: .75rem; background: var(--page);
color: var(--ink); font: 15px/1.45 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
body > * { flex: none; }
header { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: center; justify-content: space-between; }
h1 { font-size: clamp(1.1rem, 2.4vw, 1.5rem); line-height: 1.25; margin: 0; letter-spacing: -.01em; }
.tools { display: flex; gap: .4rem; }
input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: 7px; padding: .3rem .7rem; }
input { width: 11rem; min-width: 0; } button { min-width: 2.3rem; cursor: pointer; }
:is(input, button, #scroller):focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.3rem; margin: 0; padding: 0; color: var(--text); font-size: .87rem; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.sign { display: inline-block; width: 1.6em; border-radius: 1px; } .end { color: var(--ink); font-size: .9em; } .end.failed { color: var(--failed); }
${SLICE_KINDS.map((kind) => `.${kind} { background: var(--${kind}); }`).join(" ")}
.blocking { background-image: repeating-linear-gradient(135deg, transparent 0 3px, rgba(255,255,255,.6) 3px 5px); }
#scroller { position: relative; flex: 1 1 auto; min-height: 12rem; overflow: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; }
canvas { position: sticky; top: 0; left: 0; display: block; touch-action: none; } #spacer { position: absolute; top: 0; width: 1px; }
p { margin: 0; } #detail { min-height: 1.45em; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
#keys { color: var(--text); font-size: .82rem; } kbd { font: inherit; border: 1px solid var(--edge); border-radius: 4px; padding: 0 .3em; background: var(--card); color: var(--ink); }
kbd + kbd { margin-left: -.1em; } #keys kbd:not(:first-child) { margin-left: .5em; } #keys kbd + kbd { margin-left: 0; }
@media (max-width: 640px) { #keys { display: none; } .tools { width: 100%; } input { flex: 1; } }`;
}
