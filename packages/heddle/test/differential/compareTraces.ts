import { brief, printProgram } from "./printProgram.js";
import type { Entry, Program } from "./program.js";

/**
 * The parts of a trace in which order counts: what each task went through, at which moments; and for each waiting line
 * (`queue.get`) who of those that had to wait was served, in which order. In between, what happens at one moment may happen in any order.
 */
export function views(trace: readonly Entry[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const add = (view: string, line: string): void => {
    const lines = found.get(view) ?? [];
    found.set(view, lines);
    lines.push(line);
  };
  for (const { t, who, what, key, report } of trace) {
    // When asyncio finds out that nobody has awaited an error is a matter of its garbage collection.
    if (report === true) continue;
    add(who, `${t} ${what}`);
    if (key !== undefined) add(`the line of ${key}`, `${t} ${who} ${what}`);
  }
  return found;
}

/** Undefined when the two traces agree, else a report for people: the program, and both sides beside each other. */
export function compareTraces(
  program: Program,
  asyncio: readonly Entry[],
  heddle: readonly Entry[],
): string | undefined {
  const left = views(asyncio);
  const right = views(heddle);
  const different = [...new Set([...left.keys(), ...right.keys()])].filter((view) => {
    return JSON.stringify(left.get(view)) !== JSON.stringify(right.get(view));
  });
  if (different.length === 0) return undefined;
  const tables = different.map((view) => `${view}:\n${sideBySide(left.get(view) ?? [], right.get(view) ?? [])}`);
  return [
    "asyncio and Heddle disagree on this program:",
    "",
    printProgram(program),
    "",
    ...tables,
    "",
    "everything, in its order:",
    sideBySide(printTrace(asyncio), printTrace(heddle)),
  ].join("\n");
}

/** The trace as lines: `12 consumer: queue.get = 3`. */
export function printTrace(trace: readonly Entry[]): string[] {
  return trace.map(({ t, who, what }) => `${brief(t)} ${who}: ${what}`);
}

function sideBySide(left: readonly string[], right: readonly string[]): string {
  const width = Math.max("asyncio".length, ...left.map(({ length }) => length));
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const [a = "", b = ""] = [left[index], right[index]];
    return `  ${a === b ? " " : "≠"} ${a.padEnd(width)} | ${b}`;
  });
  return [`    ${"asyncio".padEnd(width)} | Heddle`, ...rows].join("\n");
}
