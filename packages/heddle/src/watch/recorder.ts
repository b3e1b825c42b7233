import { tasksBelow } from "../task/allTasks.js";
import { rootScope, storedScope } from "../task/current.js";
import type { Nursery } from "../task/nursery.js";
import type { Waiter, WaitList } from "../task/park.js";
import type { Probe, ResumedHow } from "../task/probe.js";
import "../task/root.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";
import { watchable } from "../task/watchable.js";
import { EventLog, Happening } from "./eventLog.js";
import { Going } from "./going.js";
import { addProbe } from "./probes.js";
import { Stretch } from "./stretch.js";

export interface RecorderOptions {
  /** How many events are kept, the last ones; what is older is dropped and counted. Default 500,000, in at most 20 MB. */
  limit?: number;
}

/** What time and the outside wake has no task as its waker, although the call comes in some task's context. */
const WOKEN_FROM_OUTSIDE: ReadonlySet<string> = new Set(["sleep", "a foreign promise", "rateLimiter.acquire"]);

const HOW = { woken: Happening.woken, failed: Happening.failed, cancelled: Happening.cancelled } as const;
const ENDED: Partial<Record<string, EndKind>> = {
  failed: Happening.endedFailed,
  cancelled: Happening.endedCancelled,
};
type EndKind = typeof Happening.succeeded | typeof Happening.endedFailed | typeof Happening.endedCancelled;

/** What is kept about a list of waiters, on the list itself. */
interface Seen {
  readonly label: string;
  readonly fromOutside: boolean;
}

const SLEEP: Seen = { label: "sleep", fromOutside: true };

/** Records what happens to all tasks of the process, from `start()` until `stop()`. */
export class Recorder {
  readonly log: EventLog;
  /** The names of those that were under way at the end. Those that had ended have them in the log. */
  readonly names: Map<number, string> = new Map();
  started = 0;
  readonly #stretch: Stretch = new Stretch(() => {
    this.#going.endStretch();
    this.log.add(performance.now(), Happening.stretchEnd, 0, 0);
  });
  readonly #going: Going = new Going((task) => this.log.add(this.#stretch.now(), Happening.turn, task, 0));
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
    for (const { id, name } of tasksBelow(rootScope())) this.names.set(id, name);
  }

  #probe(): Probe {
    const { log } = this;
    const stretch = this.#stretch;
    const going = this.#going;
    const stops = (scope: Scope, label: string): void => {
      const id = taskIdOf(scope);
      if (id === 0) return;
      going.stopped(id);
      log.addWithText(stretch.now(), Happening.parked, id, 0, label);
    };
    return {
      taskCreated: (task) => log.add(stretch.now(), Happening.created, (task as Task<unknown>).id, parentOf(task)),
      taskStarted: (task) => {
        const { id } = task as Task<unknown>;
        going.started(id);
        const at = going.allHeard ? stretch.lastNow() : stretch.now();
        log.add(at, Happening.started, id, 0);
      },
      taskEnded: (ended) => {
        const task = ended as Task<unknown>;
        const { id, ownName } = task;
        going.stopped(id);
        const kind = ENDED[task.state] ?? Happening.succeeded;
        if (ownName !== "") log.addWithText(stretch.now(), kind, id, -1, ownName);
        else log.addWithText(stretch.now(), kind, id, task.owner.indexOf(task), task.owner.label ?? "");
      },
      parked: (waiter) => {
        const { scope, list } = waiter as Waiter<unknown>;
        stops(scope, seen(list).label);
      },
      resumed: (waiter, how: ResumedHow) => {
        const { scope, list } = waiter as Waiter<unknown>;
        const id = taskIdOf(scope);
        if (id === 0) return;
        const waker = seen(list).fromOutside ? 0 : taskIdOf(storedScope());
        log.add(stretch.now(), HOW[how], id, waker);
        going.woken(id);
      },
      joining: (nursery) => stops((nursery as Nursery).scope, "its children"),
      joined: (nursery, child) => {
        const id = taskIdOf((nursery as Nursery).scope);
        if (id === 0) return;
        log.add(stretch.now(), Happening.woken, id, (child as Task<unknown>).id);
        going.woken(id);
      },
      yielding: (scope) => stops(scope as Scope, "the event loop's turn"),
      yielded: (scope) => {
        const id = taskIdOf(scope as Scope);
        if (id === 0) return;
        log.add(stretch.now(), Happening.woken, id, 0);
        log.add(stretch.now(), Happening.turn, id, 0);
        going.started(id);
      },
      scopeCancelled: (scope) => {
        const id = taskIdOf(scope as Scope);
        if (id !== 0) log.add(stretch.now(), Happening.asked, id, 0);
      },
    };
  }
}

function seen(list: WaitList<unknown> | null): Seen {
  if (list === null) return SLEEP;
  list.seen ??= { label: labelOf(list), fromOutside: WOKEN_FROM_OUTSIDE.has(list.what) } satisfies Seen;
  return list.seen as Seen;
}

function labelOf({ what, subject }: WaitList<unknown>): string {
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
