import { checkChoice, checkDuration, checkOptions } from "../ground/check.js";
import { describe, isThenable } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import type { Outcome } from "../ground/onSettled.js";
import { onSettled } from "../ground/onSettled.js";
import { breath, park, throwIfCancelled, WaitList } from "../task/park.js";
import { Task } from "../task/task.js";
import { inScope } from "./cancelScope.js";
import { checkCollection } from "./jobs.js";

export interface WaitOptions {
  /**
   * When it returns: when all have ended ("all", the default), when one has ("first"), or when one has failed or else all
   * have ended ("firstError"). One that was cancelled has not failed.
   */
  returnWhen?: "all" | "first" | "firstError";
  /** How long it waits at most, in milliseconds. Default `Infinity`. When the time is over it returns, too. */
  timeout?: number;
}

export interface WaitResult<W> {
  /** What has ended, however it ended: read `task.result` and `task.error`. In the order in which things were handed in. */
  done: Set<W>;
  /** What has not. */
  pending: Set<W>;
}

/**
 * Waits for tasks or promises that run already, and says which have ended. It cancels nothing, and failures do not make
 * it throw: they are in the `done` tasks, for the caller to look at.
 *
 *     const { done, pending } = await wait([upload, download], { returnWhen: "first", timeout: 1000 });
 *     for (const task of pending) task.cancel();
 *
 * A task that fails while it is waited for counts as awaited: its error is not reported elsewhere.
 *
 * If cancelled: throws `CancelledError`; what it waited for runs on.
 *
 * @throws InvalidArgumentError when there is nothing to wait for, or something that was not started
 */
export async function wait<W extends PromiseLike<unknown>>(
  things: Iterable<W>,
  options: WaitOptions = {},
): Promise<WaitResult<W>> {
  checkCollection("wait", things, "wait([task])");
  const { returnWhen = "all", timeout = Infinity } = checkWaitOptions(options);
  const all = new Set(things);
  if (all.size === 0) throw new InvalidArgumentError("Cannot wait as there is nothing to wait for: received none");
  for (const thing of all) checkRuns(thing);
  const watch = new Watch(all, returnWhen);
  await inScope(
    async (scope) => {
      try {
        await watch.until();
      } finally {
        scope.cancel("the wait is over");
      }
    },
    { timeout },
  ).finally(() => watch.stopListening());
  return watch.split();
}

type ReturnWhen = NonNullable<WaitOptions["returnWhen"]>;

/** What is known of the things that are waited for. A task is asked for its state; what a promise says is noted. */
class Watch<W extends PromiseLike<unknown>> {
  readonly #all: ReadonlySet<W>;
  readonly #returnWhen: ReturnWhen;
  readonly #said = new Map<W, Outcome>();
  readonly #list: WaitList<void> = new WaitList("wait", this);
  readonly #stops: (() => void)[] = [];
  #left: number;
  #failed = false;

  constructor(all: ReadonlySet<W>, returnWhen: ReturnWhen) {
    this.#all = all;
    this.#returnWhen = returnWhen;
    this.#left = all.size;
  }

  /** Watches in the current scope: when that is cancelled, the tasks are let go of. */
  async until(): Promise<void> {
    for (const thing of this.#all) {
      const heard = (): void => this.#ended(thing);
      if (!(thing instanceof Task)) this.#listen(thing);
      else if (!thing.done) thing.then(heard, heard);
      else {
        // That it is asked for counts, or a failure of just now would be reported as heard by nobody.
        thing.then(nothing, nothing);
        heard();
      }
    }
    throwIfCancelled();
    if (!this.#isEnough()) return park(this.#list);
    const turn = breath();
    if (turn !== undefined) await turn;
  }

  /** More may have ended than the one that ended the wait: those of the same moment are done as well. */
  split(): WaitResult<W> {
    const done = new Set<W>();
    const pending = new Set<W>();
    for (const thing of this.#all) (this.#outcome(thing) === undefined ? pending : done).add(thing);
    return { done, pending };
  }

  stopListening(): void {
    for (const stop of this.#stops) stop();
  }

  #listen(promise: W): void {
    const heard = (outcome: Outcome): void => {
      this.#said.set(promise, outcome);
      this.#ended(promise);
    };
    this.#stops.push(onSettled(promise, heard));
  }

  #ended(thing: W): void {
    const outcome = this.#outcome(thing);
    // The wait for a task has ended, not the task.
    if (outcome === undefined) return;
    this.#left--;
    if (outcome === "failed") this.#failed = true;
    if (this.#isEnough()) this.#list.wakeFirst();
  }

  #outcome(thing: W): Outcome | undefined {
    if (!(thing instanceof Task)) return this.#said.get(thing);
    return thing.done ? (thing.state as Outcome) : undefined;
  }

  #isEnough(): boolean {
    if (this.#left === 0) return true;
    if (this.#returnWhen === "first") return this.#left < this.#all.size;
    return this.#returnWhen === "firstError" && this.#failed;
  }
}

function nothing(): void {}

/** The usual mistake is to hand a function over, as `gather()` takes it: here nothing is started. */
function checkRuns(thing: unknown): void {
  if (isThenable(thing)) return;
  const hint = typeof thing === "function" ? "; start it first: wait([createTask(() => work())])" : "";
  throw new InvalidArgumentError(
    `Cannot wait as tasks or promises are needed, which run already: received ${describe(thing)}${hint}`,
  );
}

function checkWaitOptions(options: WaitOptions): WaitOptions {
  checkOptions("wait", options, ["returnWhen", "timeout"]);
  checkChoice("wait", options.returnWhen, { what: "returnWhen", choices: ["all", "first", "firstError"] });
  if (options.timeout !== undefined) checkDuration("wait", options.timeout, "the timeout");
  return options;
}
