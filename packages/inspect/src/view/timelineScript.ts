/**
 * The script of the page, which draws the rows on a canvas and listens to keys and to the mouse. It stands in the page as it is
 * here, so it is plain JavaScript that asks for nothing from the network.
 */
export const TIMELINE_SCRIPT: string = `
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const { tasks, wakes, length, kinds } = data;
const ROW = 24, BAR = 15, AXIS = 28, INDENT = 12;
const canvas = document.getElementById("rows"), pen = canvas.getContext("2d");
const scroller = document.getElementById("scroller"), spacer = document.getElementById("spacer");
const detail = document.getElementById("detail"), filter = document.getElementById("filter");
const dark = matchMedia("(prefers-color-scheme: dark)");
let from = 0, to = length, row = 0, slice = -1, shown = tasks.map((_, i) => i);
let width = 0, height = 0, left = 160;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const x = (ms) => left + ((ms - from) / (to - from)) * (width - left - 12);
const words = (ms) => ms === 0 ? "0" : ms < 1 ? Math.round(ms * 1000) + " µs"
  : ms < 1000 ? +ms.toFixed(ms < 10 ? 2 : 1) + " ms" : +(ms / 1000).toFixed(3) + " s";

function resize() {
  width = scroller.clientWidth;
  height = scroller.clientHeight;
  left = Math.min(220, Math.max(96, width * 0.2));
  const ratio = devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = width + "px";
  canvas.style.height = height + "px";
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  spacer.style.height = AXIS + shown.length * ROW + "px";
  draw();
}

function steps() {
  const most = Math.max(2, Math.floor((width - left) / 95));
  let step = 0.01;
  for (let factor = 0; (to - from) / step > most; factor++) step *= factor % 3 === 1 ? 2.5 : 2;
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(+at.toFixed(4));
  return found;
}

function draw() {
  const top = scroller.scrollTop;
  pen.clearRect(0, 0, width, height);
  pen.font = "13px ui-sans-serif, system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif";
  pen.textBaseline = "middle";
  const marks = steps();
  pen.strokeStyle = colour("grid");
  pen.lineWidth = 1;
  pen.beginPath();
  for (const ms of marks) { const at = Math.round(x(ms)) + 0.5; pen.moveTo(at, AXIS); pen.lineTo(at, height); }
  pen.stroke();
  const first = Math.max(0, Math.floor((top) / ROW) - 1), last = Math.min(shown.length, first + Math.ceil(height / ROW) + 2);
  pen.save();
  pen.beginPath(); pen.rect(0, AXIS, width, height - AXIS); pen.clip();
  for (let i = first; i < last; i++) drawRow(shown[i], AXIS + i * ROW - top, i === row);
  if (row >= first && row < last) drawWakes(top);
  pen.restore();
  pen.fillStyle = colour("card");
  pen.fillRect(0, 0, width, AXIS);
  pen.fillStyle = colour("text");
  pen.textAlign = "center";
  for (const ms of marks) if (x(ms) > left + 8) pen.fillText(words(ms), Math.min(x(ms), width - 26), AXIS / 2);
  pen.strokeStyle = colour("axis");
  pen.beginPath(); pen.moveTo(left, AXIS - 0.5); pen.lineTo(width, AXIS - 0.5); pen.stroke();
}

function drawRow(index, y, selected) {
  const task = tasks[index], middle = y + ROW / 2;
  if (selected) { pen.fillStyle = colour("selected"); pen.fillRect(0, y, width, ROW); }
  pen.save();
  pen.beginPath(); pen.rect(left, y, width - left, ROW); pen.clip();
  for (const top of [false, true]) {
    for (const [kind, begin, end] of task.s) {
      const { height: share, name } = kinds[kind];
      const runs = name === "running" || name === "blocking";
      if (runs !== top || end < from || begin > to) continue;
      const a = Math.max(x(begin), left - 2), b = Math.min(x(end), width + 2), tall = BAR * share;
      pen.fillStyle = colour(name);
      pen.fillRect(a, middle - tall / 2, Math.max(b - a, runs ? 1.2 : 0.4), tall);
      if (name === "blocking") hatch(a, middle - tall / 2, Math.max(b - a, 1.2), tall);
    }
  }
  if (selected && task.s[slice]) {
    const [kind, begin, end] = task.s[slice], tall = BAR * kinds[kind].height + 5;
    pen.strokeStyle = colour("ink"); pen.lineWidth = 2;
    pen.strokeRect(x(begin) - 1, middle - tall / 2, Math.max(x(end) - x(begin), 2) + 2, tall);
  }
  for (const [what, at] of task.m) mark(what, x(at), middle);
  pen.restore();
  pen.fillStyle = colour("ink");
  pen.textAlign = "left";
  const room = left - 14 - Math.min(task.d, 6) * INDENT;
  let label = task.n;
  while (label.length > 3 && pen.measureText(label).width > room) label = label.slice(0, -2) + "…";
  pen.fillText(label, 8 + Math.min(task.d, 6) * INDENT, middle);
}

function hatch(a, y, wide, tall) {
  pen.save();
  pen.beginPath(); pen.rect(a, y, wide, tall); pen.clip();
  pen.strokeStyle = "rgba(255,255,255,.65)"; pen.lineWidth = 2;
  pen.beginPath();
  for (let at = Math.floor((a - tall) / 7) * 7; at < a + wide; at += 7) { pen.moveTo(at, y + tall); pen.lineTo(at + tall, y); }
  pen.stroke();
  pen.restore();
}

function mark(what, at, y) {
  if (at < left - 8 || at > width + 8) return;
  pen.lineWidth = 2; pen.strokeStyle = colour("ink"); pen.fillStyle = colour("failed");
  pen.beginPath();
  if (what === "failed") { pen.moveTo(at, y - 7); pen.lineTo(at + 6, y + 5); pen.lineTo(at - 6, y + 5); pen.fill(); }
  else if (what === "cancelled") { pen.moveTo(at - 4, y - 4); pen.lineTo(at + 4, y + 4); pen.moveTo(at + 4, y - 4); pen.lineTo(at - 4, y + 4); pen.stroke(); }
  else if (what === "asked to stop") { pen.arc(at, y, 3.6, 0, 7); pen.fillStyle = colour("card"); pen.fill(); pen.stroke(); }
}

/** The arrows of the selected row only: all of them at once would hide what they point at. */
function drawWakes(top) {
  const index = shown[row], place = new Map(shown.map((each, i) => [each, i]));
  const inView = wakes.filter(([at, by, task]) => (by === index || task === index) && at >= from && at <= to);
  // So many would be a black wall: closer, there are fewer.
  if (inView.length > width / 8) return;
  pen.strokeStyle = colour("ink"); pen.globalAlpha = 0.6; pen.lineWidth = 1;
  for (const [at, by, task] of inView) {
    const a = place.get(by), b = place.get(task);
    if (a === undefined || b === undefined || a === b) continue;
    const down = b > a ? 1 : -1, px = x(at), y2 = AXIS + b * ROW + ROW / 2 - top - down * 8;
    pen.beginPath();
    pen.moveTo(px, AXIS + a * ROW + ROW / 2 - top + down * 8); pen.lineTo(px, y2);
    pen.moveTo(px - 3, y2 - 4 * down); pen.lineTo(px, y2); pen.lineTo(px + 3, y2 - 4 * down);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

function tell() {
  const task = tasks[shown[row]];
  if (!task) { detail.textContent = "No task has that name."; return; }
  const sums = kinds.map(() => 0);
  for (const [kind, begin, end] of task.s) sums[kind] += end - begin;
  const parts = kinds.map(({ name }, i) => [name, sums[i]]).filter(([, sum]) => sum > 0).map(([name, sum]) => name + " " + words(sum));
  let text = task.n + " (#" + task.i + "): " + parts.join(", ");
  const chosen = task.s[slice];
  if (chosen) text += ". Here: " + chosen[3] + ", " + words(chosen[2] - chosen[1]) + ", from " + words(chosen[1]) + " to " + words(chosen[2]);
  const end = task.m.at(-1);
  detail.textContent = text + (end && end[0] !== "asked to stop" ? ". It " + (end[0] === "cancelled" ? "was " : "") + end[0] + " at " + words(end[1]) : "");
}

function select(next, at) {
  row = Math.max(0, Math.min(shown.length - 1, next));
  slice = at === undefined ? -1 : tasks[shown[row]]?.s.findIndex(([, begin, end]) => at >= begin && at < end) ?? -1;
  const y = row * ROW;
  if (y < scroller.scrollTop) scroller.scrollTop = y;
  else if (y + ROW + AXIS > scroller.scrollTop + height) scroller.scrollTop = y + ROW + AXIS - height;
  tell(); draw();
}

function zoom(factor, around) {
  const middle = around ?? (from + to) / 2;
  const span = Math.min(length, Math.max(0.02, (to - from) * factor));
  from = Math.max(0, Math.min(length - span, middle - ((middle - from) / (to - from)) * span));
  to = from + span;
  draw();
}

function pan(share) {
  const span = to - from;
  from = Math.max(0, Math.min(length - span, from + share * span));
  to = from + span;
  draw();
}

function stepSlice(by) {
  const task = tasks[shown[row]];
  if (!task) return;
  slice = Math.max(0, Math.min(task.s.length - 1, slice + by));
  const [, begin, end] = task.s[slice] ?? [0, 0, 0];
  if (end < from || begin > to) { const span = to - from; from = Math.max(0, Math.min(length - span, begin - span / 3)); to = from + span; }
  tell(); draw();
}

const KEYS = {
  "+": () => zoom(0.6), "=": () => zoom(0.6), "-": () => zoom(1 / 0.6), "0": () => { from = 0; to = length; draw(); },
  ArrowLeft: () => pan(-0.2), ArrowRight: () => pan(0.2), ArrowUp: () => select(row - 1), ArrowDown: () => select(row + 1),
  PageUp: () => select(row - 10), PageDown: () => select(row + 10), Home: () => select(0), End: () => select(shown.length - 1),
  n: () => stepSlice(1), p: () => stepSlice(-1), "/": () => filter.focus(),
};
scroller.addEventListener("keydown", (event) => {
  const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
const timeAt = (event) => from + ((event.clientX - scroller.getBoundingClientRect().left - left) / (width - left - 12)) * (to - from);
scroller.addEventListener("wheel", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) {
    event.preventDefault();
    zoom(Math.exp((event.deltaY || event.deltaX) * 0.003), timeAt(event));
  } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) { event.preventDefault(); pan(event.deltaX / width); }
}, { passive: false });
let dragged = null;
canvas.addEventListener("pointerdown", (event) => { dragged = { x: event.clientX, from, moved: false }; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const by = event.clientX - dragged.x, span = to - from;
  if (Math.abs(by) > 3) dragged.moved = true;
  from = Math.max(0, Math.min(length - span, dragged.from - (by / (width - left - 12)) * span));
  to = from + span;
  draw();
});
canvas.addEventListener("pointerup", (event) => {
  if (dragged && !dragged.moved) select(Math.floor((event.clientY - scroller.getBoundingClientRect().top - AXIS + scroller.scrollTop) / ROW), timeAt(event));
  dragged = null;
  scroller.focus({ preventScroll: true });
});
scroller.addEventListener("scroll", draw);
filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  shown = tasks.map((_, i) => i).filter((i) => tasks[i].n.toLowerCase().includes(wanted));
  row = 0; slice = -1; scroller.scrollTop = 0;
  resize(); tell();
});
filter.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === "Escape") { if (event.key === "Escape") { filter.value = ""; filter.dispatchEvent(new Event("input")); } scroller.focus(); } });
for (const [id, act] of [["in", () => zoom(0.6)], ["out", () => zoom(1 / 0.6)], ["all", () => { from = 0; to = length; draw(); }]]) document.getElementById(id).addEventListener("click", act);
dark.addEventListener("change", draw);
addEventListener("resize", resize);
resize(); tell();
`;
