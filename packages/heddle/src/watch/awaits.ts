/**
 * Finds the lines in which tasks sit, with nothing noted before: also those of promises that are none of Heddle's. As in
 * `snapshot.ts`, the functions are also sent as text into other processes, so they call nothing but each other.
 *
 * V8 tells in a stack which async functions wait for the job that runs: it follows the promise that the job settles to whoever
 * awaits that, and so on. So for any pending promise a job is made that seems to settle it:
 *
 *     link ──(then, with a result of our choosing)──> promise ──> its awaiter ──> … ──> the task's last promise ──> marker
 *
 * The job settles `link` only; nothing happens to `promise`. The marker is an async function with the task's number in its
 * name, which awaits the end of the task: so a stack tells whose it is.
 */
import type { Scope } from "../task/scope.js";
import type { Watchable } from "../task/watchable.js";
import type { FrameInfo, Snapshot } from "./wire.js";

/** By the numbers of the tasks: for each promise that one awaits, the user's frames that wait for it, the innermost first. */
export type Awaits = Readonly<Record<string, readonly (readonly FrameInfo[])[]>>;

/**
 * To find all objects of a kind takes a heap's garbage to be collected several times over: a hundredth of a second for each
 * megabyte. In one of up to so many bytes that is done without being asked for.
 */
export const CHEAP_HEAP: number = 32 * 1024 * 1024;

/** For how long at most the program itself looks for where its tasks sit, in milliseconds. */
export const AWAITS_PATIENCE = 250;

interface Marks {
  /** The promises that a marker awaits already. */
  marked?: WeakSet<object>;
}

/**
 * @param promises all promises of the process, which a debugger can find
 * @param patience for how long at most the thread is taken, in milliseconds; then some are left out
 */
export async function findAwaits(promises: readonly object[], patience: number): Promise<Awaits> {
  const registry = globalThis as unknown as Record<symbol, unknown>;
  const root = (registry[Symbol.for("heddle/runtime@1")] as { root?: Scope | null } | undefined)?.root ?? null;
  const watch = (registry[Symbol.for("heddle/watch@1")] ?? {}) as Partial<Watchable> & Marks;
  if (root === null) return {};
  markTasks(root, watch);
  const stacks = new Map<string, string[][]>();
  for (const stack of await stacksOf(promises, patience)) {
    const marker = stack.findIndex((line) => /\bheddle task \d+ \(/.test(line));
    if (marker < 0) continue;
    const id = /heddle task (\d+) /.exec(stack[marker] as string)?.[1] as string;
    const known = stacks.get(id);
    if (known === undefined) stacks.set(id, [stack.slice(0, marker)]);
    else known.push(stack.slice(0, marker));
  }
  const found: Record<string, FrameInfo[][]> = {};
  for (const [id, all] of stacks) {
    const users = all.map((stack) => stack.flatMap(frameOf).filter(({ at }) => watch.isUsers?.(at) !== false));
    const told = innermost(users);
    if (told.length > 0) found[id] = told;
  }
  return found;
}

/** Has a marker wait for the end of each running task that has none yet: for good, as nobody can take it away again. */
function markTasks(root: Scope, watch: Marks): void {
  watch.marked ??= new WeakSet();
  const toVisit: Scope[] = [root];
  for (let scope = toVisit.pop(); scope !== undefined; scope = toVisit.pop()) {
    const task = scope.task as { id: number; scope: Scope; ending?: object } | null;
    const ending = task?.scope === scope ? task.ending : undefined;
    if (task !== null && ending !== undefined && !watch.marked.has(ending)) {
      watch.marked.add(ending);
      const name = `heddle task ${task.id}`;
      const { [name]: marker } = {
        async [name](end: object): Promise<void> {
          await end;
        },
      };
      void marker?.(ending);
    }
    toVisit.push(...scope.children);
  }
}

/** Whoever waits for each of the promises, as the lines of a stack. */
async function stacksOf(promises: readonly object[], patience: number): Promise<string[][]> {
  const ready = Promise.resolve();
  const nothing = (): void => {};
  const stacks: string[][] = [];
  const until = performance.now() + patience;
  let next: object = ready;
  /** In the place of a constructor of promises: those that it makes are known before. */
  function known(executor: (resolve: () => void, reject: () => void) => void): object {
    executor(nothing, nothing);
    return next;
  }
  const maker = { [Symbol.species]: known };
  const look = (): void => {
    const limit = Error.stackTraceLimit;
    // Not by an assignment, which throws where intrinsics are frozen.
    Reflect.set(Error, "stackTraceLimit", 200);
    const { stack } = new Error("where");
    Reflect.set(Error, "stackTraceLimit", limit);
    if (typeof stack !== "string") return;
    const lines = stack.split("\n").filter((line) => /^\s+at async /.test(line));
    if (lines.length > 0) stacks.push(lines);
  };
  for (let i = 0; i < promises.length; i++) {
    const link = ready.then(look);
    Object.defineProperty(link, "constructor", { value: maker });
    next = promises[i] as object;
    void link.then(nothing);
    if (i % 500 !== 499) continue;
    await null;
    if (performance.now() > until) break;
  }
  await null;
  return stacks;
}

/** Without those that another one goes through, and without those that are told twice. At most five, of at most a hundred. */
function innermost(stacks: readonly FrameInfo[][]): FrameInfo[][] {
  const byText = new Map(stacks.map((frames) => [frames.map(({ at }) => `${at}\n`).join(""), frames]));
  byText.delete("");
  const texts = [...byText.keys()].sort((a, b) => b.length - a.length).slice(0, 100);
  const kept: string[] = [];
  for (const text of texts) if (!kept.some((longer) => longer.endsWith(text))) kept.push(text);
  return kept.slice(0, 5).map((text) => byText.get(text) as FrameInfo[]);
}

function frameOf(line: string): FrameInfo[] {
  const match = /^\s+at async (?:(.*) \()?(.*?:\d+:\d+)\)?$/.exec(line);
  const at = match?.[2]?.replace(/^file:\/\//, "") ?? "";
  if (match === null || at.startsWith("<anonymous>") || at.startsWith("node:")) return [];
  return [{ function: match[1] ?? "(anonymous)", at }];
}

/** The functions of this file as text, for an expression that is evaluated in another process. */
export const AWAITS_SOURCE: string = [findAwaits, markTasks, stacksOf, innermost, frameOf].map(String).join("\n");

/** The snapshot with what was found about its tasks. */
export function withAwaits(snapshot: Snapshot, awaits: Awaits): Snapshot {
  const tasks = snapshot.tasks.map((task) => {
    const sits = awaits[String(task.id)];
    return sits === undefined ? task : { ...task, sits };
  });
  return { ...snapshot, tasks, searched: true };
}
