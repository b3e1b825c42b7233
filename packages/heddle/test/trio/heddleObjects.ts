import type { CapacityLimiter, Condition, Event, Receiver, Semaphore, Sender } from "heddle";
import type { Calls } from "./heddleApi.js";
import type { Made, Program, Value } from "./program.js";

/** What a method gives goes into the trace, unless it is undefined. A promise is waited for. */
type Method = (on: object, value: Value) => unknown;

function methods<T extends object>(table: Record<string, (on: T, value: Value) => unknown>): Record<string, Method> {
  return table as Record<string, Method>;
}

type End = "sender" | "receiver";

const METHODS: Readonly<Record<Exclude<Made["kind"], "lock" | "channel"> | End, Record<string, Method>>> = {
  event: methods<Event>({
    wait: (event) => event.wait(),
    set: (event) => event.set(),
    isSet: (event) => event.isSet,
    waiting: (event) => event.stats().waiting,
  }),
  semaphore: methods<Semaphore>({
    acquire: async (semaphore) => {
      await semaphore.acquire();
    },
    tryAcquire: (semaphore) => semaphore.tryAcquire() !== undefined,
    release: (semaphore) => semaphore.release(),
    available: (semaphore) => semaphore.available,
  }),
  limiter: methods<CapacityLimiter>({
    resize: (limiter, value) => limiter.resize(value as number),
    available: (limiter) => limiter.stats().available,
    waiting: (limiter) => limiter.stats().waiting,
  }),
  condition: methods<Condition>({
    wait: (condition) => condition.wait(),
    notify: (condition, value) => condition.notify(value as number),
  }),
  sender: methods<Sender<Value>>({
    send: (sender, value) => sender.send(value),
    trySend: (sender, value) => sender.trySend(value),
    close: (sender) => sender.close(),
    stats: statsOf,
  }),
  receiver: methods<Receiver<Value>>({
    receive: (receiver) => receiver.receive(),
    tryReceive: (receiver) => receiver.tryReceive() ?? false,
    close: (receiver) => receiver.close(),
    stats: statsOf,
  }),
};

function statsOf(end: Sender<Value> | Receiver<Value>): string {
  const { buffered, senders, receivers, sending, receiving } = end.stats();
  return `${buffered} buffered, ${senders}+${receivers} open, ${sending}+${receiving} waiting`;
}

/** The primitives of one program on Heddle, by name. */
export class HeddleObjects {
  readonly #calls: Calls;
  readonly #all = new Map<string, { readonly kind: string; readonly it: object }>();

  constructor(calls: Calls, { objects }: Program) {
    this.#calls = calls;
    for (const [name, made] of Object.entries(objects)) this.#make(name, made);
  }

  #make(name: string, { kind, size = 1, max }: Made): void {
    const { CapacityLimiter, Condition, Event, Lock, openChannel, Semaphore } = this.#calls;
    const add = (it: object): void => void this.#all.set(name, { kind, it });
    if (kind === "event") add(new Event());
    else if (kind === "lock") add(new Lock());
    else if (kind === "semaphore") add(new Semaphore(size, max === undefined ? {} : { max }));
    else if (kind === "limiter") add(new CapacityLimiter(size));
    else if (kind === "condition") add(new Condition());
    else {
      const [sender, receiver] = openChannel<Value>(size);
      this.#all.set(`${name}.send`, { kind: "sender", it: sender });
      this.#all.set(`${name}.receive`, { kind: "receiver", it: receiver });
    }
  }

  /** Calls a method; undefined for an object that is not there: a clone that was never made. */
  method(name: string, method: string): ((value: Value) => unknown) | undefined {
    const object = this.#all.get(name);
    if (object === undefined) return undefined;
    const call = METHODS[object.kind as End][method];
    if (call === undefined) throw new TypeError(`Cannot call ${name}.${method} as a ${object.kind} has no such method`);
    return (value) => call(object.it, value);
  }

  acquire(name: string): Promise<{ release(): void }> {
    return this.#get<{ acquire(): Promise<{ release(): void }> }>(name).acquire();
  }

  receiver(name: string): Receiver<Value> | undefined {
    return this.#all.has(name) ? this.#get(name) : undefined;
  }

  /** Makes another end of a channel. Returns false when there is none to make it from. */
  clone(name: string, as: string): boolean {
    const end = this.#all.get(name);
    if (end === undefined) return false;
    this.#all.set(as, { ...end, it: (end.it as Sender<Value>).clone() });
    return true;
  }

  #get<T>(name: string): T {
    return this.#all.get(name)?.it as T;
  }
}
