import type { Block, Child, Kind, Made, Program, Statement, Value } from "./program.js";

// Short words for writing programs. Those that would hide a global or a keyword have longer names.

export function program(objects: Readonly<Record<string, Made>>, ...main: Block): Program {
  return { objects, main };
}

/** A program without primitives. */
export function tasks(...main: Block): Program {
  return { objects: {}, main };
}

export function make(kind: Kind, size?: number): Made {
  return size === undefined ? { kind } : { kind, size };
}

export function log(text: string): Statement {
  return { do: "log", text };
}

export function set(variable: string, value: number): Statement {
  return { do: "set", variable, value };
}

export function sleep(ms: number): Statement {
  return { do: "sleep", ms };
}

/** Raises an error of the program's own. */
export function fail(error: string): Statement {
  return { do: "raise", error };
}

export function raiseAgain(): Statement {
  return { do: "reraise" };
}

export function give(value: Value): Statement {
  return { do: "return", value };
}

export function attempt(body: Block, errors: readonly string[], handler: Block = []): Statement {
  return { do: "try", body, errors, handler };
}

export function lastly(body: Block, end: Block): Statement {
  return { do: "try", body, finally: end };
}

export function spawn(task: string, ...body: Block): Statement {
  return { do: "spawn", task, body };
}

export function spawnIn(group: string, task: string, ...body: Block): Statement {
  return { do: "spawn", task, body, group };
}

export function waitForTask(task: string): Statement {
  return { do: "await", task };
}

export function cancel(task: string): Statement {
  return { do: "cancel", task };
}

export function cancelAnswer(task: string): Statement {
  return { do: "cancel", task, answer: true };
}

export function look(task: string): Statement {
  return { do: "look", task };
}

export function waitAll(tasks: readonly string[], until: "all" | "first" | "firstError", ms?: number): Statement {
  return ms === undefined ? { do: "wait", tasks, until } : { do: "wait", tasks, until, ms };
}

export function child(task: string, ...body: Block): Child {
  return { task, body };
}

/** A task that runs already, where a child could be. */
export function running(task: string): Child {
  return { task };
}

export function asCompleted(children: readonly Child[], atMost?: number): Statement {
  return atMost === undefined ? { do: "asCompleted", children } : { do: "asCompleted", children, atMost };
}

export function gather(...children: readonly Child[]): Statement {
  return { do: "gather", children, settle: false };
}

export function gatherSettled(...children: readonly Child[]): Statement {
  return { do: "gather", children, settle: true };
}

export function group(name: string, ...body: Block): Statement {
  return { do: "group", group: name, body };
}

export function timeout(ms: number, ...body: Block): Statement {
  return { do: "timeout", ms, body };
}

export function namedTimeout(name: string, ms: number, ...body: Block): Statement {
  return { do: "timeout", name, ms, body };
}

export function reschedule(timeout: string, at: number): Statement {
  return { do: "reschedule", timeout, at };
}

export function waitFor(ms: number, child: Child): Statement {
  return { do: "waitFor", ms, ...child };
}

export function shield(task: string, ...body: Block): Statement {
  return { do: "shield", task, body };
}

/** `call("queue.put", 1)` */
export function call(what: `${string}.${string}`, value?: Value): Statement {
  const [on, method] = what.split(".") as [string, string];
  return value === undefined ? { do: "call", on, method } : { do: "call", on, method, value };
}

export function holding(on: string, ...body: Block): Statement {
  return { do: "with", on, body };
}

export function waitUntil(on: string, variable: string, atLeast: number): Statement {
  return { do: "waitUntil", on, variable, atLeast };
}
