import { CannotReadTraceError } from "../errors.js";

/** What a task did for a while, in the order in which the legend has them. */
export const SLICE_KINDS = ["running", "blocking", "waiting", "outside", "ready", "new"] as const;
export type TimelineKind = (typeof SLICE_KINDS)[number];

export interface TimelineSlice {
  readonly kind: TimelineKind;
  readonly name: string;
  /** Milliseconds from when the first task was created. */
  readonly from: number;
  readonly to: number;
}

export interface TimelineTask {
  readonly id: number;
  readonly name: string;
  /** How many tasks are above it. */
  readonly depth: number;
  readonly slices: readonly TimelineSlice[];
  /** How it ended, and that it was asked to stop. */
  readonly marks: readonly { readonly what: string; readonly at: number }[];
}

/** Who woke whom: indexes of rows. */
export interface TimelineWake {
  readonly at: number;
  readonly by: number;
  readonly task: number;
}

export interface Timeline {
  readonly program: string;
  /** One row a task, children below their parents. */
  readonly tasks: readonly TimelineTask[];
  readonly wakes: readonly TimelineWake[];
  /** The length of the trace in milliseconds. */
  readonly length: number;
  /** How many events were dropped before those that are here. */
  readonly dropped: number;
}

interface Event {
  ph?: unknown;
  name?: unknown;
  cat?: unknown;
  tid?: unknown;
  ts?: unknown;
  dur?: unknown;
  id?: unknown;
  args?: { name?: unknown; task?: unknown; parent?: unknown };
}

interface Row {
  id: number;
  name: string;
  parent: number;
  slices: TimelineSlice[];
  marks: { what: string; at: number }[];
}

/**
 * Reads a trace that a run has written.
 *
 * @param file its name, for the message
 * @throws CannotReadTraceError when the text is no trace of Heddle's
 */
export function readTimeline(text: string, file: string): Timeline {
  let trace: { traceEvents?: unknown; otherData?: { source?: unknown; dropped?: unknown } };
  try {
    trace = JSON.parse(text) as typeof trace;
  } catch (error) {
    throw new CannotReadTraceError(`Cannot read a trace as ${file} is not JSON: received ${(error as Error).message}`);
  }
  const events: unknown = trace?.traceEvents;
  if (!Array.isArray(events) || trace.otherData?.source !== "heddle") {
    throw new CannotReadTraceError(
      `Cannot read a trace as ${file} was not written by Heddle: make one with heddle run FILE --trace out.json`,
    );
  }
  const rows = new Map<number, Row>();
  for (const event of events as Event[]) addEvent(rows, event);
  // The time that the program took to load is of no interest.
  const start = extreme(rows, Infinity, (before, { from }) => Math.min(before, from));
  const shift = (at: number): number => at - start;
  const ordered = inTreeOrder([...rows.values()]);
  const index = new Map(ordered.map(({ row }, i) => [row.id, i]));
  const length = Math.max(
    1,
    extreme(rows, 0, (before, { to }) => Math.max(before, shift(to))),
  );
  return {
    program: programOf(events as Event[]),
    tasks: ordered.map(({ row: { id, name, slices, marks }, depth }) => ({
      id,
      name,
      depth,
      marks: marks.map(({ what, at }) => ({ what, at: shift(at) })),
      slices: slices
        .sort((a, b) => a.from - b.from)
        .map(({ kind, name: what, from, to }) => ({ kind, name: what, from: shift(from), to: shift(to) })),
    })),
    wakes: wakesOf(events as Event[], index).map(({ at, by, task }) => ({ at: shift(at), by, task })),
    length,
    dropped: typeof trace.otherData.dropped === "number" ? trace.otherData.dropped : 0,
  };
}

function addEvent(rows: Map<number, Row>, { ph, name, cat, tid, ts, dur, args }: Event): void {
  if (typeof tid !== "number" || tid === 0 || typeof name !== "string") return;
  const row = rows.get(tid) ?? { id: tid, name: `task #${tid}`, parent: 0, slices: [], marks: [] };
  rows.set(tid, row);
  if (ph === "M" && name === "thread_name") {
    if (typeof args?.task === "string" && args.task !== "") row.name = args.task;
    if (typeof args?.parent === "number") row.parent = args.parent;
  } else if (ph === "X" && typeof ts === "number" && typeof dur === "number") {
    const kind = SLICE_KINDS.find((each) => each === cat) ?? "waiting";
    row.slices.push({ kind, name, from: ts / 1000, to: (ts + dur) / 1000 });
  } else if (ph === "i" && typeof ts === "number") {
    row.marks.push({ what: name, at: ts / 1000 });
  }
}

/** Goes through all slices. There may be more of them than a call can have arguments. */
function extreme(
  rows: ReadonlyMap<number, Row>,
  first: number,
  next: (before: number, slice: TimelineSlice) => number,
): number {
  let found = first;
  for (const { slices } of rows.values()) for (const slice of slices) found = next(found, slice);
  return Number.isFinite(found) ? found : 0;
}

/** Children below their parents, those that began first on top. */
function inTreeOrder(rows: readonly Row[]): { row: Row; depth: number }[] {
  const known = new Set(rows.map(({ id }) => id));
  const children = new Map<number, Row[]>();
  for (const row of [...rows].sort((a, b) => a.id - b.id)) {
    const parent = known.has(row.parent) && row.parent !== row.id ? row.parent : 0;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [row]);
    else siblings.push(row);
  }
  const ordered: { row: Row; depth: number }[] = [];
  const toVisit = [...(children.get(0) ?? [])].reverse().map((row) => ({ row, depth: 0 }));
  for (let next = toVisit.pop(); next !== undefined; next = toVisit.pop()) {
    ordered.push(next);
    const depth = next.depth + 1;
    for (const row of [...(children.get(next.row.id) ?? [])].reverse()) toVisit.push({ row, depth });
  }
  return ordered;
}

function wakesOf(events: readonly Event[], index: ReadonlyMap<number, number>): TimelineWake[] {
  const wakers = new Map<unknown, number>();
  const wakes: TimelineWake[] = [];
  for (const { ph, id, tid, ts } of events) {
    if (typeof tid !== "number" || typeof ts !== "number") continue;
    if (ph === "s") wakers.set(id, tid);
    const by = index.get(wakers.get(id) ?? 0);
    const task = index.get(tid);
    if (ph === "f" && by !== undefined && task !== undefined) wakes.push({ at: ts / 1000, by, task });
  }
  return wakes;
}

function programOf(events: readonly Event[]): string {
  const named = events.find(({ ph, name }) => ph === "M" && name === "process_name")?.args?.name;
  return typeof named === "string" ? named.replace(/^.*[\\/]/, "") : "a program";
}
