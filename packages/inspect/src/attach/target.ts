import { readFileSync, readlinkSync } from "node:fs";
import { CannotAttachError } from "../errors.js";
import { isStopped, isZombie } from "./hindrance.js";

/** The signal that starts Node's inspector, in the mask of `/proc/PID/status`. */
const SIGUSR1_BIT = 1n << 9n;

/**
 * Makes sure that a process is there, is ours, and is a Node program that listens for the signal: sent to another program
 * the signal would end it.
 *
 * @throws CannotAttachError
 */
export function checkTarget(pid: number): void {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EPERM") throw notPermitted(pid);
    throw new CannotAttachError("no such process", `Cannot look at process ${pid} as there is none of that number`);
  }
  if (pid === process.pid) {
    throw new CannotAttachError("not permitted", `Cannot look at process ${pid} as that is the one that looks`);
  }
  if (process.platform !== "linux") return;
  checkNetwork(pid);
  const status = readStatus(pid);
  if (isZombie(status)) {
    throw new CannotAttachError(
      "no such process",
      `Cannot look at process ${pid} as it has ended; only its parent has not asked yet how`,
    );
  }
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  const program = programOf(pid, status);
  if (!isRuntime(program)) {
    const known = program === undefined ? "" : `: received ${JSON.stringify(program)}`;
    throw new CannotAttachError("not a Node program", `Cannot look at process ${pid} as it is no Node program${known}`);
  }
  if (isStopped(status)) {
    throw new CannotAttachError(
      "no answer",
      `Cannot look at process ${pid} as it is stopped, by Ctrl+Z, SIGSTOP or a debugger: "kill -CONT ${pid}" lets it go on`,
    );
  }
  if (caught !== undefined && (BigInt(`0x${caught}`) & SIGUSR1_BIT) === 0n) {
    throw new CannotAttachError(
      "no inspector",
      `Cannot look at process ${pid} as it does not listen for SIGUSR1, which starts Node's inspector: it has just begun, or ` +
        'is Bun or Deno. There run(main, { dumpOn: "SIGUSR2" }) shows the tasks',
    );
  }
}

/** The inspector of a program that has a network of its own would open where we cannot come in, nor close it again. */
function checkNetwork(pid: number): void {
  try {
    if (readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync("/proc/self/ns/net")) return;
  } catch {
    // That is not ours to know; what comes says why.
    return;
  }
  throw new CannotAttachError(
    "no inspector",
    `Cannot look at process ${pid} as it has a network of its own, as in a container: run heddle in there, where the process ` +
      `has the number ${innerPid(pid)}`,
  );
}

/** The number that a process has where it runs. */
function innerPid(pid: number): string {
  return /^NSpid:.*\s(\d+)$/m.exec(readStatus(pid))?.[1] ?? "that ps tells";
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    throw new CannotAttachError("no such process", `Cannot look at process ${pid} as it has just ended`);
  }
}

/** The name of the file that runs, or of the command where that is hidden from us. */
function programOf(pid: number, status: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/^.*\//, "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") throw notPermitted(pid);
    return /^Name:\s*(.*)$/m.exec(status)?.[1];
  }
}

function isRuntime(program: string | undefined): boolean {
  return program !== undefined && /^(node|nodejs|electron|bun|deno)\b|MainThread/i.test(program);
}

function notPermitted(pid: number): CannotAttachError {
  return new CannotAttachError(
    "not permitted",
    `Cannot look at process ${pid} as it belongs to somebody else: it takes the same user, or root`,
  );
}

/** Asks Node to start its inspector. */
export function askForInspector(pid: number): void {
  if (process.platform !== "win32") {
    process.kill(pid, "SIGUSR1");
    return;
  }
  // Windows has no such signal; Node itself knows how to do it there.
  (process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid);
}
