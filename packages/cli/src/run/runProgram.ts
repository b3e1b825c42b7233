import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Future, shield } from "heddle";
import { CannotReadError, CannotWriteError, systemReason } from "../errors.js";
import { programFile } from "./programFile.js";
import type { RunFlags } from "./runFlags.js";

/** Signals that a terminal sends to the whole group: the program gets them itself, and we wait for its end. */
const PASSED_ON: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** `heddle run`. Returns the exit code of the program. */
export async function runProgram(file: string, args: readonly string[], flags: RunFlags): Promise<number> {
  const imports = (flags.import ?? []).flatMap((module) => ["--import", module]);
  const path = programFile(file, [...imports, process.env["NODE_OPTIONS"] ?? ""].join(" "));
  const preload = flags.trace === undefined ? [] : ["--import", preloadFor(path)];
  if (flags.trace !== undefined) checkWritable(flags.trace);
  const nodeArgs = ["--inspect-port=0", ...preload, ...imports];
  const debug = [
    ...(flags.debug === true ? ["1"] : []),
    ...(flags.blocked === undefined ? [] : [`blocked=${flags.blocked}`]),
  ];
  const child = spawn(process.execPath, [...nodeArgs, path, ...args], {
    stdio: "inherit",
    env: {
      ...process.env,
      ...(flags.trace === undefined ? {} : { HEDDLE_TRACE: resolve(flags.trace) }),
      ...(debug.length === 0 ? {} : { HEDDLE_DEBUG: debug.join(",") }),
    },
  });
  const ended = new Future<number>();
  child.on("error", (error) => void (ended.done || ended.setError(error)));
  child.on("exit", (code, signal) => ended.setResult(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of PASSED_ON) process.on(signal, passOn);
  try {
    return await shield(() => ended);
  } finally {
    for (const signal of PASSED_ON) process.off(signal, passOn);
  }
}

/** The program itself could say so only in the words of its runtime. */
function checkWritable(file: string): void {
  try {
    closeSync(openSync(file, "a"));
  } catch (error) {
    throw new CannotWriteError(`Cannot write ${JSON.stringify(file)} as ${systemReason(error)}`);
  }
}

/** The recorder belongs to the copy of Heddle that the program uses: that is looked for from where the program is. */
function preloadFor(path: string): string {
  try {
    const door = createRequire(path).resolve("heddle/watch");
    return new URL("./watch/preload.js", pathToFileURL(door)).href;
  } catch {
    throw new CannotReadError(
      `Cannot trace ${JSON.stringify(path)} as no Heddle is installed where it is, or one that cannot be watched yet`,
    );
  }
}
