import type { Snapshot, TaskInfo } from "heddle/watch";
import {
  ageWords,
  doingWords,
  findingsIn,
  headline,
  kindName,
  legible,
  placeWords,
  SnapshotIndex,
  sitsAt,
  waitingFor,
  workerHeadline,
} from "heddle/watch";
import { table } from "./table.js";

export interface PsOptions {
  /** How many characters a line may have. Default: as many as it needs. */
  width?: number;
  /** Whether tasks of one kind that do the same become one line. Default true. */
  group?: boolean;
  /** A snapshot of before, which shows what grows. */
  earlier?: Snapshot;
}

/** From so many tasks on that are alike, one line stands for all. */
const MANY = 5;

const COLUMNS = [
  { title: "ID", right: true },
  { title: "TASK", share: 0.35 },
  { title: "STATE", spare: 1 },
  { title: "AGE", right: true, spare: 2 },
  { title: "RAN", right: true, optional: true, spare: 3 },
  { title: "FOR", right: true },
  { title: "DEADLINE", right: true, optional: true, spare: 4 },
  { title: "WAITS FOR" },
];

/** The table of `heddle ps`: a pure function of the snapshot. */
export function psText(raw: Snapshot, options: PsOptions = {}): string {
  const { width = Infinity, group = true, earlier } = options;
  const snapshot = legible(raw);
  const rows = (each: Snapshot): string[] => {
    const index = new SnapshotIndex(each);
    const alike = kinds(each.tasks, index, group ? MANY : Infinity).map((tasks) => row(tasks, index));
    return alike.length === 0 ? [] : ["", ...table(COLUMNS, alike, width)];
  };
  const findings = findingsIn(snapshot, earlier && legible(earlier)).map(({ text }) => `! ${text}`);
  const lines = [headline(snapshot), ...rows(snapshot)];
  for (const worker of snapshot.workers ?? []) lines.push("", workerHeadline(worker), ...rows(worker.snapshot));
  if (findings.length > 0) lines.push("", ...findings);
  return `${lines.join("\n")}\n`;
}

/** Tasks that are alike stand together where there are many of them, else each alone, in the order of the snapshot. */
function kinds(tasks: readonly TaskInfo[], index: SnapshotIndex, many: number): TaskInfo[][] {
  const groups = new Map<string, TaskInfo[]>();
  for (const task of tasks) {
    const asked = task.cancelled !== undefined;
    const key = [kindName(task.name), doingWords(task, index), sitsAt(task) ?? "", asked].join("\n");
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [task]);
    else same.push(task);
  }
  return [...groups.values()].flatMap((same) => (same.length >= many ? [same] : same.map((task) => [task])));
}

function row(tasks: readonly TaskInfo[], index: SnapshotIndex): string[] {
  const [first] = tasks as readonly [TaskInfo];
  const oldest = Math.max(...tasks.map(({ age }) => age));
  const longest = Math.max(...tasks.map((task) => waitingFor(task) ?? -1));
  const deadline = Math.min(...tasks.map(({ deadlineIn = Infinity }) => deadlineIn));
  const many = tasks.length > 1;
  const place = placeWords(first);
  return [
    many ? `${tasks.length}×` : first.id === 0 ? "" : String(first.id),
    many ? kindName(first.name) : first.name,
    stateWord(first, index.snapshot),
    ageWords(oldest),
    ranWords(tasks),
    longest < 0 ? "" : ageWords(longest),
    deadline === Infinity ? "" : deadline < 0 ? "passed" : ageWords(deadline),
    `${doingWords(first, index)}${place === "" ? "" : `  ${place}`}`,
  ];
}

/** How long tasks have run together; empty where that is not known. */
export function ranWords(tasks: readonly TaskInfo[]): string {
  return tasks.every(({ ran }) => ran === undefined) ? "" : ageWords(tasks.reduce((sum, { ran = 0 }) => sum + ran, 0));
}

/** What a task is at, in one word. */
export function stateWord(task: TaskInfo, { blocked, running }: Snapshot): string {
  if (blocked !== undefined && blocked.task === task.id) return "blocking";
  if (running === task.id) return "running";
  if (task.cancelled !== undefined) return "cancelled";
  if (task.state === "created") return "new";
  return task.waits.length === 0 ? "outside" : "waiting";
}
