import { nameOf } from "./errorNames.js";
import type { Makers } from "./heddlePrimitives.js";
import { METHODS } from "./heddlePrimitives.js";
import type { Made, Program, Statement } from "./program.js";
import type { Trace } from "./trace.js";

type Doing<D extends Statement["do"]> = Extract<Statement, { do: D }>;

/** The primitives of one program on Heddle, and what it does with them. */
export class HeddleCalls {
  readonly #made: Program["objects"];
  readonly #objects: ReadonlyMap<string, object>;
  readonly #trace: Trace;
  readonly #variables = new Map<string, number>();

  constructor({ objects }: Program, primitives: Makers, trace: Trace) {
    this.#made = objects;
    this.#trace = trace;
    this.#objects = new Map(Object.entries(objects).map(([name, { kind, size }]) => [name, primitives[kind](size)]));
  }

  set({ variable, value }: Doing<"set">): undefined {
    this.#variables.set(variable, value);
    return undefined;
  }

  /** Calls a method; a promise comes back only when there is something to wait for. */
  call(who: string, { on, method, value, lenient = false }: Doing<"call">): undefined | Promise<undefined> {
    const key = `${on}.${method}`;
    const { kind } = this.#made[on] as Made;
    const fn = METHODS[kind][method];
    if (fn === undefined) throw new TypeError(`Cannot call ${key} as a ${kind} has no such method`);
    let result: unknown;
    try {
      result = fn(this.#object(on), value);
    } catch (error) {
      this.#trace.note(who, `${key}: raised ${nameOf(error)}`);
      if (!lenient) throw error;
      return undefined;
    }
    if (isThenable(result)) return this.#wait({ who, key, lenient, promise: result });
    this.#trace.note(who, `${key}${shown(result)}`);
    return undefined;
  }

  async acquire(who: string, on: string): Promise<Disposable> {
    const lock = this.#object(on) as { acquire(): Promise<Disposable> };
    const key = `${on}.acquire`;
    return this.#trace.awaiting(who, key, () => lock.acquire(), { key });
  }

  async waitUntil(who: string, { on, variable, atLeast }: Doing<"waitUntil">): Promise<undefined> {
    const condition = this.#object(on) as { waitFor(predicate: () => boolean): Promise<boolean> };
    const holds = (): boolean => (this.#variables.get(variable) ?? 0) >= atLeast;
    const key = `${on}.waitUntil`;
    await this.#trace.awaiting(who, key, () => condition.waitFor(holds), { key });
  }

  async #wait(waiting: Waiting): Promise<undefined> {
    const { who, key, lenient, promise } = waiting;
    try {
      await this.#trace.awaiting(who, key, () => promise, { key, done: shown });
    } catch (error) {
      if (!lenient || nameOf(error) === "Cancelled") throw error;
    }
  }

  #object(name: string): object {
    return this.#objects.get(name) as object;
  }
}

interface Waiting {
  readonly who: string;
  readonly key: string;
  readonly lenient: boolean;
  readonly promise: PromiseLike<unknown>;
}

function shown(value: unknown): string {
  return value === undefined ? "" : ` = ${JSON.stringify(value)}`;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
