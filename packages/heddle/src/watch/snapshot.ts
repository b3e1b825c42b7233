/**
 * Takes a snapshot of all that is under way. The functions of this file are also sent as text into processes that know
 * nothing of it: so they call nothing but each other, and find the tree as everybody does, by its key on `globalThis`.
 */
import type { List } from "../ground/link.js";
import type { Waiter } from "../task/park.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";
import type { Watchable } from "../task/watchable.js";
import type { HolderInfo, PrimitiveInfo, Snapshot, TaskInfo, WaitInfo } from "./wire.js";

export interface SnapshotOptions {
  /** At most so many tasks are listed; the others are counted. Default 20,000. */
  limit?: number;
  /** All wait lists of the process, which a debugger can find: primitives that nobody waits for are listed too then. */
  lists?: readonly object[];
  /** All permits that are out, likewise: then it is known who has them. */
  permits?: readonly object[];
}

interface Survey {
  readonly now: number;
  readonly watch: Partial<Watchable> & { ids?: WeakMap<object, number>; lastId?: number };
  readonly permits: readonly PermitLike[] | undefined;
  readonly primitives: Map<object, PrimitiveInfo>;
  /** When the sleepers of a bucket are due: buckets can be long. */
  readonly due: Map<object, number | undefined>;
}

interface PermitLike {
  readonly semaphore: object;
  readonly taker: Scope | null;
  readonly count: number;
}

/** Null where nothing of Heddle is loaded. */
export function takeSnapshot(options: SnapshotOptions = {}): Snapshot | null {
  const registry = globalThis as unknown as Record<symbol, unknown>;
  const root = (registry[Symbol.for("heddle/runtime@1")] as { root?: Scope | null } | undefined)?.root;
  if (root === undefined || root === null) return null;
  const survey: Survey = {
    now: performance.now(),
    watch: (registry[Symbol.for("heddle/watch@1")] ?? {}) as Survey["watch"],
    permits: options.permits as readonly PermitLike[] | undefined,
    primitives: new Map(),
    due: new Map(),
  };
  const limit = options.limit ?? 20_000;
  const all = tasksOf(root);
  const tasks: TaskInfo[] = [];
  const outside = describeOutside(survey, root);
  if (outside !== null) tasks.push(outside);
  for (const task of all.slice(0, limit)) tasks.push(describeTask(survey, task));
  for (const list of options.lists ?? []) {
    const { subject } = list as { subject: object | null };
    if (subject !== null && !isTask(subject)) describePrimitive(survey, wholeOf(survey, subject), list);
  }
  const { busy, idle } = loopTimes();
  const { user, system } = process.cpuUsage();
  return {
    kind: "snapshot",
    version: 1,
    pid: process.pid,
    runtime: runtimeName(),
    program: process.argv[1] ?? "",
    at: Date.now(),
    uptime: Math.round(process.uptime() * 1000),
    cpu: Math.round((user + system) / 1000),
    ...(busy === undefined || idle === undefined ? {} : { loop: { busy, idle } }),
    heap: process.memoryUsage().heapUsed,
    debug: isDebugOn(survey),
    tasks,
    leftOut: Math.max(0, all.length - limit),
    primitives: [...survey.primitives.values()],
  };
}

function runtimeName(): string {
  const { versions } = process as { versions: Record<string, string | undefined> };
  const name = ["bun", "deno", "node"].find((each) => versions[each] !== undefined) ?? "node";
  return `${name} ${versions[name]}`;
}

function loopTimes(): { busy?: number; idle?: number } {
  const utilization = performance.eventLoopUtilization?.();
  return utilization === undefined ? {} : { busy: Math.round(utilization.active), idle: Math.round(utilization.idle) };
}

function isDebugOn(survey: Survey): boolean {
  const { setDebug } = survey.watch;
  if (setDebug === undefined) return false;
  const on = setDebug(true);
  setDebug(on);
  return on;
}

function isTask(thing: object): thing is Task<unknown> {
  return "owner" in thing && "scope" in thing && "state" in thing && "id" in thing;
}

/** All tasks below `top`, parents first. */
function tasksOf(top: Scope): Task<unknown>[] {
  const tasks: Task<unknown>[] = [];
  const toVisit: Scope[] = [top];
  for (let scope = toVisit.pop(); scope !== undefined; scope = toVisit.pop()) {
    const task = scope.task as Task<unknown> | null;
    if (task !== null && task.scope === scope) tasks.push(task);
    for (const child of [...scope.children].reverse()) toVisit.push(child);
  }
  return tasks;
}

/** The scopes that belong to the task of `top`, or to no task as `top` does, from `top` downwards. */
function ownScopes(top: Scope): { own: Scope[]; children: number } {
  const own: Scope[] = [top];
  let children = 0;
  for (let i = 0; i < own.length; i++) {
    for (const child of (own[i] as Scope).children) {
      if (child.task === top.task) own.push(child);
      else children++;
    }
  }
  return { own, children };
}

function describeTask(survey: Survey, task: Task<unknown>): TaskInfo {
  const { own, children } = ownScopes(task.scope);
  const places = survey.watch.placesOf?.(task) ?? [];
  const createdAt = task.createdAt ?? places[0];
  const deadlineIn = deadlineOf(own);
  const cancelled = cancellationOf(survey, own);
  const work = survey.watch.workOf?.(task);
  return {
    id: task.id,
    name: task.name,
    state: task.state === "created" ? "created" : "running",
    parent: parentOf(task),
    ...(task.owner.scope.name === undefined ? {} : { group: task.owner.scope.name }),
    age: Math.max(0, Math.round(survey.now - task.since)),
    waits: [...own.flatMap((scope) => waitsIn(survey, scope)), ...joins(survey, own)],
    ...(work === undefined ? {} : { ran: Math.round(work.ran), quiet: Math.round(survey.now - work.heard) }),
    children,
    ...(createdAt === undefined || createdAt === "" ? {} : { createdAt }),
    ...(deadlineIn === undefined ? {} : { deadlineIn }),
    ...(cancelled === undefined ? {} : { cancelled }),
    ...(own.some((scope) => scope.hasSignal) ? { signal: true } : {}),
  };
}

/** Code outside of all tasks that waits, or null for none. */
function describeOutside(survey: Survey, root: Scope): TaskInfo | null {
  const { own, children } = ownScopes(root);
  const waits = own.flatMap((scope) => waitsIn(survey, scope));
  if (waits.length === 0) return null;
  const name = "(outside of tasks)";
  return { id: 0, name, state: "running", parent: null, age: Math.round(survey.now), waits, children };
}

function parentOf(task: Task<unknown>): number | null {
  for (let scope: Scope | null = task.owner.scope; scope !== null; scope = scope.parent) {
    const above = scope.task as Task<unknown> | null;
    if (above !== null) return above.id;
  }
  return null;
}

/** The nearest deadline that any of the scopes stands under. */
function deadlineOf(own: readonly Scope[]): number | undefined {
  let nearest = Infinity;
  for (const inner of own) {
    for (let scope: Scope | null = inner; scope !== null; scope = scope.shield ? null : scope.parent) {
      nearest = Math.min(nearest, scope.deadline);
    }
  }
  const top = own[0] as Scope;
  return nearest === Infinity ? undefined : Math.round(nearest - top.runtime.clock.now());
}

function cancellationOf(survey: Survey, own: readonly Scope[]): TaskInfo["cancelled"] {
  const inner = own.find((scope) => scope.effective !== null);
  const error = inner?.effective;
  if (inner === undefined || error === undefined || error === null) return undefined;
  let origin: Scope | null = inner;
  while (origin !== null && origin.ownCancel !== error) origin = origin.parent;
  const since = origin?.cancelledAt;
  const reason = error.message === "Cancelled" ? "" : error.message.replace(/^Cancelled: /, "");
  return { reason, ...(since === undefined ? {} : { since: Math.max(0, Math.round(survey.now - since)) }) };
}

function waitsIn(survey: Survey, scope: Scope): WaitInfo[] {
  const waits: WaitInfo[] = [];
  for (const thing of scope.inside) {
    if ("list" in thing && "since" in thing) waits.push(describeWait(survey, thing as Waiter<unknown>));
  }
  return waits;
}

/** A group that waits for its children has no waiter of its own: its cancellation does not end that wait. */
function joins(survey: Survey, own: readonly Scope[]): WaitInfo[] {
  const waits: WaitInfo[] = [];
  for (const scope of own) {
    for (const child of scope.children) {
      const task = child.task as Task<unknown> | null;
      if (task === null || task === scope.task || task.scope !== child) continue;
      const since = (task.owner as { joiningSince?: number | null }).joiningSince ?? null;
      if (since === null || task.owner.scope !== scope) break;
      const group = scope.name ?? "";
      waits.push({ what: "children", group, since: Math.max(0, Math.round(survey.now - since)) });
      break;
    }
  }
  return waits;
}

function describeWait(survey: Survey, waiter: Waiter<unknown>): WaitInfo {
  const { list, request } = waiter;
  const part = list?.subject ?? null;
  const subject = part === null ? null : wholeOf(survey, part);
  const left = list === null ? timeLeft(survey, waiter) : undefined;
  const parkedAt = survey.watch.placesOf?.(waiter) ?? [];
  return {
    what:
      list === null ? "sleep" : subject === part ? callOf(list.what, request) : asCallOf(subject as object, list.what),
    ...(subject === null ? {} : subjectOf(survey, subject, list as object)),
    since: Math.max(0, Math.round(survey.now - waiter.since)),
    ...(left === undefined ? {} : { left }),
    // What `queue.put` brings along is the item.
    ...(typeof request === "number" && list?.what.endsWith(".acquire") ? { wants: request } : {}),
    ...(parkedAt.length === 0 ? {} : { parkedAt }),
  };
}

/** What a primitive is a part of: a capacity limiter has a semaphore inside. */
function wholeOf({ watch }: Survey, subject: object): object {
  return watch.partOf?.get(subject) ?? subject;
}

/** `rwLock.read`, where one list has those who ask for different things. */
function callOf(what: string, request: unknown): string {
  return what === "rwLock" && typeof request === "string" ? `${what}.${request}` : what;
}

/** `capacityLimiter.acquire` for the `semaphore.acquire` of its semaphore. */
function asCallOf(subject: object, what: string): string {
  const { name } = subject.constructor;
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}.${what.replace(/^.*\./, "")}`;
}

function subjectOf(survey: Survey, subject: object, list: object): { task?: number; primitive?: number } {
  if (isTask(subject)) return { task: subject.id };
  // A foreign promise has no state that could be told.
  if (typeof (subject as { stats?: unknown }).stats !== "function") return {};
  return { primitive: describePrimitive(survey, subject, list).id };
}

/** A sleeper stands in a bucket with all that are due at its moment; the bucket knows that moment. */
function timeLeft(survey: Survey, waiter: Waiter<unknown>): number | undefined {
  const passed: object[] = [];
  let due: number | undefined;
  for (let node: object | null = waiter; node !== null; node = (node as List<Waiter<unknown>>).next) {
    const known = survey.due.get(node) ?? (node as { due?: unknown }).due;
    if (typeof known === "number") {
      due = known;
      break;
    }
    if (passed.push(node) > 100_000) break;
  }
  for (const node of passed) survey.due.set(node, due);
  // A sleep without end is a timer in the far future.
  if (due === undefined || due > 1e13) return undefined;
  return Math.round(due - waiter.scope.runtime.clock.now());
}

/** @param list a wait list of it: the place where that was made is in the constructor of the primitive */
function describePrimitive(survey: Survey, subject: object, list: object): PrimitiveInfo {
  const known = survey.primitives.get(subject);
  if (known !== undefined) return known;
  const name = survey.watch.names?.get(subject);
  const stats = statsOf(subject);
  const [createdAt] = survey.watch.placesOf?.(list) ?? [];
  const { holders, lost } = holdersOf(survey, subject, stats);
  const info: PrimitiveInfo = {
    id: idOf(survey, subject),
    kind: kindOf(subject, list),
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    stats,
    ...(holders === undefined ? {} : { holders }),
    ...(lost === undefined || lost <= 0 ? {} : { lost }),
  };
  survey.primitives.set(subject, info);
  return info;
}

/** Minifiers shorten the names of classes: then the wait tells what it is, `lock.acquire` a Lock. */
function kindOf(subject: object, list: object): string {
  const { name } = subject.constructor;
  const { what } = list as { what?: string };
  if (name.length > 3 || what === undefined) return name;
  return what.charAt(0).toUpperCase() + what.slice(1).replace(/\W.*/, "");
}

/** Kept in the process, so that a primitive has one number in all snapshots. */
function idOf(survey: Survey, subject: object): number {
  const { watch } = survey;
  watch.ids ??= new WeakMap();
  let id = watch.ids.get(subject);
  if (id === undefined) {
    watch.lastId = (watch.lastId ?? 0) + 1;
    id = watch.lastId;
    watch.ids.set(subject, id);
  }
  return id;
}

function statsOf(subject: object): Record<string, number | string | boolean> {
  const plain: Record<string, number | string | boolean> = {};
  try {
    const stats = (subject as { stats(): Record<string, unknown> }).stats();
    for (const [key, value] of Object.entries(stats)) {
      // JSON has no Infinity.
      if (typeof value === "number") plain[key] = Number.isFinite(value) ? value : "Infinity";
      else if (typeof value === "string" || typeof value === "boolean") plain[key] = value;
      else if (Array.isArray(value)) plain[key] = value.slice(0, 20).join(", ");
    }
  } catch {
    // A primitive of the user's whose stats() throws is listed without them.
  }
  return plain;
}

function holdersOf(
  survey: Survey,
  subject: object,
  stats: Record<string, unknown>,
): { holders?: HolderInfo[]; lost?: number } {
  const { owner } = subject as { owner?: unknown };
  // Whoever has broken a lock has it no more.
  if (typeof owner === "object" && owner !== null && isTask(owner) && stats["state"] !== "broken") {
    return { holders: [{ task: owner.id, name: owner.name }] };
  }
  const { holders: tasks } = subject as { holders?: unknown };
  if (Array.isArray(tasks)) {
    return { holders: tasks.filter(isTask).map(({ id, name }) => ({ task: id, name })) };
  }
  const { size, available } = subject as { size?: unknown; available?: unknown };
  if (survey.permits === undefined || typeof size !== "number" || typeof stats["available"] !== "number") return {};
  const holders: HolderInfo[] = [];
  let held = 0;
  for (const permit of survey.permits) {
    if (permit.semaphore !== subject || permit.count === 0) continue;
    held += permit.count;
    const task = permit.taker?.task as Task<unknown> | null | undefined;
    const name = task?.name ?? nameOfTaker(permit.taker);
    holders.push({ task: task?.id ?? 0, name, permits: permit.count });
  }
  return { holders, lost: size - (available as number) - held };
}

/** Unless the copy of Heddle over there is old, and does not look everybody up, it is known. */
function nameOfTaker(taker: Scope | null): string {
  if (taker === null) return "somebody unknown";
  return taker.closed ? "a task that has ended" : "code outside of tasks";
}

/** The functions of this file as text, for an expression that is evaluated in another process. */
export const SNAPSHOT_SOURCE: string = [
  takeSnapshot,
  runtimeName,
  loopTimes,
  isDebugOn,
  isTask,
  tasksOf,
  ownScopes,
  describeTask,
  describeOutside,
  parentOf,
  deadlineOf,
  cancellationOf,
  waitsIn,
  joins,
  describeWait,
  wholeOf,
  callOf,
  asCallOf,
  subjectOf,
  timeLeft,
  describePrimitive,
  kindOf,
  idOf,
  statsOf,
  holdersOf,
  nameOfTaker,
]
  .map(String)
  .join("\n");
