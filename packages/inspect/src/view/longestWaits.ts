import type { Snapshot, TaskInfo } from "heddle/watch";
import { ageWords, doingWords, kindName, SnapshotIndex, statsWords, waitingFor } from "heddle/watch";

/** So many kinds of waits are told. */
const MOST = 3;
/** Waits that are shorter are nothing to look at, in milliseconds. */
const LONG = 1000;
/** Who sleeps, or waits for a task, waits for nothing that stands still by itself. */
const NO_NEWS: readonly string[] = ["sleep", "children", "task", "runner.close"];

/**
 * What tasks have waited for longest, with the state of that: no fault by itself, but where to look when a program does nothing
 * and nobody is in a circle: an event that nobody sets, a queue that nobody empties.
 */
export function longestWaits(snapshot: Snapshot): string[] {
  const index = new SnapshotIndex(snapshot);
  const groups = new Map<string, TaskInfo[]>();
  for (const task of snapshot.tasks) {
    const waited = waitingFor(task);
    if (waited === undefined || waited < LONG || task.waits.every(({ what }) => NO_NEWS.includes(what))) continue;
    const key = doingWords(task, index);
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [task]);
    else same.push(task);
  }
  const longest = (tasks: readonly TaskInfo[]): number => Math.max(...tasks.map((task) => waitingFor(task) ?? 0));
  const all = [...groups].sort((a, b) => longest(b[1]) - longest(a[1]));
  return all.slice(0, MOST).map(([doing, tasks]) => {
    const names = new Set(tasks.map(({ name }) => (tasks.length === 1 ? name : kindName(name))));
    const who =
      tasks.length === 1 ? `"${[...names][0]}"` : `${tasks.length} tasks (${[...names].slice(0, 3).join(", ")})`;
    const [state] = (tasks[0] as TaskInfo).waits.flatMap(({ primitive }) => index.primitive(primitive) ?? []);
    const stats = state === undefined ? "" : ` (${statsWords(state)})`;
    return `${who}, for ${ageWords(longest(tasks))}: ${doing}${stats}`;
  });
}
