import type { Draft, Drafts, ProgramDraft } from "./draft.js";
import { NameRegister } from "./nameRegister.js";
import { calls, clones, OBJECTS } from "./palette.js";
import type { Block, Made, Program, Statement } from "./program.js";
import { Timetable } from "./timetable.js";

/** Where a statement stands. */
interface Around {
  /** The groups that the task may start others in and wait for them, the innermost last. */
  readonly startable: readonly string[];
  /** All groups that have this statement inside, in this task or around it. */
  readonly groups: readonly string[];
  /** The task was started by `start`, and says when it is ready. */
  readonly starts: boolean;
}

export interface LegaliseOptions {
  crowded: boolean;
}

/** Makes a program of a draft: gives names, resolves what refers to them, and leaves out what docs/from-trio.md excludes. */
export function legalise(draft: ProgramDraft, { crowded }: LegaliseOptions): Program {
  return new Legaliser(draft, crowded).program();
}

class Legaliser {
  readonly #draft: ProgramDraft;
  readonly #crowded: boolean;
  readonly #names = new NameRegister();
  readonly #times: Timetable;
  readonly #objects: Record<string, Made> = {};

  constructor(draft: ProgramDraft, crowded: boolean) {
    this.#draft = draft;
    this.#crowded = crowded;
    this.#times = new Timetable(draft, crowded);
    for (const pick of draft.palette) {
      const made = OBJECTS[pick % OBJECTS.length] as Made;
      this.#objects[`${made.kind}${Object.keys(this.#objects).length + 1}`] = made;
    }
  }

  program(): Program {
    const { tasks, main, around } = this.#draft;
    const group = this.#names.add("group");
    const inside: Around = { startable: [group], groups: [group], starts: false };
    const spawned = tasks.map(({ start, body }): Statement => {
      const task = this.#names.add("task");
      const sleep: Block = start === 0 ? [] : [{ do: "sleep", ms: this.#times.next(start) }];
      return { do: "spawn", group, task, body: [...sleep, ...this.#block(body, inside)] };
    });
    const all: Statement = { do: "group", group, body: [...spawned, ...this.#block(main, inside)] };
    const block: Block =
      around === undefined
        ? [all]
        : [
            {
              do: "scope",
              scope: this.#names.add(around.scope),
              kind: around.scope,
              ms: this.#long(around.ms),
              body: [all],
            },
          ];
    this.#names.resolve();
    const begin = clones(this.#objects, JSON.stringify(block));
    const program = { objects: this.#objects, main: [...begin, ...block], until: this.#times.horizon };
    return this.#crowded ? { ...program, crowded: true } : program;
  }

  #block(drafts: Drafts, around: Around): Block {
    return drafts.flatMap((draft) => this.#statement(draft, around));
  }

  #statement(draft: Draft, around: Around): Statement[] {
    switch (draft.kind) {
      case "sleep":
        return draft.ms === 0 ? [{ do: "checkpoint" }] : [{ do: "sleep", ms: this.#times.next(draft.ms) }];
      case "forever":
      case "checkpoint":
        return [{ do: draft.kind }];
      case "raise":
        return [{ do: "raise", error: this.#names.count("error") }];
      case "return":
        return [{ do: "return", value: this.#names.count("value") }];
      case "ready":
        return around.starts ? [{ do: "ready", value: this.#names.count("value") }] : [];
      case "scope":
        return [this.#scope(draft, around)];
      case "cancel":
        return this.#names.refer(["scope", "moveOn", "group", "task"], draft.pick, (what) => ({ do: "cancel", what }));
      case "look":
        return this.#names.refer(["scope", "moveOn", "timeout"], draft.pick, (scope) => ({ do: "look", scope }));
      case "deadline": {
        const ms = this.#times.next(draft.ms);
        return this.#names.refer(["scope", "moveOn", "timeout"], draft.pick, (scope) => ({
          do: "deadline",
          scope,
          ms,
        }));
      }
      case "shield":
        return this.#names.refer(["scope"], draft.pick, (scope) => ({ do: "shield", scope, on: draft.on }));
      case "group":
        return [this.#group(draft.body, around)];
      case "spawn":
        return this.#spawn(draft, around);
      case "start":
        return this.#start(draft, around);
      case "try":
        return [this.#try(draft, around)];
      case "with":
      case "call":
        return this.#use(draft, around);
    }
  }

  #scope(draft: Extract<Draft, { kind: "scope" }>, around: Around): Statement {
    const { scope: kind } = draft;
    const scope = this.#names.add(kind);
    // Everything has a limit: what waits for ever behind a shield is not ended by anything.
    const ms = draft.ms === 9 ? this.#long(draft.ms) : this.#times.next(draft.ms);
    // DIFFERENCE (G5): a child of start() is the group's from its beginning, in Trio the caller's until it is ready. Both are
    // the same unless a shield stands between the caller and the group.
    const canShield = kind === "scope" || kind === "shield";
    const body = this.#block(draft.body, canShield ? { ...around, startable: [] } : around);
    return { do: "scope", scope, kind, ms, ...(kind === "scope" && draft.shield ? { shield: true } : {}), body };
  }

  #group(drafts: Drafts, around: Around): Statement {
    const group = this.#names.add("group");
    const inside = { ...around, startable: [...around.startable, group], groups: [...around.groups, group] };
    return { do: "group", group, body: this.#block(drafts, inside) };
  }

  #spawn({ pick, body }: Extract<Draft, { kind: "spawn" | "start" }>, around: Around): Statement[] {
    const task = this.#names.add("task");
    // Mostly into the innermost group, at times into one of somebody else's.
    const known = pick % 4 === 0 ? undefined : (around.groups.at(-1) as string);
    const groups = known === undefined ? around.groups : around.groups.slice(0, around.groups.indexOf(known) + 1);
    const inside: Around = { startable: groups.slice(-1), groups, starts: false };
    const block = this.#block(body, known === undefined ? { ...inside, startable: [] } : inside);
    if (known !== undefined) return [{ do: "spawn", group: known, task, body: block }];
    return this.#names.refer(["group"], pick, (group) => ({ do: "spawn", group, task, body: block }));
  }

  #start({ pick, body }: Extract<Draft, { kind: "spawn" | "start" }>, around: Around): Statement[] {
    const group = around.startable[pick % around.startable.length];
    if (group === undefined) return [];
    const task = this.#names.addUnreferred("task");
    const groups = around.groups.slice(0, around.groups.indexOf(group) + 1);
    const block = this.#block(body, { startable: [group], groups, starts: true });
    // Somewhere it says that it is ready, mostly.
    const at = pick % (block.length + 2);
    const ready: Block = at > block.length ? [] : [{ do: "ready", value: this.#names.count("value") }];
    return [{ do: "start", group, task, body: [...block.slice(0, at), ...ready, ...block.slice(at)] }];
  }

  #try(draft: Extract<Draft, { kind: "try" }>, around: Around): Statement {
    const body = this.#block(draft.body, around);
    const handled =
      draft.catch === undefined ? {} : { catch: draft.catch, handler: this.#block(draft.handler, around) };
    const rethrow = draft.catch !== undefined && draft.rethrow ? { rethrow: true } : {};
    return { do: "try", body, ...handled, ...rethrow, ...this.#cleanUp(draft.cleanUp) };
  }

  /** Mostly a clean-up that waits behind a shield, as it has to; at times one that forgot about it. */
  #cleanUp(ms: number): { finally?: Block } {
    if (ms < 3) return {};
    const sleep: Statement = { do: "sleep", ms: this.#times.next(ms) };
    if (ms === 9) return { finally: [sleep] };
    const scope = this.#names.add("shield");
    return { finally: [{ do: "scope", scope, kind: "shield", ms: this.#long(ms), body: [sleep] }] };
  }

  #use(draft: Extract<Draft, { kind: "with" | "call" }>, around: Around): Statement[] {
    const body = draft.kind === "with" ? this.#block(draft.body, around) : [];
    const names = Object.keys(this.#objects);
    const on = names[draft.pick % names.length];
    if (on === undefined) return body as Statement[];
    const { kind } = this.#objects[on] as Made;
    const pick = Math.floor(draft.pick / names.length);
    if (draft.kind === "with") {
      if (kind === "lock" || kind === "semaphore" || kind === "limiter") return [{ do: "with", on, body }];
      return body as Statement[];
    }
    return calls({ on, kind, pick, value: draft.value, lenient: draft.lenient });
  }

  #long(ms: number): number {
    return this.#times.next(20 + ms);
  }
}
