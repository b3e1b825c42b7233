import { circlesIn, circleWords } from "./circle.js";
import type { FrameInfo, PrimitiveInfo, Snapshot, TaskInfo } from "./wire.js";
import { ageWords, doingWords, placeWords, primitiveName, SnapshotIndex, waitingFor } from "./words.js";

/** Something that looks wrong in a program, in one sentence with its evidence. */
export interface Finding {
  readonly kind:
    | "deadlock"
    | "blocked"
    | "busy"
    | "ignored cancellation"
    | "broken lock"
    | "lost permits"
    | "starved"
    | "growing queue"
    | "leak";
  readonly text: string;
}

/** A task that was asked to stop may take this long, in milliseconds. */
const STOP_GRACE = 1000;
/** Somebody who waits for so long for what somebody has who waits himself for so long is starved, in milliseconds. */
const STARVED_AFTER = 1000;

/** Waiting for so long is wrong whatever those do who have what is waited for, in milliseconds. */
const LONG = 5000;

/** What looks wrong in one snapshot; with an `earlier` one of the same process also what grows. */
export function findingsIn(snapshot: Snapshot, earlier?: Snapshot): Finding[] {
  const workers = (snapshot.workers ?? []).flatMap((worker) => {
    const before = earlier?.workers?.find(({ id }) => id === worker.id)?.snapshot;
    return findingsIn(worker.snapshot, before).map(({ kind, text }) => ({
      kind,
      text: `Worker ${worker.id}: ${text}`,
    }));
  });
  return [
    ...blockedLoop(snapshot),
    ...lateAnswers(snapshot),
    ...deadlocks(snapshot),
    ...ignoredCancellations(snapshot),
    ...brokenLocks(snapshot),
    ...scarce(snapshot, earlier),
    ...(earlier === undefined ? [] : [...growingQueues(snapshot, earlier), ...growingTasks(snapshot, earlier)]),
    ...workers,
  ];
}

function blockedLoop({ blocked }: Snapshot): Finding[] {
  if (blocked === undefined) return [];
  const who = blocked.name === undefined ? "code outside of tasks" : `task "${blocked.name}"`;
  const [frame] = blocked.frames;
  const where = frame === undefined ? "" : ` in ${frame.function}, at ${frame.at}${callerWords(blocked.frames)}`;
  return [{ kind: "blocked", text: `The event loop is blocked by ${who}${where}: nothing else can run` }];
}

/** It takes this long to answer when something blocks it that cannot be interrupted, in milliseconds. */
const LATE = 1000;

function lateAnswers({ blocked, answeredAfter = 0 }: Snapshot): Finding[] {
  if (blocked !== undefined || answeredAfter < LATE) return [];
  const text =
    `The program answered only after ${ageWords(answeredAfter)}: something has blocked its event loop that cannot be interrupted, ` +
    "such as JSON.parse() or a synchronous call of the system; heddle doctor says where";
  return [{ kind: "busy", text }];
}

/** Where the program itself calls what blocks, when that is a package's. */
function callerWords(frames: readonly FrameInfo[]): string {
  const own = frames.find(({ at }) => !/[\\/]node_modules[\\/]/.test(at));
  return own === undefined || own === frames[0] ? "" : `, called by ${own.function} at ${own.at}`;
}

function deadlocks(snapshot: Snapshot): Finding[] {
  return circlesIn(snapshot).map((circle) => {
    const end = circle.brokenIn === undefined ? "" : `; a deadline breaks it in ${ageWords(circle.brokenIn)}`;
    return { kind: "deadlock", text: `Deadlock: ${circleWords(circle)}${end}` };
  });
}

/** A task whose children still stop only waits for them: it is they who ignore it. */
function ignoredCancellations({ tasks }: Snapshot): Finding[] {
  const found: Finding[] = [];
  for (const task of tasks) {
    const since = task.cancelled?.since;
    if (since === undefined || since < STOP_GRACE || task.children > 0) continue;
    const reason = task.cancelled?.reason === "" ? "" : ` (${task.cancelled?.reason})`;
    const where = task.waits.length === 0 ? "sits in a promise from elsewhere" : "goes on waiting";
    const words = placeWords(task);
    const place = words === "" ? "" : `, ${words}`;
    found.push({
      kind: "ignored cancellation",
      text: `Task "${task.name}" was cancelled ${ageWords(since)} ago${reason} and has not ended: it ${where}${place}`,
    });
  }
  return found;
}

function brokenLocks({ primitives }: Snapshot): Finding[] {
  return primitives
    .filter(({ kind, stats }) => kind === "Lock" && stats["state"] === "broken")
    .map((lock) => {
      const text = `${primitiveName(lock)} is broken: task "${lock.stats["owner"]}" ended while it held it, so nobody gets it any more`;
      return { kind: "broken lock", text };
    });
}

function scarce(snapshot: Snapshot, earlier: Snapshot | undefined): Finding[] {
  const found: Finding[] = [];
  const index = new SnapshotIndex(snapshot);
  // What is part of a deadlock has been told.
  const waitsInCircles = circlesIn(snapshot).flatMap(({ tasks }) => tasks.flatMap(({ waits }) => waits));
  const inCircle = new Set(waitsInCircles.map(({ primitive }) => index.primitive(primitive)));
  for (const primitive of snapshot.primitives) {
    const waits = waitsAt(snapshot, primitive);
    const longest = Math.max(0, ...waits.map(({ since }) => since));
    const waiting = waits.length === 1 ? "1 task waits" : `${waits.length} tasks wait`;
    if (primitive.lost !== undefined) {
      const lost = primitive.lost === 1 ? "1 permit" : `${primitive.lost} permits`;
      const effect = waits.length === 0 ? "" : `; ${waiting} for it, the longest for ${ageWords(longest)}`;
      const text = `${primitiveName(primitive)} has lost ${lost}: taken, never given back, and nobody has them any more${effect}`;
      found.push({ kind: "lost permits", text });
    } else if (longest > STARVED_AFTER && primitive.holders !== undefined && !inCircle.has(primitive)) {
      const holders = primitive.holders.flatMap(({ task }) => index.task(task) ?? []);
      const stuck = holders.sort((a, b) => (waitingFor(b) ?? 0) - (waitingFor(a) ?? 0))[0];
      if (primitive.holders.length === 0 || isServing(primitive, longest, stuck, snapshot, earlier)) continue;
      const names = primitive.holders
        .slice(0, 3)
        .map(({ name, permits = 1 }) => (permits === 1 ? name : `${name} (${permits})`));
      const more = primitive.holders.length > 3 ? ` and ${primitive.holders.length - 3} more` : "";
      const text = `${primitiveName(primitive)} is held by ${names.join(", ")}${more}, while ${waiting} for it, the longest for ${ageWords(longest)}${holderDoes(stuck, index)}`;
      found.push({ kind: "starved", text });
    }
  }
  return found;
}

/**
 * Whether those who have it may be about to give it back. With two snapshots that is seen by whether the first in line is still
 * the same one: it would have been served.
 */
function isServing(
  primitive: PrimitiveInfo,
  longest: number,
  stuck: TaskInfo | undefined,
  snapshot: Snapshot,
  earlier: Snapshot | undefined,
): boolean {
  if (earlier !== undefined) {
    const [first] = [...waitsAt(earlier, primitive)].sort((a, b) => b.since - a.since);
    const passed = snapshot.at - earlier.at;
    return !waitsAt(snapshot, primitive).some(({ task, since }) => task === first?.task && since >= passed);
  }
  return longest < LONG && stuck !== undefined && (waitingFor(stuck) ?? 0) < STARVED_AFTER;
}

/** What keeps the one who has it. */
function holderDoes(holder: TaskInfo | undefined, index: SnapshotIndex): string {
  if (holder === undefined) return "";
  const doing = doingWords(holder, index);
  const waited = waitingFor(holder);
  const since = waited === undefined ? "" : ` for ${ageWords(waited)}`;
  const place = placeWords(holder);
  return `; ${holder.name} ${holder.waits.length === 0 ? doing : `waits for ${doing}`}${since}${place === "" ? "" : `, ${place}`}`;
}

function waitsAt({ tasks }: Snapshot, { id }: PrimitiveInfo): { task: number; since: number }[] {
  return tasks.flatMap(({ id: task, waits }) =>
    waits.flatMap(({ primitive, since }) => (primitive === id ? [{ task, since }] : [])),
  );
}

/** Items per second that a queue has to gain to be called growing. */
const GROWTH = 5;

function growingQueues(snapshot: Snapshot, earlier: Snapshot): Finding[] {
  const seconds = (snapshot.at - earlier.at) / 1000;
  const before = new Map(earlier.primitives.map((each) => [each.id, each]));
  const found: Finding[] = [];
  for (const primitive of snapshot.primitives) {
    const size = primitive.stats["size"];
    const old = before.get(primitive.id)?.stats["size"];
    if (typeof size !== "number" || typeof old !== "number" || (size - old) / seconds < GROWTH) continue;
    const rate = Math.round((size - old) / seconds);
    const bound = primitive.stats["maxSize"] === "Infinity" ? " and it has no bound" : "";
    found.push({
      kind: "growing queue",
      text: `${primitiveName(primitive)} grows by ${rate} items a second, to ${size}: they are put faster than taken${bound}`,
    });
  }
  return found;
}

/** So many more tasks of one kind in a snapshot than in the one before look like a leak. */
const MORE_TASKS = 5;

function growingTasks(snapshot: Snapshot, earlier: Snapshot): Finding[] {
  const before = kindsOf(earlier);
  const found: Finding[] = [];
  for (const [kind, tasks] of kindsOf(snapshot)) {
    const old = before.get(kind) ?? [];
    const ids = new Set(tasks.map(({ id }) => id));
    // Those of before have not ended: they pile up, they are not just many.
    if (tasks.length - old.length < MORE_TASKS || old.some(({ id }) => !ids.has(id))) continue;
    const oldest = Math.max(...tasks.map(({ age }) => age));
    const index = new SnapshotIndex(snapshot);
    const owner = index.task(tasks[0]?.parent ?? undefined);
    const group = owner === undefined ? "the run, in the background" : `"${owner.name}"`;
    const place = placeOf(tasks[0] as TaskInfo);
    found.push({
      kind: "leak",
      text:
        `Tasks "${kind}" pile up: ${tasks.length}, ${tasks.length - old.length} more than ` +
        `${ageWords(snapshot.at - earlier.at)} before, and none has ended; the oldest is ${ageWords(oldest)} old; ` +
        `they belong to ${group}${place}`,
    });
  }
  return found;
}

function placeOf({ createdAt }: TaskInfo): string {
  return createdAt === undefined ? "" : `, created at ${createdAt}`;
}

/** Tasks by their names without numbers: `page-17` and `page-18` are of one kind. */
function kindsOf({ tasks }: Snapshot): Map<string, TaskInfo[]> {
  const kinds = new Map<string, TaskInfo[]>();
  for (const task of tasks) {
    const kind = kindName(task.name);
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [task]);
    else same.push(task);
  }
  return kinds;
}

/** The name of a task with `*` in place of numbers. */
export function kindName(name: string): string {
  return name.replace(/\d+/g, "*");
}
