import type { Snapshot, TaskInfo } from "heddle/watch";
import { doingWords, legible, SnapshotIndex, waitingFor } from "heddle/watch";

/** By what the tasks are sorted. */
export type TopSort = "waiting" | "age" | "ran" | "name" | "id";

/** What the screen of `heddle top` shows. Never changed: a message makes a new one. */
export interface TopState {
  readonly snapshot: Snapshot | null;
  readonly earlier: Snapshot | null;
  readonly sort: TopSort;
  readonly filter: string;
  /** Whether it is looked for in which lines tasks wait, and for who has permits: that costs the program more. */
  readonly lines: boolean;
  /** "browse", "filter" while one is typed, "confirm" while it asks whether to cancel. */
  readonly mode: "browse" | "filter" | "confirm";
  /** The number of the selected task. */
  readonly selected: number | null;
  /** What was done last, for the bottom line. */
  readonly note: string;
  readonly quit: boolean;
  /** A task that is to be cancelled now. */
  readonly cancel: number | null;
}

export type TopMessage =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "cancelled"; readonly name: string; readonly done: boolean };

export const TOP_START: TopState = {
  snapshot: null,
  earlier: null,
  sort: "waiting",
  filter: "",
  lines: false,
  mode: "browse",
  selected: null,
  note: "",
  quit: false,
  cancel: null,
};

const SORTS: readonly TopSort[] = ["waiting", "age", "ran", "name", "id"];

/** The fold: what a message makes of the state. */
export function topNext(state: TopState, message: TopMessage): TopState {
  switch (message.kind) {
    case "snapshot":
      return { ...state, snapshot: legible(message.snapshot), earlier: state.snapshot };
    case "cancelled": {
      const what = message.done ? "was asked to stop" : "had ended, or was asked before";
      return { ...state, cancel: null, note: `Task "${message.name}" ${what}` };
    }
    default:
      return onKey({ ...state, note: "" }, message.key);
  }
}

function onKey(state: TopState, key: string): TopState {
  if (key === "\u0003") return { ...state, quit: true };
  if (state.mode === "filter") return onFilterKey(state, key);
  if (state.mode === "confirm") {
    const cancel = key === "y" || key === "Y" ? state.selected : null;
    return { ...state, mode: "browse", cancel, note: cancel === null ? "Nothing was cancelled" : "" };
  }
  switch (key) {
    case "q":
    case "\u001b":
      return { ...state, quit: true };
    case "s":
      return { ...state, sort: nextSort(state) };
    case "l":
      return {
        ...state,
        lines: !state.lines,
        note: state.lines ? "Lines are not looked for any more" : "Looking for lines …",
      };
    case "/":
      return { ...state, mode: "filter", filter: "" };
    case "c":
      return selectedTask(state) === undefined
        ? { ...state, note: "No task is selected" }
        : { ...state, mode: "confirm" };
    case "j":
    case "\u001b[B":
      return move(state, 1);
    case "k":
    case "\u001b[A":
      return move(state, -1);
    default:
      return state;
  }
}

/** How long tasks have run is known in debug mode only. */
function nextSort({ sort, snapshot }: TopState): TopSort {
  const known = snapshot?.tasks.some(({ ran }) => ran !== undefined) === true;
  const sorts = SORTS.filter((each) => known || each !== "ran");
  return sorts[(sorts.indexOf(sort) + 1) % sorts.length] as TopSort;
}

function onFilterKey(state: TopState, key: string): TopState {
  if (key === "\r" || key === "\n") return { ...state, mode: "browse" };
  if (key === "\u001b") return { ...state, mode: "browse", filter: "" };
  if (key === "\u007f" || key === "\b") return { ...state, filter: state.filter.slice(0, -1) };
  // What a terminal sends for other keys begins with an escape.
  return key.startsWith("\u001b") ? state : { ...state, filter: state.filter + key };
}

function move(state: TopState, by: number): TopState {
  const tasks = topTasks(state);
  if (tasks.length === 0) return { ...state, selected: null };
  const at = tasks.findIndex(({ id }) => id === state.selected);
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), tasks.length - 1);
  return { ...state, selected: (tasks[next] as TaskInfo).id };
}

export function selectedTask(state: TopState): TaskInfo | undefined {
  return topTasks(state).find(({ id }) => id === state.selected && id !== 0);
}

/** The tasks that the filter lets through, sorted. */
export function topTasks({ snapshot, filter, sort }: TopState): TaskInfo[] {
  if (snapshot === null) return [];
  const index = new SnapshotIndex(snapshot);
  const wanted = filter.toLowerCase();
  const tasks = snapshot.tasks.filter((task) =>
    `${task.name} ${doingWords(task, index)}`.toLowerCase().includes(wanted),
  );
  const waits = (task: TaskInfo): number => waitingFor(task) ?? -1;
  const order: Record<TopSort, (a: TaskInfo, b: TaskInfo) => number> = {
    waiting: (a, b) => waits(b) - waits(a),
    age: (a, b) => b.age - a.age,
    ran: (a, b) => (b.ran ?? 0) - (a.ran ?? 0),
    name: (a, b) => a.name.localeCompare(b.name, "en", { numeric: true }),
    id: (a, b) => a.id - b.id,
  };
  return tasks.sort((a, b) => order[sort](a, b) || a.id - b.id);
}
