import type { Snapshot, TaskInfo } from "heddle/watch";
import {
  ageWords,
  doingWords,
  findingsIn,
  headline,
  placeWords,
  SnapshotIndex,
  sitsAt,
  waitingFor,
} from "heddle/watch";
import { cut, displayWidth } from "./displayWidth.js";
import { ranWords, stateWord } from "./psText.js";
import { table } from "./table.js";
import type { TopState } from "./topState.js";
import { selectedTask, topTasks } from "./topState.js";
import { wrapWords } from "./wrapWords.js";

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

const COLUMNS = [
  { title: "ID", right: true },
  { title: "TASK", share: 0.35 },
  { title: "STATE", spare: 1 },
  { title: "AGE", right: true, spare: 2 },
  { title: "RAN", right: true, optional: true, spare: 3 },
  { title: "FOR", right: true },
  { title: "WAITS FOR" },
];
const HELP = "up/down  s sort  / filter  l lines  c cancel  q quit";
/** How many findings have room. */
const MOST_FINDINGS = 3;

/** The screen of `heddle top`, line by line, and which of them is selected: a pure function of the state. */
export function topScreen(state: TopState, screen: Screen): { lines: string[]; selected: number } {
  const { snapshot, earlier } = state;
  if (snapshot === null) return { lines: ["Looking …"], selected: -1 };
  const findings = findingsIn(snapshot, earlier ?? undefined).slice(0, MOST_FINDINGS);
  const head = [cut(`${headline(snapshot)}${load(snapshot, earlier)}`, screen.columns)];
  head.push(...findings.map(({ text }) => cut(`! ${text}`, screen.columns)), "");
  const details = detailsOf(state, screen);
  const room = Math.max(1, screen.rows - head.length - details.length - 2);
  const tasks = topTasks(state);
  const at = tasks.findIndex(({ id }) => id === state.selected);
  const first = Math.min(Math.max(0, at - room + 1), Math.max(0, tasks.length - room));
  const index = new SnapshotIndex(snapshot);
  const rows = tasks.slice(first, first + room).map((task) => row(task, index));
  const body = table(COLUMNS, rows, screen.columns);
  const lines = [...head, ...body];
  while (lines.length < screen.rows - 1 - details.length) lines.push("");
  lines.push(...details);
  lines.push(cut(bottomLine(state, tasks.length), screen.columns));
  const selected = at < 0 ? -1 : head.length + 1 + at - first;
  // The bar that marks it goes from edge to edge.
  return { lines: lines.map((line, i) => (i === selected ? padded(line, screen.columns) : line)), selected };
}

function padded(line: string, columns: number): string {
  return line + " ".repeat(Math.max(0, columns - displayWidth(line)));
}

function row(task: TaskInfo, index: SnapshotIndex): string[] {
  const waited = waitingFor(task);
  return [
    task.id === 0 ? "" : String(task.id),
    task.name,
    stateWord(task, index.snapshot),
    ageWords(task.age),
    ranWords([task]),
    waited === undefined ? "" : ageWords(waited),
    [doingWords(task, index), ...(sitsAt(task) === undefined ? [] : [placeWords(task)])].join("  "),
  ];
}

/** How many lines the selected task may have for itself. */
const MOST_DETAILS = 3;

/** What has no room in the row of the selected task. */
function detailsOf(state: TopState, { columns, rows }: Screen): string[] {
  const task = selectedTask(state);
  if (task === undefined || state.snapshot === null || rows < 12) return [];
  const index = new SnapshotIndex(state.snapshot);
  const parent = index.task(task.parent ?? undefined);
  const parts = [
    `${task.name}: ${doingWords(task, index)}`,
    placeWords(task),
    task.cancelled === undefined ? "" : `cancelled ${ageWords(task.cancelled.since ?? 0)} ago`,
    task.deadlineIn === undefined ? "" : `deadline in ${ageWords(Math.max(0, task.deadlineIn))}`,
    parent === undefined ? "" : `belongs to ${parent.name}`,
    task.children === 0 ? "" : `has ${task.children === 1 ? "1 child" : `${task.children} children`}`,
  ];
  const text = parts.filter((part) => part !== "").join(", ");
  return [
    "",
    ...wrapWords(text, columns)
      .slice(0, MOST_DETAILS)
      .map((line) => cut(line, columns)),
  ];
}

/** How busy the process was since the snapshot before. */
function load(snapshot: Snapshot, earlier: Snapshot | null): string {
  const wall = earlier === null ? 0 : snapshot.at - earlier.at;
  if (earlier === null || wall <= 0) return "";
  const cpu = `, CPU ${percent((snapshot.cpu - earlier.cpu) / wall)}`;
  if (snapshot.loop === undefined || earlier.loop === undefined) return cpu;
  const busy = snapshot.loop.busy - earlier.loop.busy;
  const idle = snapshot.loop.idle - earlier.loop.idle;
  return busy + idle <= 0 ? cpu : `${cpu}, loop busy ${percent(busy / (busy + idle))}`;
}

function percent(share: number): string {
  return `${Math.round(Math.max(0, share) * 100)} %`;
}

function bottomLine(state: TopState, shown: number): string {
  if (state.mode === "confirm")
    return `Cancel task "${selectedTask(state)?.name ?? ""}"? y for yes, any other key for no`;
  if (state.mode === "filter") return `Filter: ${state.filter}_  (Enter keeps it, Esc drops it)`;
  if (state.note !== "") return state.note;
  const filter = state.filter === "" ? "" : `, filter "${state.filter}"`;
  return `${shown} shown, by ${state.sort}${filter}   ${HELP}`;
}
