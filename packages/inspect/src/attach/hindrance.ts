import { readFileSync } from "node:fs";

/** What a thread that waits in its event loop is told to sit in by Linux. */
const EVENT_LOOP = /epoll|poll_schedule/;

/**
 * Why a Node program may not start its inspector though it was asked to, in words, as far as Linux tells: its main thread has to
 * take part in that. Undefined where nothing is known.
 */
export function hindranceOf(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  const state = /^State:\s*(\w)/m.exec(read(`/proc/${pid}/status`))?.[1];
  if (state === "R") {
    return "it computes, in code that cannot be interrupted for a look, such as JSON.parse() or a synchronous zlib call";
  }
  if (state === "D") return "it waits for a disk or a file system that does not answer";
  // A program that waits for a child in execSync() does so in an event loop of its own.
  const [child] = read(`/proc/${pid}/task/${pid}/children`).split(" ");
  if (child !== undefined && child !== "") {
    const name = read(`/proc/${child}/comm`).trim();
    return `it may wait for its child process ${child} (${name}), as execSync() and spawnSync() do`;
  }
  const call = read(`/proc/${pid}/wchan`).trim();
  if (call === "" || call === "0" || EVENT_LOOP.test(call)) return undefined;
  return `it sits in a synchronous call of the system (${call}), such as readFileSync() of a pipe, or Atomics.wait()`;
}

/** Whether a process is stopped, by a signal or a debugger: then it cannot answer. */
export function isStopped(status: string): boolean {
  return /^State:\s*[Tt]\b/m.test(status);
}

/** Whether only the entry of a process is left. */
export function isZombie(status: string): boolean {
  return /^State:\s*[ZX]\b/m.test(status);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
