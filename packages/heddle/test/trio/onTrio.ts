import type { ChildProcessByStdio } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Entry, Program } from "./program.js";

/** The real Trio, in a process of its own. */
export interface Trio {
  /** Runs a program once for each seed. Seed 0 is Trio as it is; with the others tasks take turns in other orders. */
  run(program: Program, seeds: readonly number[]): Promise<readonly Trace[]>;
  /** Runs a program on Trio as it is, also where Heddle has decided otherwise. */
  runRaw(program: Program): Promise<Trace>;
  end(): void;
}

export type Trace = readonly Entry[];

const INTERPRETER = fileURLToPath(new URL("python/interpreter.py", import.meta.url));

/** A Python that has Trio; undefined where there is none. `HEDDLE_PYTHON` names another one than the system's. */
export function findPython(): string | undefined {
  const candidates = [process.env["HEDDLE_PYTHON"], "python3", "/usr/bin/python3"];
  return candidates.find((python) => python !== undefined && spawnSync(python, ["-c", "import trio"]).status === 0);
}

/** Runs a piece of Python and returns what it prints, which is JSON. */
export function evaluate(python: string, code: string): unknown {
  const { stdout, stderr } = spawnSync(python, ["-c", code], { encoding: "utf8" });
  if (stdout === "") throw new Error(`Cannot evaluate Python as it printed nothing: received ${stderr}`);
  return JSON.parse(stdout);
}

export function startTrio(python: string): Trio {
  const child = spawn(python, [INTERPRETER], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = answersOf(child);
  const ask = async (request: { program: Program; seeds: readonly number[]; raw: boolean }): Promise<Trace[]> => {
    const answer = answers.next();
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await answer) as Trace[];
  };
  return {
    run: (program, seeds) => ask({ program, seeds, raw: false }),
    runRaw: async (program) => (await ask({ program, seeds: [0], raw: true }))[0] as Trace,
    end: () => child.stdin.end(),
  };
}

/** The lines that the child prints, each for the one who has waited longest. */
function answersOf(child: ChildProcessByStdio<Writable, Readable, null>): { next(): Promise<string> } {
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  let gone: Error | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(line));
  // Writing to a Python that has ended is an error of its own; the end is what has to be told.
  child.stdin.on("error", () => {});
  child.on("exit", (code) => {
    gone = new Error(`Cannot get an answer as Python has ended: received status ${code}`);
    for (const each of waiting.splice(0)) each.reject(gone);
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (gone === undefined) waiting.push({ resolve, reject });
        else reject(gone);
      }),
  };
}
