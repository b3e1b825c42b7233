import type { CancelScope, Task, TaskGroup, WaitResult } from "heddle";
import {
  asCompleted,
  CancelledError,
  createTask,
  currentTask,
  gather,
  isCancelled,
  shield,
  sleep,
  taskGroup,
  timeout,
  wait,
} from "heddle";
import { AppError, matches, nameOf } from "./errorNames.js";
import { HeddleCalls } from "./heddleCalls.js";
import type { Makers } from "./heddlePrimitives.js";
import type { Block, Child, Program, Statement, Value } from "./program.js";
import type { Trace } from "./trace.js";

/** A `return` on its way out of the body that it stands in. */
interface Returned {
  readonly value: Value;
}

type Completion = Returned | undefined;
type Doing<D extends Statement["do"]> = Extract<Statement, { do: D }>;

/** Runs one program on Heddle. What it can say is in program.ts; asyncio/interpreter.py is the other half. */
export class HeddleInterpreter {
  readonly #program: Program;
  readonly #calls: HeddleCalls;
  readonly #trace: Trace;
  readonly #tasks = new Map<string, Task<unknown>>();
  /** How functions that were handed to `gather()` and its friends have ended: their tasks are not the caller's. */
  readonly #ends = new Map<string, string>();
  readonly #groups = new Map<string, TaskGroup>();
  readonly #timeouts = new Map<string | undefined, CancelScope>();

  constructor(program: Program, primitives: Makers, trace: Trace) {
    this.#program = program;
    this.#trace = trace;
    this.#calls = new HeddleCalls(program, primitives, trace);
  }

  async main(): Promise<Value> {
    this.#thisTaskIs("main");
    return this.#body("main", this.#program.main);
  }

  cancelMain(): void {
    this.#tasks.get("main")?.cancel();
  }

  /** Notes how each task has ended. */
  noteStates(): void {
    for (const name of [...this.#tasks.keys()].sort()) this.#trace.note("run", `${name}: ${this.#stateOf(name)}`);
  }

  async #body(who: string, statements: Block): Promise<Value> {
    try {
      const value = (await this.#block(who, statements))?.value ?? null;
      this.#trace.note(who, `returned ${JSON.stringify(value)}`);
      return value;
    } catch (error) {
      this.#trace.note(who, `raised ${nameOf(error)}`);
      throw error;
    }
  }

  /** Statements that need not wait follow each other without a pause, as they do in asyncio. */
  async #block(who: string, statements: Block, caught?: unknown): Promise<Completion> {
    for (const statement of statements) {
      const completion = this.#step(who, statement, caught);
      const returned = completion instanceof Promise ? await completion : completion;
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  #step(who: string, statement: Statement, caught: unknown): Completion | Promise<Completion> {
    switch (statement.do) {
      case "log":
        return this.#trace.note(who, statement.text) as undefined;
      case "set":
        return this.#calls.set(statement);
      case "sleep":
        return this.#trace.during(who, "sleep", () => sleep(statement.ms)) as Promise<undefined>;
      case "raise":
        throw statement.error === "Cancelled" ? new CancelledError() : new AppError(statement.error);
      case "reraise":
        throw caught;
      case "return":
        return { value: statement.value };
      case "try":
        return this.#try(who, statement, caught);
      case "spawn":
        return this.#spawn(who, statement);
      case "await":
        return this.#await(who, statement.task);
      case "cancel":
        return this.#cancel(who, statement);
      case "look":
        return this.#trace.note(who, `${statement.task}: ${this.#stateOf(statement.task)}`) as undefined;
      case "wait":
        return this.#wait(who, statement);
      case "asCompleted":
        return this.#asCompleted(who, statement);
      case "gather":
        return this.#gather(who, statement);
      case "group":
        return this.#group(who, statement, caught);
      case "timeout":
        return this.#timeout(who, statement, caught);
      case "reschedule":
        (this.#timeouts.get(statement.timeout) as CancelScope).deadline = statement.at;
        return undefined;
      case "waitFor":
        return this.#waitFor(who, statement);
      case "shield":
        return this.#shield(who, statement);
      case "call":
        return this.#calls.call(who, statement);
      case "with":
        return this.#with(who, statement, caught);
      case "waitUntil":
        return this.#calls.waitUntil(who, statement);
    }
  }

  async #try(who: string, statement: Doing<"try">, caught: unknown): Promise<Completion> {
    try {
      return await this.#block(who, statement.body, caught);
    } catch (error) {
      const name = nameOf(error);
      if (!matches(name, statement.errors ?? [])) throw error;
      this.#trace.note(who, `caught ${name}`);
      return await this.#block(who, statement.handler ?? [], error);
    } finally {
      if (statement.finally !== undefined) await this.#block(who, statement.finally, caught);
    }
  }

  // ── Tasks ─────────────────────────────────────────────────────────────────────────────────────────────

  #spawn(who: string, statement: Doing<"spawn">): undefined {
    const { task: name, body, group } = statement;
    const fn = (): Promise<Value> => this.#body(name, body);
    try {
      const task = group === undefined ? createTask(fn, { name }) : this.#groups.get(group)?.createTask(fn, { name });
      this.#tasks.set(name, task as Task<unknown>);
    } catch (error) {
      if (statement.lenient !== true) throw error;
      this.#trace.note(who, `spawn ${name}: raised ${nameOf(error)}`);
    }
    return undefined;
  }

  async #await(who: string, name: string): Promise<undefined> {
    await this.#trace.awaiting(who, `await ${name}`, () => this.#task(name), { done: equals });
  }

  #cancel(who: string, { task: name, answer }: Doing<"cancel">): undefined {
    const result = this.#tasks.get(name)?.cancel() ?? false;
    if (answer === true) this.#trace.note(who, `cancel ${name} = ${result}`);
    return undefined;
  }

  async #wait(who: string, { tasks: names, until, ms, quiet }: Doing<"wait">): Promise<undefined> {
    const tasks = names.flatMap((name) => (name === who ? [] : (this.#tasks.get(name) ?? [])));
    if (quiet === true && tasks.length === 0) return;
    const waiting = (): Promise<WaitResult<Task<unknown>>> =>
      wait(tasks, { returnWhen: until, ...(ms === undefined ? {} : { timeout: ms }) });
    const named = (some: ReadonlySet<Task<unknown>>): string => [...some].map(({ name }) => name).join(", ");
    await this.#trace.awaiting(who, "wait", waiting, {
      done: ({ done, pending }) => (quiet === true ? "" : `: done [${named(done)}], pending [${named(pending)}]`),
    });
  }

  async #asCompleted(who: string, { children, atMost = Infinity }: Doing<"asCompleted">): Promise<undefined> {
    let left = atMost;
    for await (const { index } of asCompleted(children.map((child) => this.#job(child)))) {
      this.#trace.note(who, `completed ${children[index]?.task}`);
      if (--left === 0) break;
    }
  }

  // ── Tasks that belong together ────────────────────────────────────────────────────────────────────────

  async #group(who: string, statement: Doing<"group">, caught: unknown): Promise<Completion> {
    const { group: name, body } = statement;
    const group = (): Promise<Completion> =>
      taskGroup((handle) => {
        this.#groups.set(name, handle);
        return this.#block(who, body, caught);
      });
    return this.#trace.awaiting(who, `group ${name}`, group);
  }

  async #gather(who: string, { children, settle }: Doing<"gather">): Promise<undefined> {
    const things = children.map((child) => this.#job(child));
    const work = async (): Promise<string[]> => {
      if (!settle) return (await gather(things)).map(show);
      return (await gather(things, { settle: true })).map(showSettled);
    };
    await this.#trace.awaiting(who, "gather", work, { done: (shown) => ` = [${shown.join(", ")}]` });
  }

  /** A running task as it is; a child as a function that knows its task when it has started. */
  #job({ task: name, body }: Child): Task<Value> | (() => Promise<Value>) {
    if (body === undefined) return this.#task(name);
    return async () => {
      this.#thisTaskIs(name);
      this.#ends.set(name, "not done");
      try {
        const value = await this.#body(name, body);
        this.#ends.set(name, `returned ${show(value)}`);
        return value;
      } catch (error) {
        this.#ends.set(name, isCancelled(error) ? "cancelled" : `raised ${nameOf(error)}`);
        throw error;
      }
    };
  }

  // ── Time ──────────────────────────────────────────────────────────────────────────────────────────────

  async #timeout(who: string, { ms, name, body }: Doing<"timeout">, caught: unknown): Promise<Completion> {
    const limited = (): Promise<Completion> =>
      timeout(ms, (scope) => {
        this.#timeouts.set(name, scope);
        return this.#block(who, body, caught);
      });
    return this.#trace.awaiting(who, `timeout ${name ?? ""}`.trim(), limited);
  }

  async #waitFor(who: string, { ms, task: name, body }: Doing<"waitFor">): Promise<undefined> {
    const limited = (): Promise<Value> =>
      timeout(ms, () => (body === undefined ? this.#task(name) : this.#body(name, body)));
    await this.#trace.awaiting(who, `wait for ${name}`, limited, { done: equals });
  }

  async #shield(who: string, { task: name, body }: Doing<"shield">): Promise<undefined> {
    const shielded = (): Promise<Value> => shield(() => this.#body(name, body));
    await this.#trace.awaiting(who, `shield ${name}`, shielded, { done: equals });
  }

  async #with(who: string, { on, body }: Doing<"with">, caught: unknown): Promise<Completion> {
    const guard = await this.#calls.acquire(who, on);
    try {
      return await this.#block(who, body, caught);
    } finally {
      guard[Symbol.dispose]();
    }
  }

  // ── Helpers ───────────────────────────────────────────────────────────────────────────────────────────

  #stateOf(name: string): string {
    return this.#ends.get(name) ?? stateOf(this.#tasks.get(name));
  }

  #thisTaskIs(name: string): void {
    this.#tasks.set(name, currentTask() as Task<unknown>);
  }

  #task(name: string): Task<Value> {
    return this.#tasks.get(name) as Task<Value>;
  }
}

function stateOf(task: Task<unknown> | undefined): string {
  if (task === undefined) return "not there";
  if (!task.done) return "not done";
  if (task.state === "cancelled") return "cancelled";
  return task.state === "succeeded" ? `returned ${show(task.result)}` : `raised ${nameOf(task.error)}`;
}

function showSettled(result: PromiseSettledResult<Value>): string {
  return result.status === "fulfilled" ? show(result.value) : nameOf(result.reason);
}

function equals(value: unknown): string {
  return ` = ${show(value)}`;
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
