import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/heddle.cjs", import.meta.url));

export interface Ended {
  code: number | null;
  /** The signal that ended the process, if one did. */
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts the real command, as a user's shell does. Whoever calls reads its output. */
export function startHeddle(...args: string[]): ChildProcessWithoutNullStreams {
  return start([BIN, ...args]);
}

/** The same, in a process that dies when its objects and strings need more than so many megabytes. */
export function startHeddleWithin(megabytes: number, ...args: string[]): ChildProcessWithoutNullStreams {
  return start([`--max-old-space-size=${megabytes}`, BIN, ...args]);
}

function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, args);
  // One that ends before it has read all its input is no failure of the test.
  child.stdin.on("error", () => {});
  return child;
}

/** Runs the real command to its end. */
export async function heddle(args: string[], options: { stdin?: string | Uint8Array } = {}): Promise<Ended> {
  const child = startHeddle(...args);
  child.stdin.end(options.stdin ?? "");
  return ended(child);
}

/** Reads all that the process still says, and waits for its end. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

export type Line = Record<string, unknown>;

/** The records on an output of NDJSON. Every line must be whole. */
export function records(output: string): Line[] {
  if (output === "") return [];
  if (!output.endsWith("\n")) throw new Error(`The last line is cut off: ${output.slice(-80)}`);
  return output
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}
