import { circlesIn } from "./circle.js";
import type { PrimitiveInfo, Snapshot, TaskInfo } from "./wire.js";
import { ageWords, doingWords, primitiveName, SnapshotIndex, sitsAt, waitingFor } from "./words.js";

/** What debug mode has to say; `key` is the same for what is the same. */
export interface Habit {
  readonly key: string;
  readonly text: string;
}

/** A task that waits for longer than this while it holds a lock keeps others out, in milliseconds. */
const LONG_WAIT = 1000;
/** How long a task may take to stop, in milliseconds. */
const STOP_GRACE = 1000;

/** Locks whose holder waits for something else, and for long, while others wait for the lock. */
export function heldAcrossWaits(snapshot: Snapshot): Habit[] {
  const index = new SnapshotIndex(snapshot);
  const inCircles = new Set(circlesIn(snapshot).flatMap(({ tasks }) => tasks));
  const habits: Habit[] = [];
  for (const primitive of snapshot.primitives) {
    if (primitive.kind !== "Lock") continue;
    const holder = index.task(primitive.holders?.[0]?.task);
    const waited = holder === undefined ? undefined : waitingFor(holder);
    const others = snapshot.tasks.filter(({ waits }) => waits.some((wait) => wait.primitive === primitive.id)).length;
    if (holder === undefined || waited === undefined || waited < LONG_WAIT || others === 0) continue;
    if (inCircles.has(holder)) continue;
    const place = placeOf(holder);
    habits.push({
      key: `held ${primitive.id} ${place}`,
      text:
        `${primitiveName(primitive)} is held by task "${holder.name}" while that ${doingOf(holder, index)}, for ` +
        `${ageWords(waited)} by now${place}; ${others === 1 ? "1 task waits" : `${others} tasks wait`} for the lock`,
    });
  }
  return habits;
}

/** Tasks that were asked to stop and sit in something that does not know of it. */
export function ignoredCancellations(snapshot: Snapshot): Habit[] {
  const index = new SnapshotIndex(snapshot);
  return snapshot.tasks.flatMap((task) => {
    const since = task.cancelled?.since;
    if (since === undefined || since < STOP_GRACE || task.children > 0) return [];
    const reason = task.cancelled?.reason === "" ? "" : ` (${task.cancelled?.reason})`;
    return {
      key: `ignored ${task.id}`,
      text: `task "${task.name}" was cancelled ${ageWords(since)} ago${reason} and goes on: it ${doingOf(task, index)}${placeOf(task)}`,
    };
  });
}

function doingOf(task: TaskInfo, index: SnapshotIndex): string {
  const doing = doingWords(task, index);
  return task.waits.length === 0 ? doing : `waits for ${doing}`;
}

function placeOf(task: TaskInfo): string {
  const at = sitsAt(task);
  if (at !== undefined) return `, at ${at}`;
  return task.createdAt === undefined ? "" : `, in the task created at ${task.createdAt}`;
}

/** So many looks in a row in which a queue has grown make a habit, and so many items. */
const LOOKS = 4;
const ITEMS = 100;

/** Finds the queues that have grown from look to look, and never shrunk in between. */
export class QueueGrowth {
  readonly #seen = new Map<number, { size: number; looks: number; from: number }>();

  look(snapshot: Snapshot): Habit[] {
    return snapshot.primitives.flatMap((primitive) => {
      const size = primitive.stats["size"];
      if (typeof size !== "number" || primitive.stats["maxSize"] === undefined) return [];
      const before = this.#seen.get(primitive.id) ?? { size: 0, looks: 0, from: 0 };
      const grown = size > before.size;
      const now = { size, looks: grown ? before.looks + 1 : 0, from: grown ? before.from : size };
      this.#seen.set(primitive.id, now);
      return now.looks >= LOOKS && size - now.from >= ITEMS ? [describeGrowth(primitive, size)] : [];
    });
  }
}

function describeGrowth(primitive: PrimitiveInfo, size: number): Habit {
  const made = primitive.createdAt === undefined ? "" : ` (made at ${primitive.createdAt})`;
  const bound = primitive.stats["maxSize"] === "Infinity" ? "; it has no bound, so put() never waits" : "";
  return {
    key: `growth ${primitive.id}`,
    text: `${primitiveName(primitive)}${made} only grows, to ${size} items by now: they are put faster than taken${bound}`,
  };
}
