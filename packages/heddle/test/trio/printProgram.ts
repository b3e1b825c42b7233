import type { Block, Made, Program, Statement } from "./program.js";

/** The program as text that reads like Python, for people who have to find out why the two sides disagree. */
export function printProgram({ objects, main, until, crowded }: Program): string {
  const used = JSON.stringify(main);
  const made = Object.entries(objects)
    .filter(([name]) => used.includes(`"${name}`))
    .map(([name, each]) => `${name} = ${describeMade(each)}`);
  return [...made, `main, until ${until}${crowded === true ? ", crowded" : ""}:`, ...indented(main)].join("\n");
}

function describeMade({ kind, size, max }: Made): string {
  return `${kind}(${[size, max].filter((part) => part !== undefined).join(", max ")})`;
}

function indented(block: Block): string[] {
  return (block.length === 0 ? ["pass"] : block.flatMap(lines)).map((line) => `  ${line}`);
}

function lines(statement: Statement): string[] {
  switch (statement.do) {
    case "log":
      return [`log ${statement.text}`];
    case "sleep":
      return [`sleep ${statement.ms}`];
    case "forever":
      return ["sleep for ever"];
    case "checkpoint":
      return ["checkpoint"];
    case "raise":
      return [`raise App(${statement.error})`];
    case "return":
      return [`return ${JSON.stringify(statement.value)}`];
    case "scope": {
      const { kind, scope, ms, shield } = statement;
      const limit = ms === undefined ? "" : ` ${ms}`;
      return [`with ${kind}${limit}${shield === true ? " shielded" : ""} as ${scope}:`, ...indented(statement.body)];
    }
    case "cancel":
      return [`${statement.what}.cancel()`];
    case "deadline":
      return [`${statement.scope}.deadline = now + ${statement.ms}`];
    case "shield":
      return [`${statement.scope}.shield = ${statement.on}`];
    case "look":
      return [`look at ${statement.scope}`];
    case "group":
      return [`with group as ${statement.group}:`, ...indented(statement.body)];
    case "spawn":
    case "start":
      return [`${statement.group}.${statement.do} ${statement.task}:`, ...indented(statement.body)];
    case "ready":
      return [`ready(${JSON.stringify(statement.value)})`];
    case "try":
      return [
        "try:",
        ...indented(statement.body),
        ...(statement.catch === undefined ? [] : [`except ${statement.catch}:`, ...indented(statement.handler ?? [])]),
        ...(statement.rethrow === true ? ["  raise"] : []),
        ...(statement.finally === undefined ? [] : ["finally:", ...indented(statement.finally)]),
      ];
    case "with":
      return [`with ${statement.on}:`, ...indented(statement.body)];
    case "call": {
      const value = statement.value === undefined ? "" : JSON.stringify(statement.value);
      return [`${statement.on}.${statement.method}(${value})${statement.lenient === true ? " if it can" : ""}`];
    }
    case "clone":
      return [`${statement.as} = ${statement.on}.clone()`];
    case "receiveAll":
      return [`for item of ${statement.on}: pass`];
  }
}
