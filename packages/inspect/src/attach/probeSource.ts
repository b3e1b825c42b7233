import type { Scope } from "heddle/lowlevel";
import type { FrameInfo } from "heddle/watch";
import { AWAITS_SOURCE, SNAPSHOT_SOURCE } from "heddle/watch";

/** What is asked for with a snapshot. */
export interface Question {
  limit: number;
}

export interface DeepQuestion extends Question {
  /** For how long at most it is looked for where tasks sit, which takes the thread that long, in milliseconds. */
  patience: number;
  /** What is to be evaluated just before the snapshot is taken. */
  before: string;
}

/** What the other process says about the job that our question interrupted. */
export interface Interrupted {
  readonly frames: readonly FrameInfo[];
  readonly task?: number;
  readonly name?: string;
}

/**
 * Sent as text: what runs at this moment. A question comes in between two jobs, or in the midst of one, and then that one's
 * frames are below ours on the stack.
 */
function interrupted(): Interrupted {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const { stack = "" } = new Error("where");
  Error.stackTraceLimit = limit;
  const frames: FrameInfo[] = [];
  for (const line of stack.split("\n")) {
    const match = /^\s+at (?:async )?(?:(.*) \()?(.*?:\d+:\d+)\)?$/.exec(line);
    const at = match?.[2]?.replace(/^file:\/\//, "") ?? "";
    if (match === null || at.startsWith("<anonymous>") || at.startsWith("node:")) continue;
    frames.push({ function: match[1] ?? "(anonymous)", at });
  }
  const registry = globalThis as unknown as Record<symbol, { storage?: { getStore(): Scope | undefined } } | undefined>;
  const task = registry[Symbol.for("heddle/runtime@1")]?.storage?.getStore()?.task as {
    id: number;
    name: string;
  } | null;
  return task === null || task === undefined ? { frames } : { frames, task: task.id, name: task.name };
}

/** Sent as text: cancels a task by its number. */
function cancelTask(id: number, reason: string): boolean {
  const registry = globalThis as unknown as Record<symbol, { root?: Scope } | undefined>;
  const toVisit: Scope[] = [];
  const root = registry[Symbol.for("heddle/runtime@1")]?.root;
  if (root !== undefined) toVisit.push(root);
  for (let scope = toVisit.pop(); scope !== undefined; scope = toVisit.pop()) {
    const task = scope.task as { id: number; scope: Scope; cancel(reason: string): boolean } | null;
    if (task !== null && task.scope === scope && task.id === id) return task.cancel(reason);
    toVisit.push(...scope.children);
  }
  return false;
}

/** A function of one expression that takes a snapshot. */
export function snapshotFunction({ limit }: Question): string {
  return `function () {
${SNAPSHOT_SOURCE}
${String(interrupted)}
return JSON.stringify({ snapshot: takeSnapshot({ limit: ${limit} }), interrupted: interrupted() });
}`;
}

/**
 * The same with all wait lists, permits and promises of the process: it is also told where the tasks sit, which is found out
 * in jobs that settle nothing of the program's.
 */
export function awaitsFunction({ limit, patience, before }: DeepQuestion): string {
  return `async function (lists, permits, promises) {
${SNAPSHOT_SOURCE}
${AWAITS_SOURCE}
// Between two turns of the event loop everybody has come to where they wait.
await new Promise((resolve) => setImmediate(resolve));
${before};
const snapshot = takeSnapshot({ lists, permits, limit: ${limit} });
return JSON.stringify({ snapshot, awaits: await findAwaits(promises ?? [], ${patience}) });
}`;
}

export function cancelExpression(id: number, reason: string): string {
  return `(${String(cancelTask)})(${id}, ${JSON.stringify(reason)})`;
}

/** Notes on the way to `key` that the event loop has turned. */
export function turnExpression(key: string): string {
  return `void (globalThis[Symbol.for(${JSON.stringify(key)})] = false, setImmediate(() => {
    globalThis[Symbol.for(${JSON.stringify(key)})] = true;
  }))`;
}

/** From here to `LOOP_DELAY_END` it is measured for how long the event loop does not turn. */
export const LOOP_DELAY_START: string = `void (() => {
  const watch = { longest: 0, last: performance.now() };
  watch.look = () => {
    const now = performance.now();
    watch.longest = Math.max(watch.longest, now - watch.last);
    watch.last = now;
  };
  watch.timer = setInterval(watch.look, 10).unref();
  globalThis[Symbol.for("heddle/delay")] = watch;
})()`;

/** The longest time, in milliseconds; also that which has just begun. */
export const LOOP_DELAY_END: string = `(() => {
  const watch = globalThis[Symbol.for("heddle/delay")];
  delete globalThis[Symbol.for("heddle/delay")];
  clearInterval(watch.timer);
  watch.look();
  return watch.longest;
})()`;
