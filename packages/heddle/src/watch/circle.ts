import type { Snapshot, TaskInfo, WaitInfo } from "./wire.js";
import { primitiveName, SnapshotIndex } from "./words.js";

/** Tasks that wait for each other in a circle: each for what the next one has, the last for what the first one has. */
export interface Circle {
  readonly tasks: readonly TaskInfo[];
  /** What each of them waits for. */
  readonly links: readonly string[];
  /** When a deadline of one of them breaks it, in milliseconds. */
  readonly brokenIn?: number;
}

/**
 * The circles in what tasks wait for. A task counts as stuck when all that could end its wait are known and stuck: who has the
 * lock, the task it awaits, a child that its group waits for. A wait that time or the outside can end is not stuck.
 */
export function circlesIn(snapshot: Snapshot): Circle[] {
  const index = new SnapshotIndex(snapshot);
  const stuck = stuckTasks(index);
  const circles: Circle[] = [];
  const seen = new Set<TaskInfo>();
  for (const start of stuck) {
    const path: TaskInfo[] = [];
    let at: TaskInfo | undefined = start;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      path.push(at);
      at = nextStuck(at, index, stuck);
    }
    const from = at === undefined ? -1 : path.indexOf(at);
    if (from >= 0) circles.push(describeCircle(path.slice(from), index, stuck));
  }
  return circles;
}

function stuckTasks(index: SnapshotIndex): Set<TaskInfo> {
  const stuck = new Set(index.snapshot.tasks.filter(({ waits, id }) => waits.length > 0 && id !== 0));
  for (let before = -1; before !== stuck.size; ) {
    before = stuck.size;
    for (const task of stuck) if (!task.waits.every((wait) => isStuck(task, wait, index, stuck))) stuck.delete(task);
  }
  return stuck;
}

function isStuck(task: TaskInfo, wait: WaitInfo, index: SnapshotIndex, stuck: ReadonlySet<TaskInfo>): boolean {
  const wakers = wakersOf(task, wait, index);
  // A group needs all its children to end; of the holders of a thing one is enough.
  return wait.what === "children"
    ? wakers.some((each) => each !== undefined && stuck.has(each))
    : wakers.length > 0 && wakers.every((each) => each !== undefined && stuck.has(each));
}

/** Who could end the wait; undefined stands for somebody of whom nothing is known. */
function wakersOf(task: TaskInfo, wait: WaitInfo, index: SnapshotIndex): (TaskInfo | undefined)[] {
  if (wait.what === "children") return index.childrenOf(task.id).filter(({ group = "" }) => group === wait.group);
  if (wait.what === "task") return [index.task(wait.task)];
  const holders = index.primitive(wait.primitive)?.holders ?? [];
  return holders.map((holder) => (holder.task === 0 ? undefined : index.task(holder.task)));
}

function nextStuck(task: TaskInfo, index: SnapshotIndex, stuck: ReadonlySet<TaskInfo>): TaskInfo | undefined {
  for (const wait of task.waits) {
    for (const waker of wakersOf(task, wait, index)) if (waker !== undefined && stuck.has(waker)) return waker;
  }
  return undefined;
}

function describeCircle(tasks: readonly TaskInfo[], index: SnapshotIndex, stuck: ReadonlySet<TaskInfo>): Circle {
  const deadlines = tasks.flatMap(({ deadlineIn }) => (deadlineIn === undefined ? [] : [deadlineIn]));
  return {
    tasks,
    links: tasks.map((task) => {
      const wait = task.waits.find((each) => isStuck(task, each, index, stuck)) as WaitInfo;
      const primitive = index.primitive(wait.primitive);
      if (primitive !== undefined) return primitiveName(primitive);
      return wait.what === "children" ? "its child" : "the end";
    }),
    ...(deadlines.length === 0 ? {} : { brokenIn: Math.min(...deadlines) }),
  };
}

/** In one line: `"a" waits for Lock #1 of "b", which waits for Lock #2 of "a"`. */
export function circleWords({ tasks, links }: Circle): string {
  return tasks
    .map((task, i) => {
      const next = tasks[(i + 1) % tasks.length] as TaskInfo;
      return `${i === 0 ? `"${task.name}"` : "which"} waits for ${links[i]} of "${next.name}"`;
    })
    .join(", ");
}
