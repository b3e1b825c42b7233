import type { Block, Caught, Made, Program, Statement, Value } from "./program.js";

// Short words for writing programs. Those that would hide a global or a keyword have longer names.

/** Later than anything that happens in a program that was written by hand. */
const UNTIL = 10_000;

export function program(objects: Readonly<Record<string, Made>>, ...main: Block): Program {
  return { objects, main, until: UNTIL };
}

/** A program without primitives. */
export function tasks(...main: Block): Program {
  return program({}, ...main);
}

export function log(text: string): Statement {
  return { do: "log", text };
}

export function sleep(ms: number): Statement {
  return { do: "sleep", ms };
}

export const forEver: Statement = { do: "forever" };

export const checkpoint: Statement = { do: "checkpoint" };

export function fail(error: string): Statement {
  return { do: "raise", error };
}

export function give(value: Value): Statement {
  return { do: "return", value };
}

export interface ScopeWords {
  readonly ms?: number;
  readonly shield?: boolean;
}

export function scope(name: string, words: ScopeWords, ...body: Block): Statement {
  return { do: "scope", scope: name, kind: "scope", ...words, body };
}

export function moveOn(name: string, ms: number, ...body: Block): Statement {
  return { do: "scope", scope: name, kind: "moveOn", ms, body };
}

export function timeout(name: string, ms: number, ...body: Block): Statement {
  return { do: "scope", scope: name, kind: "timeout", ms, body };
}

/** Clean-up that has to wait. */
export function shielded(name: string, ms: number, ...body: Block): Statement {
  return { do: "scope", scope: name, kind: "shield", ms, body };
}

export function cancel(what: string): Statement {
  return { do: "cancel", what };
}

export function deadline(scope: string, ms: number): Statement {
  return { do: "deadline", scope, ms };
}

export function shield(scope: string, on: boolean): Statement {
  return { do: "shield", scope, on };
}

export function look(scope: string): Statement {
  return { do: "look", scope };
}

export function group(name: string, ...body: Block): Statement {
  return { do: "group", group: name, body };
}

/** `spawn("group.task", …)` */
export function spawn(what: `${string}.${string}`, ...body: Block): Statement {
  const [group, task] = what.split(".") as [string, string];
  return { do: "spawn", group, task, body };
}

export function start(what: `${string}.${string}`, ...body: Block): Statement {
  return { ...spawn(what, ...body), do: "start" } as Statement;
}

export function ready(value: Value): Statement {
  return { do: "ready", value };
}

export function attempt(body: Block, caught: Caught, handler: Block = []): Statement {
  return { do: "try", body, catch: caught, handler };
}

export function attemptAndRethrow(body: Block, caught: Caught, handler: Block): Statement {
  return { do: "try", body, catch: caught, handler, rethrow: true };
}

export function lastly(body: Block, end: Block): Statement {
  return { do: "try", body, finally: end };
}

export function holding(on: string, ...body: Block): Statement {
  return { do: "with", on, body };
}

/** `call("event.wait")`, `call("channel.send.send", 1)` */
export function call(what: `${string}.${string}`, value?: Value): Statement {
  const at = what.lastIndexOf(".");
  const names = { on: what.slice(0, at), method: what.slice(at + 1) };
  return { do: "call", ...names, ...(value === undefined ? {} : { value }) };
}

export function clone(on: string, as: string): Statement {
  return { do: "clone", on, as };
}

export function receiveAll(on: string): Statement {
  return { do: "receiveAll", on };
}
