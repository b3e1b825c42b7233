import { storedScope } from "../task/current.js";
import type { Waiter } from "../task/park.js";
import type { Probe, ResumedHow } from "../task/probe.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";
import { watchable } from "../task/watchable.js";
import { EventLog, Happening } from "./eventLog.js";
import { addProbe } from "./probes.js";
import { Stretch } from "./stretch.js";
import { Turns } from "./turns.js";

export interface RecorderOptions {
  /** How many events are kept, the last ones; what is older is dropped and counted. Default 500,000, in 16 MB. */
  limit?: number;
}

/** What time and the outside wake has no task as its waker, although the call comes in some task's context. */
const WOKEN_FROM_OUTSIDE: ReadonlySet<string> = new Set(["sleep", "a foreign promise", "rateLimiter.acquire"]);

const HOW = { woken: Happening.woken, failed: Happening.failed, cancelled: Happening.cancelled } as const;

/** Records what happens to all tasks of the process, from `start()` until `stop()`. */
export class Recorder {
  readonly log: EventLog;
  /** The names of all tasks that were seen. */
  readonly names: Map<number, string> = new Map();
  /** What was waited for, by the number in the log. */
  readonly labels: string[] = [];
  started = 0;
  readonly #labelIds = new Map<string, number>();
  readonly #labelIdsOfLists = new WeakMap<object, number>();
  readonly #stretch: Stretch = new Stretch(() => {
    this.#turn = 0;
    this.#going.clear();
    this.log.add(performance.now(), Happening.stretchEnd, 0, 0);
  });
  /** Whose turn the log says it is; 0 for nobody's. */
  #turn = 0;
  /** Those that were woken and have not stopped since. */
  readonly #going: Set<number> = new Set();
  readonly #turns: Turns<number> = new Turns((task) => {
    if (!this.#going.has(task)) return false;
    if (task === this.#turn) return true;
    this.#turn = task;
    this.log.add(this.#stretch.now(), Happening.turn, task, 0);
    return true;
  });
  #removeProbe: (() => void) | null = null;

  constructor(options: RecorderOptions = {}) {
    this.log = new EventLog(options.limit ?? 500_000);
  }

  start(): void {
    this.started = performance.now();
    this.#removeProbe ??= addProbe(this.#probe());
  }

  stop(): void {
    this.#removeProbe?.();
    this.#removeProbe = null;
  }

  #probe(): Probe {
    const { log, names } = this;
    const stretch = this.#stretch;
    return {
      taskCreated: (task) => log.add(stretch.now(), Happening.created, (task as Task<unknown>).id, parentOf(task)),
      taskStarted: (task) => {
        const { id, name } = task as Task<unknown>;
        names.set(id, name);
        this.#turn = id;
        log.add(stretch.now(), Happening.started, id, 0);
      },
      taskEnded: (task) => {
        const { id, state } = task as Task<unknown>;
        this.#turn = 0;
        this.#going.delete(id);
        const kind = state === "failed" ? Happening.endedFailed : Happening.endedCancelled;
        log.add(stretch.now(), state === "succeeded" ? Happening.succeeded : kind, id, 0);
      },
      parked: (waiter) => {
        const id = taskIdOf((waiter as Waiter<unknown>).scope);
        if (id === 0) return;
        this.#turn = 0;
        this.#going.delete(id);
        log.add(stretch.now(), Happening.parked, id, this.#labelOf(waiter as Waiter<unknown>));
      },
      resumed: (waiter, how: ResumedHow) => {
        const { scope, list } = waiter as Waiter<unknown>;
        const id = taskIdOf(scope);
        if (id === 0) return;
        const waker = list === null || WOKEN_FROM_OUTSIDE.has(list.what) ? 0 : taskIdOf(storedScope());
        log.add(stretch.now(), HOW[how], id, waker);
        this.#going.add(id);
        this.#turns.woken(id);
      },
      scopeCancelled: (scope) => {
        const id = taskIdOf(scope as Scope);
        if (id !== 0) log.add(stretch.now(), Happening.asked, id, 0);
      },
    };
  }

  #labelOf({ list }: Waiter<unknown>): number {
    if (list === null) return this.#labelId("sleep");
    let id = this.#labelIdsOfLists.get(list);
    if (id === undefined) {
      id = this.#labelId(labelOf(list.what, list.subject));
      this.#labelIdsOfLists.set(list, id);
    }
    return id;
  }

  #labelId(label: string): number {
    let id = this.#labelIds.get(label);
    if (id === undefined) {
      id = this.labels.push(label) - 1;
      this.#labelIds.set(label, id);
    }
    return id;
  }
}

function labelOf(what: string, subject: object | null): string {
  const name = subject === null ? undefined : watchable.names.get(subject);
  return name === undefined ? what : `${what} "${name}"`;
}

function taskIdOf(scope: Scope | undefined): number {
  return (scope?.task as { id: number } | null | undefined)?.id ?? 0;
}

function parentOf(task: object): number {
  for (let scope: Scope | null = (task as Task<unknown>).owner.scope; scope !== null; scope = scope.parent) {
    if (scope.task !== null) return taskIdOf(scope);
  }
  return 0;
}
