import { checkFunction, checkOptions } from "../ground/check.js";
import type { Clock } from "../ground/clock.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { Place, PlaceBudget } from "../ground/place.js";
import { SystemClock } from "../ground/systemClock.js";
import { currentScope } from "./current.js";
import { debugOn } from "./debug.js";
import type { Task, TaskOwner } from "./task.js";
import "./root.js";

export interface TaskOptions {
  /** What reports call the task. Default: the name of the function, else `task-<id>`. */
  name?: string;
}

/**
 * Starts `fn` as a background task of the current run (of the process, where there is no run). It starts soon, not
 * at once, and runs until it ends or the run does; the scope that the caller is in does not surround it. For work
 * that belongs to the caller use `taskGroup()` or `gather()`.
 *
 * If the task fails while nobody awaits it, the run's `onError` gets the error at once; whoever awaits it later gets it too.
 *
 * @throws InvalidArgumentError if `fn` is no function
 */
export function createTask<T>(fn: () => T | PromiseLike<T>, options: TaskOptions = {}): Task<T> {
  checkTask("create a task", fn, options, "createTask(() => work())");
  const { background, clock } = currentScope().runtime;
  const owner = background as TaskOwner;
  return owner.spawn(fn, options.name, notePlace(clock));
}

const budget = new PlaceBudget();

/** In debug mode, and under a virtual clock (where real time must not show), every place is noted. */
function notePlace(clock: Clock): Place | undefined {
  const always = debugOn() || !(clock instanceof SystemClock);
  return always ? new Place(createTask) : budget.note(createTask);
}

/** The checks that all ways of making a task share. */
export function checkTask(doing: string, fn: unknown, options: TaskOptions, meant: string): void {
  checkFunction(doing, fn, meant);
  checkOptions(doing, options, ["name"]);
  checkName(doing, options.name);
}

export function checkName(doing: string, name: unknown): void {
  if (name === undefined || typeof name === "string") return;
  throw new InvalidArgumentError(`Cannot ${doing} as the name must be a string: received ${describe(name)}`);
}
