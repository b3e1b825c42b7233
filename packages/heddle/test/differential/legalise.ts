import type { Block, Child, Made, Program, Statement } from "./program.js";
import type { Draft, ProgramDraft } from "./randomProgram.js";

/** What random programs play with. Barriers note no numbers, as asyncio gives some of them twice. */
const OBJECTS: Readonly<Record<string, Made>> = {
  lock: { kind: "lock" },
  semaphore: { kind: "semaphore", size: 2 },
  bounded: { kind: "boundedSemaphore", size: 1 },
  event: { kind: "event" },
  condition: { kind: "condition" },
  barrier: { kind: "barrier", size: 3 },
  queue: { kind: "queue", size: 1 },
  stack: { kind: "lifoQueue" },
  sorted: { kind: "priorityQueue", size: 2 },
};

const QUEUE_CALLS = ["put", "get", "put", "get", "put", "get", "putNowait", "getNowait", "taskDone", "join", "size"];

/** Some stand here more than once, to be called more often. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  lock: ["locked"],
  semaphore: ["locked"],
  bounded: ["locked"],
  event: ["wait", "wait", "set", "clear", "isSet"],
  condition: ["locked"],
  barrier: [...Array<string>(6).fill("meet"), "waiting", "broken", "abort", "reset"],
  queue: [...QUEUE_CALLS, ...QUEUE_CALLS, "shutdown"],
  stack: [...QUEUE_CALLS, ...QUEUE_CALLS, "shutdownImmediate"],
  sorted: [...QUEUE_CALLS, ...QUEUE_CALLS, "shutdownImmediate"],
};

const LOCKS = ["lock", "semaphore", "bounded", "condition"];
const CONDITION_CALLS = ["wait", "wait", "notify", "notifyAll", "until"];

/** Main outlives most of its tasks. */
const LONG = 60;
/** So few moments there are between two whole milliseconds. */
const GRAIN = 2 ** -36;

/** Where a statement stands. */
interface Place {
  readonly task: string;
  /** The groups that it is inside of, in the sense of the text, from the outermost on. */
  readonly groups: readonly string[];
  /** It is in the body of a group, not in a child. An error that leaves it cancels the children at that moment. */
  readonly inBody: boolean;
  /** What the task holds here: acquiring it again is one of the differences. */
  readonly held: readonly string[];
  /** Below a `gather()` that does not settle nothing may fail: that is one of the differences. */
  readonly safe: boolean;
  /** Nothing fails and nothing is cancelled, anywhere in the program. */
  readonly calm: boolean;
}

/**
 * Makes a program out of a draft that stays within what is the same on both sides, and in which no two tasks act at the
 * same moment:
 *
 * - Each timer has a duration of its own, a whole number plus a fraction that looks random. So no two timers are due at
 *   the same moment, unless by a chance of one in millions.
 * - After each act its task sleeps. So at one moment only one task acts, and those that it wakes just note that; in which
 *   order they run does not matter to what comes after.
 *
 * What is left out because it differs: waiting in the clean-up of a cancellation, and catching one; awaiting a task, which
 * cancels it in asyncio; errors in a `gather()` that does not settle; what is due to one that is cancelled at the same moment;
 * cancellations where several tasks wait for a condition, which in asyncio wake another one for nothing, and where more than
 * two use one, as there one who is cancelled while it waits for the lock goes to the end of the line; cancellations where the
 * body of a group waits for one, as there the children hear of it when the body has its lock back.
 */
export function legalise({ palette, tasks, main }: ProgramDraft): Program {
  const names = Object.keys(OBJECTS);
  const chosen = new Set(palette.map((pick) => names[pick % names.length] as string));
  const writer = new Writer([...chosen]);
  const calm = chosen.has("condition") && tasks.length % 2 === 0;
  const place: Place = { task: "main", groups: [], inBody: false, held: [], safe: calm, calm };
  return {
    objects: OBJECTS,
    main: [
      ...tasks.flatMap(({ start, body }) => writer.spawn(body, place, { start })),
      ...writer.block(main, place),
      ...writer.pause(LONG),
    ],
  };
}

class Writer {
  readonly #objects: readonly string[];
  readonly #calls: readonly string[];
  /** Tasks that may be cancelled. */
  readonly #tasks: string[] = [];
  /** Tasks that may be waited for: what `gather()` starts, here, is no task of the caller's. */
  readonly #spawned: string[] = [];
  /** The tasks that use the condition, where something may be cancelled, and the one of them that waits for it. */
  readonly #partners = new Set<string>();
  #waiter: string | undefined;
  #timers = 0;
  #names = 0;

  constructor(objects: readonly string[]) {
    this.#objects = objects;
    this.#calls = objects.flatMap((name) => (CALLS[name] as string[]).map((method) => `${name}.${method}`));
  }

  /** A block of a random program, each statement of which is followed by a sleep. */
  block(drafts: readonly Draft[], place: Place): Block {
    return drafts.flatMap((draft) => {
      const statements = this.#statements(draft, place);
      return statements.length === 0 ? [] : [...statements, ...this.pause(1)];
    });
  }

  spawn(drafts: readonly Draft[], place: Place, options: { group?: string; start?: number } = {}): Block {
    const { group, start = 0 } = options;
    const task = this.#name("t");
    this.#tasks.push(task);
    this.#spawned.push(task);
    const inside = group === undefined ? { ...place, groups: [] } : place;
    const spawn: Statement = { do: "spawn", task, body: this.#body(drafts, { ...inside, task }, start) };
    return [group === undefined ? spawn : { ...spawn, group }, ...this.pause(0)];
  }

  pause(ms: number): Block {
    return [{ do: "sleep", ms: this.#duration(ms) }];
  }

  #statements(draft: Draft, place: Place): Block {
    switch (draft.kind) {
      case "sleep":
        return this.pause(draft.ms);
      case "call":
        return this.#call(draft, place);
      case "look":
        return [{ do: "look", task: pickFrom(this.#tasks, draft.pick) }];
      case "cancel":
        if (place.calm) return [];
        return [{ do: "cancel", task: draft.pick % 20 === 0 ? "main" : pickFrom(this.#tasks, draft.pick) }];
      case "wait":
        return this.#wait(draft);
      case "raise":
        return place.safe ? [] : [{ do: "raise", error: this.#name("error") }];
      case "return":
        return [{ do: "return", value: ++this.#names }];
      case "spawn":
        return this.#spawn(draft, place);
      case "group":
        return place.safe ? [] : this.#group(draft, place);
      case "try":
        return place.safe ? [] : this.#caught(this.block(draft.body, place), draft.handler, place);
      case "timeout":
        return place.safe ? [] : this.#timeout(draft, place);
      case "gather":
        return this.#gather(draft, place);
      case "with":
        return this.#with(draft, place);
    }
  }

  #call({ pick, value }: Extract<Draft, { kind: "call" }>, place: Place): Block {
    if (place.held.includes("condition") && pick % 4 > 0) return this.#conditionCall({ pick, value }, place);
    const [on, method] = (this.#calls[pick % this.#calls.length] as string).split(".") as [string, string];
    return [{ do: "call", on, method, lenient: true, ...(method.startsWith("put") ? { value } : {}) }];
  }

  #conditionCall({ pick, value }: { pick: number; value: number }, { task, inBody, calm }: Place): Block {
    const on = "condition";
    let method = CONDITION_CALLS[pick % CONDITION_CALLS.length] as string;
    if (method === "until" || method === "wait") {
      if (!inBody) this.#waiter ??= task;
      if (!calm && (inBody || this.#waiter !== task)) method = "notify";
    }
    if (method === "until") return [{ do: "waitUntil", on, variable: "n", atLeast: value }];
    if (method === "wait") return [{ do: "call", on, method }];
    return [
      { do: "set", variable: "n", value },
      { do: "call", on, method },
    ];
  }

  #wait({ pick, until, ms }: Extract<Draft, { kind: "wait" }>): Block {
    const tasks = [...new Set([pick, pick * 7, pick * 31].map((each) => pickFrom(this.#spawned, each)))];
    const wait: Statement = { do: "wait", tasks, until, quiet: true, ms: this.#duration(ms * 3) };
    return [wait, ...this.pause(0), ...tasks.map((task): Statement => ({ do: "look", task }))];
  }

  #spawn({ inGroup, body }: Extract<Draft, { kind: "spawn" }>, place: Place): Block {
    const group = inGroup && !place.safe ? place.groups.at(-1) : undefined;
    return this.spawn(body, place, group === undefined ? {} : { group });
  }

  /** What a group's body starts goes into the group, mostly. */
  #group({ body, handler }: Extract<Draft, { kind: "group" | "try" }>, place: Place): Block {
    const group = this.#name("g");
    const inside = { ...place, groups: [...place.groups, group], inBody: true };
    const children = handler.length === 0 ? [] : this.spawn(handler, inside, { group });
    const statement: Statement = { do: "group", group, body: [...children, ...this.block(body, inside)] };
    return handler.length % 2 === 0 ? [statement] : this.#caught([statement], [], place);
  }

  #timeout({ ms, body }: Extract<Draft, { kind: "timeout" }>, place: Place): Block {
    const statement: Statement = { do: "timeout", ms: this.#duration(ms * 2), body: this.block(body, place) };
    return ms % 3 === 0 && !place.inBody ? [statement] : this.#caught([statement], [], place);
  }

  /** The handler sleeps before it acts: it starts at a moment at which others may act. */
  #caught(body: Block, handler: readonly Draft[], place: Place): Block {
    const errors = ["App", "Group", "Timeout"];
    return [{ do: "try", body, errors, handler: [...this.pause(0), ...this.block(handler, place)] }];
  }

  #gather({ settle, bodies }: Extract<Draft, { kind: "gather" }>, place: Place): Block {
    const inside = { ...place, safe: place.safe || !settle };
    const children = bodies.map((body): Child => {
      const task = this.#name("t");
      // A child that is cancelled alone fails the gather, unless it settles: one of the differences.
      if (settle) this.#tasks.push(task);
      return { task, body: this.#body(body, { ...inside, task }, 0) };
    });
    return [{ do: "gather", children, settle }];
  }

  #with({ pick, body }: Extract<Draft, { kind: "with" }>, place: Place): Block {
    const locks = this.#objects.filter((name) => LOCKS.includes(name) && this.#mayHold(name, place));
    const on = locks[pick % locks.length];
    if (on === undefined) return this.block(body.slice(0, 1), place);
    const inside = { ...place, held: [...place.held, on] };
    const block = this.block(body, inside);
    // What an error releases on its way out of a group is due to children that are cancelled at the same moment.
    const calmed = place.inBody && !place.safe ? this.#caught(block, [], place) : block;
    return [{ do: "with", on, body: [...this.pause(0), ...calmed] }];
  }

  #mayHold(name: string, { task, held, calm }: Place): boolean {
    if (held.includes(name)) return false;
    if (name !== "condition" || calm) return true;
    if (this.#partners.size < 2) this.#partners.add(task);
    return this.#partners.has(task);
  }

  /** A task starts at a moment at which its creator acts, so it sleeps first. */
  #body(drafts: readonly Draft[], place: Place, start: number): Block {
    return [...this.pause(start), ...this.block(drafts, { ...place, inBody: false, held: [] })];
  }

  #name(prefix: string): string {
    return `${prefix}${++this.#names}`;
  }

  #duration(ms: number): number {
    return ms + scatter(++this.#timers) * GRAIN;
  }
}

function pickFrom(names: readonly string[], pick: number): string {
  return names[pick % names.length] as string;
}

/** A number from 1 to 2 ** 32 that has nothing to do with those of the neighbours of `n`. */
function scatter(n: number): number {
  let bits = Math.imul(n, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) + 1;
}
