import { findingsIn, kindName } from "./findings.js";
import { legible } from "./legible.js";
import type { Snapshot, TaskInfo, WorkerInfo } from "./wire.js";
import {
  ageWords,
  doingWords,
  placeWords,
  primitiveName,
  SnapshotIndex,
  sitsAt,
  statsWords,
  waitingFor,
} from "./words.js";

export interface TreeOptions {
  /** Whether the functions that wait are told too, and the graph of who waits for what follows. Default false. */
  awaits?: boolean;
  /** How many siblings that do the same are written out before the rest becomes a number. Default 4. */
  alike?: number;
  /** What makes a part of a line faint, for terminals. Default: nothing. */
  faint?: (text: string) => string;
}

interface Style {
  index: SnapshotIndex;
  awaits: boolean;
  alike: number;
  faint: (text: string) => string;
}

/** The tree of tasks as text, one line a task, with what each waits for, and what looks wrong in one line each. */
export function treeText(raw: Snapshot, options: TreeOptions = {}): string {
  const snapshot = legible(raw);
  const lines = [headline(snapshot), ...treeLines(snapshot, options)];
  for (const worker of snapshot.workers ?? []) {
    lines.push("", workerHeadline(worker), ...treeLines(worker.snapshot, options));
  }
  const findings = findingsIn(snapshot);
  if (findings.length > 0) lines.push("", ...findings.map(({ text }) => `! ${text}`));
  return `${lines.join("\n")}\n`;
}

function treeLines(snapshot: Snapshot, options: TreeOptions): string[] {
  const style = {
    index: new SnapshotIndex(snapshot),
    awaits: options.awaits ?? false,
    alike: options.alike ?? 4,
    faint: options.faint ?? ((text: string): string => text),
  };
  return [...branches(null, "", style), ...(style.awaits ? waitGraph(style) : [])];
}

/** `my-app.js (pid 17, node 20.20.2), up 3 min 2 s: 5 tasks`. */
export function headline(snapshot: Snapshot): string {
  const program = baseName(snapshot.program) || "a program";
  return `${program} (pid ${snapshot.pid}, ${snapshot.runtime}), up ${ageWords(snapshot.uptime)}: ${countWords(snapshot)}`;
}

/** `worker 3 (pool.js): 5 tasks`. */
export function workerHeadline({ id, url, snapshot }: WorkerInfo): string {
  return `worker ${id} (${baseName(url)}): ${countWords(snapshot)}`;
}

function baseName(path: string): string {
  return path.replace(/^.*[\\/]/, "");
}

function countWords({ tasks, leftOut }: Snapshot): string {
  const count = tasks.filter(({ id }) => id !== 0).length + leftOut;
  const hidden = leftOut === 0 ? "" : ` (${leftOut} of them not listed)`;
  return `${count === 1 ? "1 task" : `${count} tasks`}${hidden}`;
}

function branches(parent: number | null, indent: string, style: Style): string[] {
  const lines: string[] = [];
  const siblings = sortAlike(style.index.childrenOf(parent), style);
  siblings.forEach((sibling, i) => {
    const last = i === siblings.length - 1;
    const stem = parent === null ? "" : last ? "└─ " : "├─ ";
    const below = parent === null ? "" : last ? "   " : "│  ";
    if (typeof sibling === "string") {
      lines.push(`${indent}${stem}${style.faint(sibling)}`);
      return;
    }
    lines.push(`${indent}${stem}${taskLine(sibling, style)}`);
    if (style.awaits) {
      const stroke = sibling.children > 0 ? "│  " : "   ";
      lines.push(...awaitChain(sibling).map((line) => `${indent}${below}${stroke}${style.faint(line)}`));
    }
    lines.push(...branches(sibling.id, indent + below, style));
  });
  return lines;
}

/** Of many childless siblings of one kind that do the same, the first few, and a line that counts the rest. */
function sortAlike(siblings: readonly TaskInfo[], style: Style): (TaskInfo | string)[] {
  const kinds = new Map<string, TaskInfo[]>();
  for (const task of siblings) {
    const key =
      task.children > 0 ? `#${task.id}` : [kindName(task.name), doingWords(task, style.index), sitsAt(task)].join("\n");
    const same = kinds.get(key);
    if (same === undefined) kinds.set(key, [task]);
    else same.push(task);
  }
  return [...kinds.values()].flatMap((same) => {
    if (same.length <= style.alike + 1) return same;
    const rest = same.slice(style.alike);
    const longest = Math.max(...rest.map((task) => waitingFor(task) ?? task.age));
    return [...same.slice(0, style.alike), `and ${rest.length} more like these, the longest for ${ageWords(longest)}`];
  });
}

function taskLine(task: TaskInfo, { index, faint }: Style): string {
  const waited = waitingFor(task);
  const left = task.waits.find((wait) => wait.left !== undefined)?.left;
  const notes = [
    waited === undefined ? `${ageWords(task.age)} old` : `for ${ageWords(waited)}, ${ageWords(task.age)} old`,
    ...(left === undefined ? [] : [`${ageWords(Math.max(0, left))} left`]),
    ...(task.deadlineIn === undefined ? [] : [deadlineWords(task.deadlineIn)]),
  ];
  const asked = task.cancelled === undefined ? "" : `  CANCELLED${sinceWords(task.cancelled.since)}`;
  const place = placeWords(task);
  const at = place === "" ? "" : `  ${faint(place)}`;
  return `${task.name}  ${doingWords(task, index)}  ${faint(`(${notes.join(", ")})`)}${asked}${at}`;
}

/** The functions that wait for the line which the task's own line tells, and the other places in which it sits. */
function awaitChain({ sits = [] }: TaskInfo): string[] {
  return sits.flatMap((frames, i) =>
    frames.flatMap(({ function: name, at }, j) => {
      if (j > 0) return [`awaited by ${name} at ${at}`];
      return i > 0 ? [`and at ${at}`] : [];
    }),
  );
}

function deadlineWords(ms: number): string {
  return ms >= 0 ? `deadline in ${ageWords(ms)}` : `deadline passed ${ageWords(-ms)} ago`;
}

function sinceWords(since: number | undefined): string {
  return since === undefined ? "" : ` ${ageWords(since)} ago`;
}

/** Every primitive that somebody waits for, or that has a name: who has it, and who waits, the longest first. */
function waitGraph(style: Style): string[] {
  const { index } = style;
  const { primitives, tasks } = index.snapshot;
  const lines: string[] = [];
  for (const primitive of primitives) {
    const waiters = tasks.flatMap((task) => {
      const wait = task.waits.find((each) => each.primitive === primitive.id);
      return wait === undefined ? [] : [{ task, since: wait.since }];
    });
    if (waiters.length === 0 && primitive.name === undefined) continue;
    lines.push("", `${primitiveName(primitive)}  ${style.faint(statsWords(primitive))}`);
    for (const { name, permits = 1 } of primitive.holders ?? []) {
      lines.push(`  held by ${name}${permits === 1 ? "" : ` (${permits} permits)`}`);
    }
    lines.push(...waiterLines(waiters, style));
  }
  return lines;
}

/** The longest first; many of one kind are one line. */
function waiterLines(waiters: readonly { task: TaskInfo; since: number }[], { alike, faint }: Style): string[] {
  const kinds = new Map<string, { task: TaskInfo; since: number }[]>();
  for (const waiter of [...waiters].sort((a, b) => b.since - a.since)) {
    const kind = kindName(waiter.task.name);
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [waiter]);
    else same.push(waiter);
  }
  return [...kinds].flatMap(([kind, same]) => {
    const longest = ageWords(same[0]?.since as number);
    if (same.length > alike + 1) return [`  <- ${same.length}× ${kind} wait, ${faint(`the longest for ${longest}`)}`];
    return same.map(({ task, since }) => `  <- ${task.name} waits ${faint(`for ${ageWords(since)}`)}`);
  });
}
