import type { PrimitiveInfo, Snapshot, TaskInfo, WaitInfo } from "./wire.js";

/** `340 ms`, `3.4 s`, `2 min 5 s`, `3 h 2 min`. */
export function ageWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `Lock "accounts"`, or `Lock #3` for one that has no name. */
export function primitiveName(info: PrimitiveInfo): string {
  return info.name === undefined ? `${info.kind} #${info.id}` : `${info.kind} "${info.name}"`;
}

/** `size 10, maxSize 10, getting 0`. Who holds it is told otherwise, and what says that there is no limit is left out. */
export function statsWords({ stats, holders = [] }: PrimitiveInfo): string {
  return Object.entries(stats)
    .filter(([key, value]) => !(key === "max" && value === "Infinity"))
    .filter(([key]) => holders.length === 0 || (key !== "owner" && key !== "borrowers"))
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}

/** Looks things up in a snapshot. */
export class SnapshotIndex {
  readonly snapshot: Snapshot;
  readonly #tasks: Map<number, TaskInfo>;
  readonly #primitives: Map<number, PrimitiveInfo>;
  readonly #children = new Map<number | null, TaskInfo[]>();

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
    this.#tasks = new Map(snapshot.tasks.map((task) => [task.id, task]));
    this.#primitives = new Map(snapshot.primitives.map((primitive) => [primitive.id, primitive]));
    for (const task of snapshot.tasks) {
      // The parent of one may be among those that were left out.
      const parent = task.parent !== null && this.#tasks.has(task.parent) ? task.parent : null;
      const siblings = this.#children.get(parent);
      if (siblings === undefined) this.#children.set(parent, [task]);
      else siblings.push(task);
    }
  }

  task(id: number | undefined): TaskInfo | undefined {
    return id === undefined ? undefined : this.#tasks.get(id);
  }

  primitive(id: number | undefined): PrimitiveInfo | undefined {
    return id === undefined ? undefined : this.#primitives.get(id);
  }

  childrenOf(parent: number | null): readonly TaskInfo[] {
    return this.#children.get(parent) ?? [];
  }
}

/** What a task does at the moment, in a few words and without times: tasks that do the same have the same words. */
export function doingWords(task: TaskInfo, index: SnapshotIndex): string {
  const { blocked, running } = index.snapshot;
  if (blocked !== undefined && blocked.task === task.id) return "runs, and blocks all others";
  if (running === task.id) return "runs";
  if (task.state === "created") return "waits for its turn to start";
  if (task.waits.length === 0) {
    // It may have been woken, and not have had its turn.
    if (blocked !== undefined) return "could go on, or awaits a promise from elsewhere";
    return task.signal === true ? "awaits a platform call (has its signal)" : "awaits a promise from elsewhere";
  }
  return task.waits.map((wait) => waitWords(wait, index)).join(" and ");
}

/** What is waited for: the call, the thing, and who has it. */
export function waitWords(wait: WaitInfo, index: SnapshotIndex): string {
  if (wait.what === "children") return wait.group === "" ? "its children" : `its children in ${wait.group}`;
  if (wait.what === "task") return `the end of task ${index.task(wait.task)?.name ?? `#${wait.task}`}`;
  const primitive = index.primitive(wait.primitive);
  if (primitive === undefined) return wait.what;
  const wants = wait.wants === undefined || wait.wants === 1 ? "" : ` (wants ${wait.wants})`;
  return `${wait.what}${wants} on ${primitiveName(primitive)}${holderWords(primitive)}`;
}

function holderWords({ holders = [] }: PrimitiveInfo): string {
  if (holders.length === 0) return "";
  const names = holders.slice(0, 3).map(({ name, permits = 1 }) => (permits === 1 ? name : `${name} (${permits})`));
  const more = holders.length > 3 ? ` and ${holders.length - 3} more` : "";
  return `, held by ${names.join(", ")}${more}`;
}

/** The line in which a task sits, as far as it is known. */
export function sitsAt(task: TaskInfo): string | undefined {
  return task.sits?.[0]?.[0]?.at ?? task.waits.find(({ parkedAt }) => parkedAt !== undefined)?.parkedAt?.[0];
}

/** `at app.js:12:3`, or `created at app.js:3:1` where it is not known where a task sits; empty where neither is. */
export function placeWords(task: TaskInfo): string {
  const at = sitsAt(task);
  if (at !== undefined) return `at ${at}`;
  return task.createdAt === undefined ? "" : `created at ${task.createdAt}`;
}

/**
 * For how long a task has waited: the shortest of its waits, as any of them may be the last thing it began. In debug mode it is
 * known for a promise from elsewhere, too.
 */
export function waitingFor(task: TaskInfo): number | undefined {
  return task.waits.length === 0 ? task.quiet : Math.min(...task.waits.map(({ since }) => since));
}
