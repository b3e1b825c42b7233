import { closeSync, openSync, writeFileSync } from "node:fs";
import { chromeEvents } from "./chromeTrace.js";
import type { RecorderOptions } from "./recorder.js";
import { Recorder } from "./recorder.js";

/** So many events are written at a time. */
const CHUNK = 2000;

/**
 * Records what all tasks do, and writes it into `file` when the returned function is called, in the trace format of Chrome and
 * Perfetto; or when the process ends before that, by `process.exit()`, an error that nobody catches, or as nothing is left to do.
 * The file is opened at once: one that cannot be written is an error now, not after hours.
 */
export function startTrace(file: string, options: RecorderOptions = {}): () => void {
  const descriptor = openSync(file, "w");
  const recorder = new Recorder(options);
  recorder.start();
  let written = false;
  const write = (): void => {
    if (written) return;
    written = true;
    process.off("exit", atExit);
    const end = performance.now();
    recorder.stop();
    try {
      writeTrace(descriptor, recorder, end);
    } finally {
      closeSync(descriptor);
    }
  };
  // An error that is thrown there would become the program's exit code.
  const atExit = (): void => {
    try {
      write();
    } catch (error) {
      console.error(`heddle: cannot write the trace ${JSON.stringify(file)}:`, error);
    }
  };
  process.on("exit", atExit);
  return write;
}

function writeTrace(descriptor: number, recorder: Recorder, end: number): void {
  const other = { source: "heddle", version: 1, events: recorder.log.size, dropped: recorder.log.dropped };
  writeFileSync(descriptor, `{"displayTimeUnit":"ms","otherData":${JSON.stringify(other)},"traceEvents":[\n`);
  let lines: string[] = [];
  let first = true;
  const flush = (): void => {
    if (lines.length === 0) return;
    writeFileSync(descriptor, `${first ? "" : ",\n"}${lines.join(",\n")}`);
    first = false;
    lines = [];
  };
  for (const event of chromeEvents(recorder, end)) if (lines.push(JSON.stringify(event)) === CHUNK) flush();
  flush();
  writeFileSync(descriptor, "\n]}\n");
}
