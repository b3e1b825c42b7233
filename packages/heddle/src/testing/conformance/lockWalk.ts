import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { Queue } from "../../primitives/queue.js";
import { createTask } from "../../task/createTask.js";
import type { Task } from "../../task/task.js";
import { settle } from "../settle.js";
import type { LockLike } from "./lockLike.js";

/** One thing that happens. `who` picks one of the tasks that have not ended. */
export type LockAct =
  | { readonly act: "arrive" }
  | { readonly act: "release" }
  | { readonly act: "try" }
  | { readonly act: "cancel"; readonly who: number };

/** Things that happen at the same moment, one right after the other. Then all that follows from them happens. */
export type LockTurn = readonly LockAct[];

/** What is to be true: who is in, and who stands in line. */
class Model {
  holder: number | null = null;
  line: number[] = [];
  /** Everybody who has been in, in order. */
  readonly order: number[] = [];

  arrive(id: number): void {
    if (this.holder === null) this.#admit(id);
    else this.line.push(id);
  }

  release(): void {
    this.holder = null;
    const next = this.line.shift();
    if (next !== undefined) this.#admit(next);
  }

  leaveLine(id: number): void {
    this.line = this.line.filter((other) => other !== id);
  }

  #admit(id: number): void {
    this.holder = id;
    this.order.push(id);
  }
}

/**
 * Lets tasks come, go and be cancelled as they are told, and compares a lock with a model of it after every turn. What
 * happens in a turn happens in the task that is in, so that a release and a cancellation can fall into the same moment.
 */
export class LockWalk {
  readonly #lock: LockLike;
  readonly #model = new Model();
  readonly #order: number[] = [];
  readonly #tasks = new Map<number, Task<void>>();
  readonly #inboxes = new Map<number, Queue<LockTurn>>();
  #arrivals: number[] = [];
  readonly #dying = new Set<number>();
  #nextId = 0;

  constructor(lock: LockLike) {
    this.#lock = lock;
  }

  /** Under virtual time. @throws AssertionError where the lock does not do as the model does */
  async run(turns: readonly LockTurn[]): Promise<void> {
    for (const turn of turns) {
      const holder = this.#model.holder;
      if (holder === null) this.#perform(turn, null);
      else this.#inboxes.get(holder)?.putNowait(turn);
      await settle();
      this.#compare();
    }
    for (const task of this.#tasks.values()) task.cancel();
    await settle();
    const guard = this.#lock.tryAcquire();
    equal(guard === undefined, false, "everybody is gone, and it is not free");
    guard?.[Symbol.dispose]();
  }

  async #visit(id: number): Promise<void> {
    const inbox = new Queue<LockTurn>();
    this.#inboxes.set(id, inbox);
    try {
      const guard = await this.#lock.acquire();
      this.#order.push(id);
      try {
        while (!this.#perform(await inbox.get(), guard));
      } finally {
        guard[Symbol.dispose]();
      }
    } finally {
      this.#tasks.delete(id);
    }
  }

  /** Does what a turn has, as the task that is in or as nobody. Returns true when that task has released the lock. */
  #perform(turn: LockTurn, guard: Disposable | null): boolean {
    let released = false;
    for (const each of turn) {
      switch (each.act) {
        case "arrive":
          this.#spawn();
          break;
        case "release":
          if (guard === null || released) break;
          released = true;
          guard[Symbol.dispose]();
          this.#model.release();
          break;
        case "try":
          // One that holds the lock asks no more: a lock may take that for a mistake.
          if (guard === null || released) this.#tryToGetIn();
          break;
        case "cancel":
          this.#cancel(each.who);
      }
    }
    while (this.#model.holder !== null && this.#dying.has(this.#model.holder)) this.#model.release();
    for (const id of this.#arrivals.splice(0)) this.#model.arrive(id);
    return released;
  }

  #spawn(): void {
    const id = this.#nextId++;
    this.#arrivals.push(id);
    this.#tasks.set(
      id,
      createTask(() => this.#visit(id)),
    );
  }

  #tryToGetIn(): void {
    const guard = this.#lock.tryAcquire();
    equal(guard !== undefined, this.#model.holder === null, "tryAcquire() got in exactly when nobody was in");
    guard?.[Symbol.dispose]();
  }

  #cancel(who: number): void {
    const ids = [...this.#tasks.keys()];
    const id = ids[who % ids.length];
    if (id === undefined) return;
    this.#tasks.get(id)?.cancel();
    this.#arrivals = this.#arrivals.filter((other) => other !== id);
    this.#model.leaveLine(id);
    this.#dying.add(id);
  }

  #compare(): void {
    deepEqual(this.#order, this.#model.order, "who was in, in order");
    equal(this.#lock.waiting(), this.#model.line.length, "how many wait");
  }
}

/** Random turns. @param random a number from 0 up to 1 */
export function randomTurns(random: () => number): LockTurn[] {
  const pick = (n: number): number => Math.floor(random() * n);
  const act = (): LockAct => {
    const kinds = ["arrive", "arrive", "release", "try", "cancel"] as const;
    const kind = kinds[pick(kinds.length)] ?? "arrive";
    return kind === "cancel" ? { act: kind, who: pick(100) } : { act: kind };
  };
  return Array.from({ length: 20 }, () => Array.from({ length: 1 + pick(4) }, act));
}
