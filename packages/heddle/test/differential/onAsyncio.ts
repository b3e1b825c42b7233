import { readFile } from "node:fs/promises";
import type { PyodideAPI } from "pyodide";
import { loadPyodide } from "pyodide";
import type { Entry, Program } from "./program.js";

/** The real asyncio: CPython, compiled to WebAssembly, in this process. */
export interface Asyncio {
  run(program: Program): readonly Entry[];
  /** Runs a piece of Python and returns what its last line gives. */
  evaluate(code: string): unknown;
}

const FILES = ["virtual_loop.py", "vocabulary.py", "interpreter.py"];
/** So often Python is told to collect what it no longer needs: it takes longer than a program. */
const PROGRAMS_PER_COLLECTION = 100;

/** Starts Python, which takes a second or two. It needs no network: all of it is in the npm package. */
export async function startAsyncio(): Promise<Asyncio> {
  const python = await loadPyodide();
  for (const name of FILES) {
    python.FS.writeFile(name, await readFile(new URL(`asyncio/${name}`, import.meta.url), "utf8"));
  }
  const { runProgram, collect } = entryPoints(python);
  let count = 0;
  return {
    run: (program) => {
      if (++count % PROGRAMS_PER_COLLECTION === 0) collect();
      return JSON.parse(runProgram(JSON.stringify(program)));
    },
    evaluate: (code) => python.runPython(code),
  };
}

function entryPoints(python: PyodideAPI): { runProgram: (program: string) => string; collect: () => void } {
  const interpreter = python.pyimport("interpreter");
  return { runProgram: interpreter["run_program"], collect: interpreter["collect"] };
}
