import type { CancelScope, Ready, Task, TaskGroup } from "heddle";
import { isCancelled } from "heddle";
import { AppError, catches, nameOf } from "./errorNames.js";
import type { Calls } from "./heddleApi.js";
import { HeddleObjects } from "./heddleObjects.js";
import type { Block, Program, Statement, Value } from "./program.js";
import type { Due } from "./timing.js";
import { dueIn } from "./timing.js";
import type { Trace } from "./trace.js";

/** A `return` on its way out of the task that it stands in. */
interface Returned {
  readonly value: Value;
}

type Completion = Returned | undefined;
type Doing<D extends Statement["do"]> = Extract<Statement, { do: D }>;

/** Who runs a statement. */
interface Actor {
  readonly name: string;
  readonly ready?: Ready<Value>;
}

export interface HeddleInterpreterOptions {
  /** Called before each statement: for how many turns other tasks go first. Default: none. */
  delay?: () => number;
}

/** Runs one program on Heddle. What it can say is in program.ts; python/interpreter.py is the other half. */
export class HeddleInterpreter {
  readonly #calls: Calls;
  readonly #program: Program;
  readonly #objects: HeddleObjects;
  readonly #trace: Trace;
  readonly #delay: () => number;
  readonly #scopes = new Map<string, CancelScope>();
  readonly #groups = new Map<string, TaskGroup>();
  readonly #tasks = new Map<string, Task<unknown>>();

  constructor(calls: Calls, program: Program, trace: Trace, options: HeddleInterpreterOptions = {}) {
    this.#calls = calls;
    this.#program = program;
    this.#objects = new HeddleObjects(calls, program);
    this.#trace = trace;
    this.#delay = options.delay ?? (() => 0);
  }

  async main(): Promise<void> {
    let handle: CancelScope | undefined;
    await this.#calls.cancelScope(
      async (scope) => {
        handle = scope;
        await this.#body({ name: "main" }, this.#program.main);
      },
      { deadline: this.#program.until },
    );
    if (handle?.cancelCaught === true) this.#trace.note("run", "was ended by its deadline", "run");
  }

  async #body(who: Actor, statements: Block): Promise<void> {
    const note = (what: string): void => this.#trace.note(who.name, what, `task ${who.name}`);
    try {
      const completion = await this.#block(who, statements);
      note(`returned ${show(completion?.value ?? null)}`);
    } catch (error) {
      note(`raised ${nameOf(error)}`);
      throw error;
    }
  }

  /** Statements that need not wait follow each other without a pause, as they do in Trio. */
  async #block(who: Actor, statements: Block): Promise<Completion> {
    for (const statement of statements) {
      for (let turns = this.#delay(); turns > 0; turns--) await null;
      const completion = this.#step(who, statement);
      const returned = completion instanceof Promise ? await completion : completion;
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  #step(who: Actor, statement: Statement): Completion | Promise<Completion> {
    switch (statement.do) {
      case "log":
        return this.#note(who, statement.text);
      case "sleep":
        return this.#wait(who, "sleep", () => this.#calls.sleep(this.#dueIn("sleep", statement.ms)));
      case "forever":
        return this.#wait(who, "sleep for ever", () => this.#calls.sleep(Infinity));
      case "checkpoint":
        return this.#wait(who, "checkpoint", () => this.#calls.checkpoint());
      case "raise":
        throw new AppError(statement.error);
      case "return":
        return { value: statement.value };
      case "scope":
        return this.#scope(who, statement);
      case "cancel":
        return this.#cancel(who, statement.what);
      case "deadline":
        return this.#moveDeadline(who, statement);
      case "shield":
        return this.#raiseShield(who, statement);
      case "look":
        return this.#look(who, statement.scope);
      case "group":
        return this.#group(who, statement);
      case "spawn":
        return this.#spawn(who, statement);
      case "start":
        return this.#start(who, statement);
      case "ready":
        return this.#ready(who, statement.value);
      case "try":
        return this.#try(who, statement);
      case "with":
        return this.#with(who, statement);
      case "call":
        return this.#call(who, statement);
      case "clone":
        return this.#clone(who, statement);
      case "receiveAll":
        return this.#receiveAll(who, statement.on);
    }
  }

  // ── Scopes ────────────────────────────────────────────────────────────────────────────────────────────

  async #scope(who: Actor, statement: Doing<"scope">): Promise<Completion> {
    const { scope: name, body } = statement;
    let handle: CancelScope | undefined;
    let completion: Completion;
    const run = async (scope: CancelScope): Promise<void> => {
      handle = scope;
      this.#scopes.set(name, scope);
      completion = await this.#block(who, body);
    };
    const note = (how: string): void => {
      const cancelled = handle?.cancelled === true ? "cancelled" : "not cancelled";
      this.#trace.note(who.name, `${name} ${how}, ${cancelled}`, `scope ${name}`);
    };
    try {
      await this.#open(statement, run);
    } catch (error) {
      // One that throws something else may have caught a cancellation besides in Trio, where both are in one group.
      note(`raised ${nameOf(error)}${nameOf(error) === "Timeout" && handle?.cancelCaught === true ? ", caught" : ""}`);
      throw error;
    } finally {
      this.#scopes.delete(name);
    }
    note(handle?.cancelCaught === true ? "caught" : "returned");
    return completion;
  }

  #open({ kind, ms, shield }: Doing<"scope">, run: (scope: CancelScope) => Promise<void>): Promise<unknown> {
    const { cancelScope, moveOnAfter, timeout, shield: shielded } = this.#calls;
    const limit = ms === undefined ? Infinity : this.#dueIn("deadline", ms);
    if (kind === "moveOn") return moveOnAfter(limit, run);
    if (kind === "timeout") return timeout(limit, run);
    if (kind === "shield") return shielded(run, { timeout: limit });
    return cancelScope(run, { timeout: limit, shield: shield === true });
  }

  #cancel(who: Actor, what: string): undefined {
    this.#note(who, `cancel ${what}`);
    this.#scopes.get(what)?.cancel();
    this.#groups.get(what)?.cancel();
    this.#tasks.get(what)?.cancel();
  }

  #moveDeadline(who: Actor, { scope: name, ms }: Doing<"deadline">): undefined {
    this.#note(who, `move the deadline of ${name}`);
    const scope = this.#scopes.get(name);
    if (scope === undefined) return;
    try {
      scope.deadline = Math.max(0, this.#calls.now() + this.#dueIn("deadline", ms));
    } catch (error) {
      // It was left a moment ago, and its task has not gone on yet.
      if (nameOf(error) !== "Misuse") throw error;
    }
  }

  #raiseShield(who: Actor, { scope: name, on }: Doing<"shield">): undefined {
    this.#note(who, `${on ? "raise" : "lower"} the shield of ${name}`);
    const scope = this.#scopes.get(name);
    if (scope !== undefined) scope.shield = on;
  }

  #look(who: Actor, name: string): undefined {
    const scope = this.#scopes.get(name);
    const seen =
      scope === undefined
        ? "not open"
        : `${scope.cancelled ? "cancelled" : "not cancelled"}, ${scope.shield ? "shielded" : "not shielded"}`;
    this.#note(who, `${name} is ${seen}`);
  }

  // ── Groups ────────────────────────────────────────────────────────────────────────────────────────────

  async #group(who: Actor, { group: name, body }: Doing<"group">): Promise<Completion> {
    let completion: Completion;
    const note = (what: string): void => this.#trace.note(who.name, `${name} ${what}`, `group ${name}`);
    try {
      await this.#calls.taskGroup(
        async (group) => {
          this.#groups.set(name, group);
          completion = await this.#block(who, body);
        },
        { name },
      );
    } catch (error) {
      note(`raised ${nameOf(error)}`);
      throw error;
    }
    note(`returned, ${this.#groups.get(name)?.cancelled === true ? "cancelled" : "not cancelled"}`);
    return completion;
  }

  #spawn(who: Actor, { group, task: name, body }: Doing<"spawn" | "start">): undefined {
    if (!this.#groups.has(group)) return this.#note(who, `${group} is not open`);
    try {
      const task = this.#groups.get(group)?.createTask(() => this.#body({ name }, body), { name });
      if (task !== undefined) this.#tasks.set(name, task);
    } catch (error) {
      this.#note(who, `spawn ${name}: raised ${nameOf(error)}`);
    }
  }

  #start(who: Actor, { group: on, task: name, body }: Doing<"spawn" | "start">): undefined | Promise<undefined> {
    const group = this.#groups.get(on);
    if (group === undefined) return this.#note(who, `${on} is not open`);
    const start = () => group.start<Value>((ready) => this.#body({ name, ready }, body), { name });
    return this.#wait(who, `start ${name}`, start, true);
  }

  #ready(who: Actor, value: Value): undefined {
    try {
      who.ready?.(value);
      this.#note(who, `ready ${show(value)}`);
    } catch (error) {
      this.#note(who, `ready: raised ${nameOf(error)}`);
    }
  }

  async #try(who: Actor, statement: Doing<"try">): Promise<Completion> {
    try {
      return await this.#block(who, statement.body);
    } catch (error) {
      if (!catches(statement.catch, error)) throw error;
      this.#note(who, `caught ${nameOf(error)}`);
      const completion = await this.#block(who, statement.handler ?? []);
      if (statement.rethrow === true) throw error;
      return completion;
    } finally {
      await this.#block(who, statement.finally ?? []);
    }
  }

  // ── Primitives ────────────────────────────────────────────────────────────────────────────────────────

  async #with(who: Actor, { on, body }: Doing<"with">): Promise<Completion> {
    let guard: { release(): void } | undefined;
    await this.#wait(who, `${on}.acquire`, async () => {
      guard = await this.#objects.acquire(on);
    });
    try {
      return await this.#block(who, body);
    } finally {
      guard?.release();
    }
  }

  #call(who: Actor, { on, method, value = null, lenient }: Doing<"call">): undefined | Promise<undefined> {
    const name = `${on}.${method}`;
    const call = this.#objects.method(on, method);
    if (call === undefined) return this.#note(who, `${on} is not there`);
    let result: unknown;
    try {
      result = call(value);
    } catch (error) {
      this.#note(who, `${name}: raised ${nameOf(error)}`);
      if (lenient !== true) throw error;
      return undefined;
    }
    if (!(result instanceof Promise))
      return this.#note(who, `${name}${result === undefined ? "" : ` = ${show(result)}`}`);
    const waiting = this.#wait(who, name, () => result as Promise<unknown>, true);
    return lenient === true ? waiting.catch(unlessCancelled) : waiting;
  }

  #clone(who: Actor, { on, as }: Doing<"clone">): undefined {
    try {
      this.#note(who, this.#objects.clone(on, as) ? `cloned ${on}` : `${on} is not there`);
    } catch (error) {
      this.#note(who, `clone ${on}: raised ${nameOf(error)}`);
    }
  }

  async #receiveAll(who: Actor, on: string): Promise<undefined> {
    const receiver = this.#objects.receiver(on);
    if (receiver === undefined) return this.#note(who, `${on} is not there`);
    try {
      for await (const item of receiver) this.#note(who, `${on}: received ${show(item)}`);
      this.#note(who, `${on}: came to its end`);
    } catch (error) {
      this.#note(who, `${on}: raised ${nameOf(error)}`);
      throw error;
    }
  }

  // ── Helpers ───────────────────────────────────────────────────────────────────────────────────────────

  /** Waits, and notes how that ended; `withValue` also what came of it. */
  async #wait(who: Actor, doing: string, work: () => Promise<unknown>, withValue = false): Promise<undefined> {
    let value: unknown;
    try {
      value = await work();
    } catch (error) {
      this.#note(who, `${doing}: raised ${nameOf(error)}`);
      throw error;
    }
    this.#note(who, `${doing}${withValue && value !== undefined ? ` = ${show(value)}` : ""}`);
  }

  #note(who: Actor, what: string): undefined {
    this.#trace.note(who.name, what);
  }

  #dueIn(what: Due["what"], ms: number): number {
    return dueIn(this.#program, { now: this.#calls.now(), ms, what });
  }
}

function show(value: unknown): string {
  return JSON.stringify(value);
}

function unlessCancelled(error: unknown): undefined {
  if (isCancelled(error)) throw error;
}
