import type { CancelScope } from "heddle";
import {
  allTasks,
  cancelScope,
  createTask,
  currentTask,
  gather,
  isCancelled,
  moveOnAfter,
  now,
  shield,
  sleep,
  TaskGroupError,
  TimeoutError,
  taskGroup,
  timeout,
} from "heddle";
import type { Scope } from "heddle/lowlevel";
import { currentScope } from "heddle/lowlevel";
import type { VirtualClock } from "heddle/testing";
import { virtualTime } from "heddle/testing";
import { anyCancelled } from "../../src/task/calm.js";
import type { Gathered, Grouped, Leaf, Program, Record, Scoped, Work } from "./program.js";
import { childId, fate } from "./program.js";

/** What can be cancelled by its name: a scope, a group or a task. */
interface Target {
  cancel(): unknown;
}

/** What is around some work, from the inside out. */
interface Around {
  readonly target: Target;
  readonly around: Around | null;
}

/** Does what a program says, with Heddle and under virtual time, and notes what becomes of it. */
export async function perform(program: Program): Promise<Record & { readonly left: readonly string[] }> {
  const performance = new Performance(program);
  const reported: string[] = [];
  await virtualTime((clock) => performance.main(clock), { onError: (error) => void reported.push(label(error)) });
  // Where nothing is left, no scope is still counted as cancelled.
  if (anyCancelled()) performance.left.push("a count of cancelled scopes");
  return { fates: performance.fates, reported: reported.sort(), left: performance.left };
}

class Performance {
  readonly fates: { [id: string]: string } = {};
  /** What was still there at the end and should not be. */
  readonly left: string[] = [];
  readonly #program: Program;
  readonly #targets = new Map<string, Target>();

  constructor(program: Program) {
    this.#program = program;
  }

  async main(clock: VirtualClock): Promise<void> {
    const driver = createTask(() => this.#drive(), { name: "driver" });
    const main = currentTask() as NonNullable<ReturnType<typeof currentTask>>;
    await this.#noted("main", () => this.#work(this.#program.root, { target: main, around: null })).catch(() => {});
    await shield(() => driver);
    const tasks = allTasks().filter((task) => task !== main);
    this.left.push(...tasks.map(({ name }) => `task ${name}`));
    if (clock.pending > 0) this.left.push(`${clock.pending} timers`);
    if ([...currentScope().children].length > 0) this.left.push("scopes");
    if ([...currentScope().inside].length > 0) this.left.push("waiters");
  }

  async #drive(): Promise<void> {
    for (const step of this.#program.driver) {
      await sleep(step.at - now());
      const target = this.#targets.get(step.target) as CancelScope | undefined;
      if (target === undefined) continue;
      if (step.do === "cancel") target.cancel();
      else if (step.do === "deadline") moveDeadline(target, now() + step.ms);
      else target.shield = step.do === "raise";
    }
  }

  async #noted<T>(id: string, work: () => Promise<T>): Promise<T> {
    const start = now();
    try {
      const value = await work();
      this.fates[id] = fate(start, now(), `ok ${JSON.stringify(value ?? null)}`);
      return value;
    } catch (error) {
      this.fates[id] = fate(start, now(), label(error));
      throw error;
    }
  }

  async #work(work: Work, around: Around): Promise<unknown> {
    switch (work.kind) {
      case "seq": {
        let value: unknown;
        for (const part of work.parts) value = await this.#work(part, around);
        return value;
      }
      case "finally":
        try {
          return await this.#work(work.body, around);
        } finally {
          await shield(() => sleep(work.cleanUp));
          // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
          if (work.fails) throw new Error(`clean-up ${work.cleanUp}`);
        }
      case "swallow":
        try {
          return await this.#work(work.body, around);
        } catch (error) {
          if (!isCancelled(error)) throw error;
          await shield(() => sleep(work.ms));
          return "swallowed";
        }
      case "rescue":
        try {
          return await this.#work(work.body, around);
        } catch (error) {
          if (isCancelled(error)) throw error;
          await shield(() => sleep(work.ms));
          return "rescued";
        }
      case "group":
        return this.#noted(work.id, () => this.#group(work, around));
      case "gather":
        return this.#noted(work.id, () => this.#gather(work, around));
      case "sleep":
      case "fail":
      case "cancelAround":
        return this.#noted(work.id, () => this.#leaf(work, around));
      default:
        return this.#noted(work.id, () => this.#scope(work, around));
    }
  }

  async #leaf(leaf: Leaf, around: Around): Promise<unknown> {
    await sleep(leaf.ms);
    if (leaf.kind === "fail") throw new Error(leaf.id);
    if (leaf.kind === "cancelAround") {
      let place = around;
      for (let up = leaf.up; up > 0 && place.around !== null; up--) place = place.around;
      place.target.cancel();
    }
    return leaf.id;
  }

  #scope(work: Scoped, around: Around): Promise<unknown> {
    const body = (scope: CancelScope): Promise<unknown> => {
      this.#targets.set(work.id, scope);
      return this.#work(work.body, { target: scope, around });
    };
    if (work.kind === "timeout") return timeout(work.ms, body);
    if (work.kind === "moveOnAfter") return moveOnAfter(work.ms, body);
    if (work.kind === "shield") return shield(body, { timeout: work.ms });
    return cancelScope(body, { timeout: work.ms, shield: work.shielded });
  }

  #group(work: Grouped, around: Around): Promise<unknown> {
    const { limit, onFailure } = work;
    return taskGroup(
      (group) => {
        this.#targets.set(work.id, group);
        const inGroup: Around = { target: group, around };
        for (const [index, child] of work.children.entries()) {
          const id = childId(work.id, index);
          this.#targets.set(
            id,
            group.createTask(() => this.#child(id, child, inGroup), { name: id }),
          );
        }
        return this.#work(work.body, inGroup);
      },
      { limit, onFailure },
    );
  }

  async #gather(work: Gathered, around: Around): Promise<unknown> {
    // What gather() opens for its children has no handle; its scope is what is around them.
    const jobs = work.children.map((child, index) => () => {
      const scope = currentScope().parent as unknown as Target;
      return this.#child(childId(work.id, index), child, { target: scope, around }, work.settle);
    });
    const { limit, settle } = work;
    if (!settle) return gather(jobs, { limit });
    const results = await gather(jobs, { limit, settle });
    return results.map((result) =>
      result.status === "fulfilled" ? { value: result.value ?? null } : { reason: label(result.reason) },
    );
  }

  #child(id: string, child: Work, around: Around, settles = false): Promise<unknown> {
    const task = currentTask() as Target;
    this.#targets.set(id, task);
    const work = (): Promise<unknown> => this.#work(child, { target: task, around });
    return settles ? this.#settledChild(id, work) : this.#noted(id, work);
  }

  /** Notes what becomes of the child once `gather()` has made an outcome of its error; throws it on to that. */
  async #settledChild(id: string, work: () => Promise<unknown>): Promise<unknown> {
    const start = now();
    try {
      const value = (await work()) ?? null;
      this.fates[id] = fate(start, now(), `ok ${JSON.stringify({ value })}`);
      return value;
    } catch (error) {
      const travels = isCancelled(error) && isWithin(currentScope().parent, error);
      const how = travels ? "cancelled" : `ok ${JSON.stringify({ reason: label(error) })}`;
      this.fates[id] = fate(start, now(), how);
      throw error;
    }
  }
}

/** True for the cancellation of this scope or of one around it. */
function isWithin(place: Scope | null, error: object): boolean {
  const origin = (error as { [key: symbol]: object | null })[Symbol.for("heddle.cancelled.origin")];
  for (let scope = place; scope !== null; scope = scope.parent) if (scope === origin) return true;
  return false;
}

function moveDeadline(scope: CancelScope, moment: number): void {
  try {
    scope.deadline = moment;
  } catch {
    // It was left.
  }
}

function label(error: unknown): string {
  if (isCancelled(error)) return "cancelled";
  if (error instanceof TaskGroupError) return `group(${error.errors.map(label).sort().join(", ")})`;
  if (error instanceof TimeoutError) return `timed out ${/after (\S+) ms/.exec(error.message)?.[1]}`;
  return (error as Error).message;
}
