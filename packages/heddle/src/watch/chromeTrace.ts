import type { Recorder } from "./recorder.js";
import { slicesOf } from "./slices.js";

/** An event of the trace format that Chrome and Perfetto read. Times are in microseconds. */
export interface ChromeEvent {
  readonly ph: "X" | "M" | "s" | "f" | "i";
  readonly name: string;
  readonly pid: number;
  /** The number of the task. */
  readonly tid: number;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: "e";
  readonly s?: "t";
  readonly args?: Readonly<Record<string, string | number>>;
}

/** Code that runs for longer than this without a pause keeps all others waiting, in milliseconds. */
const BLOCKING = 50;
const WORDS = { new: "waits for its turn", ready: "could go on", outside: "awaits a promise from elsewhere" } as const;

/**
 * What was recorded, as events of the trace format: a track for each task, what it did as slices, arrows from who woke whom.
 *
 * @param end the moment at which the recording ended, in milliseconds of `performance.now()`
 */
export function* chromeEvents(recorder: Recorder, end: number): IterableIterator<ChromeEvent> {
  const { started } = recorder;
  const { pid } = process;
  // Slices must not overlap: none is made longer than it was, so that the thousandths of a microsecond count.
  const ts = (ms: number): number => Math.round((ms - started) * 1_000_000) / 1000;
  const { slices, wakes, marks, parents, names: ended } = slicesOf(recorder.log, end);
  const nameOf = (task: number): string | undefined => ended.get(task) ?? recorder.names.get(task);
  yield { ph: "M", name: "process_name", pid, tid: 0, args: { name: process.argv[1] ?? "heddle" } };
  const tracks = new Set([...slices.map(({ task }) => task), ...marks.map(({ task }) => task)]);
  for (const tid of [...tracks].sort((a, b) => a - b)) {
    const args = {
      name: `${nameOf(tid) ?? "task"} #${tid}`,
      task: nameOf(tid) ?? "",
      parent: parents.get(tid) ?? 0,
    };
    yield { ph: "M", name: "thread_name", pid, tid, args };
    yield { ph: "M", name: "thread_sort_index", pid, tid, args: { sort_index: tid } };
  }
  for (const { task, kind, from, to, label = "" } of slices) {
    const cat = kind === "running" && to - from >= BLOCKING ? "blocking" : kind;
    const name = kind === "running" ? cat : kind === "waiting" ? label : WORDS[kind];
    yield { ph: "X", name, cat, pid, tid: task, ts: ts(from), dur: Math.round((ts(to) - ts(from)) * 1000) / 1000 };
  }
  let id = 0;
  for (const { at, by, task } of wakes) {
    id++;
    yield { ph: "s", name: "wakes", cat: "wake", pid, tid: by, ts: ts(at), id };
    yield { ph: "f", bp: "e", name: "wakes", cat: "wake", pid, tid: task, ts: ts(at), id };
  }
  for (const { at, task, what } of marks)
    yield { ph: "i", s: "t", name: what, cat: "mark", pid, tid: task, ts: ts(at) };
}
