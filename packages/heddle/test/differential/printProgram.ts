import type { Block, Child, Program, Statement, Value } from "./program.js";

/** The program as text that reads like Python, for people who have to find out why the two sides disagree. */
export function printProgram({ objects, main }: Program): string {
  const used = JSON.stringify(main);
  const made = Object.entries(objects)
    .filter(([name]) => used.includes(JSON.stringify(name)))
    .map(([name, { kind, size }]) => `${name} = ${kind}(${size ?? ""})`);
  return [...made, "main:", ...indented(main)].join("\n");
}

function indented(block: Block): string[] {
  return (block.length === 0 ? ["pass"] : block.flatMap(lines)).map((line) => `  ${line}`);
}

function lines(statement: Statement): string[] {
  switch (statement.do) {
    case "log":
      return [`log ${statement.text}`];
    case "set":
      return [`${statement.variable} = ${statement.value}`];
    case "sleep":
      return [`sleep ${brief(statement.ms)}`];
    case "raise":
      return [`raise ${statement.error}`];
    case "reraise":
      return ["raise"];
    case "return":
      return [`return ${show(statement.value)}`];
    case "try":
      return [
        "try:",
        ...indented(statement.body),
        ...(statement.errors === undefined ? [] : [`except ${statement.errors.join(", ")}:`]),
        ...(statement.errors === undefined ? [] : indented(statement.handler ?? [])),
        ...(statement.finally === undefined ? [] : ["finally:", ...indented(statement.finally)]),
      ];
    case "spawn":
      return [
        `${statement.group === undefined ? "spawn" : `${statement.group}.spawn`} ${statement.task}:`,
        ...indented(statement.body),
      ];
    case "await":
    case "cancel":
    case "look":
      return [`${statement.do} ${statement.task}`];
    case "wait":
      return [`wait until ${statement.until}${limit(statement.ms)} of ${statement.tasks.join(", ")}`];
    case "asCompleted":
      return [
        `as completed${statement.atMost === undefined ? "" : `, ${statement.atMost} of them`}:`,
        ...children(statement.children),
      ];
    case "gather":
      return [`gather${statement.settle ? " settled" : ""}:`, ...children(statement.children)];
    case "group":
      return [`group ${statement.group}:`, ...indented(statement.body)];
    case "timeout":
      return [`timeout ${statement.name ?? ""}${limit(statement.ms)}:`, ...indented(statement.body)];
    case "reschedule":
      return [`${statement.timeout}.deadline = ${brief(statement.at)}`];
    case "waitFor":
      return [`wait for${limit(statement.ms)}:`, ...children([statement])];
    case "shield":
      return ["shield:", ...children([statement])];
    case "call":
      return [`${statement.on}.${statement.method}(${statement.value === undefined ? "" : show(statement.value)})`];
    case "with":
      return [`with ${statement.on}:`, ...indented(statement.body)];
    case "waitUntil":
      return [`${statement.on}.waitUntil ${statement.variable} >= ${statement.atLeast}`];
  }
}

function children(all: readonly Child[]): string[] {
  return all.flatMap(({ task, body }) =>
    (body === undefined ? [task] : [`${task}:`, ...indented(body)]).map((line) => `  ${line}`),
  );
}

function limit(ms: number | undefined): string {
  return ms === undefined ? "" : ` at most ${brief(ms)}`;
}

function show(value: Value): string {
  return JSON.stringify(value);
}

/** Random programs have durations like 3.0009765625, so that no two timers are due at the same moment. */
export function brief(ms: number): string {
  return Number.isInteger(ms) ? String(ms) : `~${ms.toFixed(3)}`;
}
