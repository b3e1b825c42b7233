import { checkChoice, checkCount, checkFunction, checkOptions, checkPeriod } from "../ground/check.js";
import { Deque } from "../ground/deque.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError, RestartLimitError } from "../ground/errors.js";
import { sleep } from "../primitives/sleep.js";
import { checkName } from "../task/createTask.js";
import { openScopeHere } from "../task/current.js";
import { throwNoticed } from "../task/noticed.js";
import { Nursery } from "../task/nursery.js";
import type { Scope } from "../task/scope.js";
import type { Task } from "../task/task.js";
import type { BackoffOptions } from "./backoff.js";
import { BACKOFF_OPTIONS, backoff, checkBackoff } from "./backoff.js";
import { checkCollection } from "./jobs.js";

export interface ChildSpec {
  /** What it does. Called anew for each restart. */
  run: () => unknown;
  /** What reports and errors call it. Default: the name of the function, else its place in the list. */
  name?: string;
  /** Whether it is started again when it has failed ("onFailure", the default), whenever it has ended ("always"), or "never". */
  restart?: "onFailure" | "always" | "never";
}

export interface SuperviseOptions extends BackoffOptions {
  /** How many restarts, of all children together, are too few to give up. Default 3; 0 allows none. */
  maxRestarts?: number;
  /** Within what time they count, in milliseconds. Default 5000. */
  period?: number;
  /** Default 0, which restarts at once; above it, restarts of one child within a period are further and further apart. */
  baseDelay?: number;
  /** Called before each restart, with the error of a child that failed, for logs. What it throws ends the supervision. */
  onRestart?: (child: string, error: unknown, restarts: number) => void;
}

const OPTIONS = ["maxRestarts", "period", "onRestart", ...BACKOFF_OPTIONS];
const DOING = "supervise";

/**
 * Keeps children running: one that ends is started again, alone; the others do not notice ("one for one", in Erlang's
 * words). Returns when all have ended and none is to be started again.
 *
 *     await supervise([() => consume(queue), { name: "poll", run: () => poll(), restart: "always" }]);
 *
 * A restart mends what is passing. When there were more than `maxRestarts` within `period`, it is not passing: all children
 * are cancelled, waited for, and it throws, so that whoever is above can decide. Each start is a task of its own.
 *
 * If cancelled: all children are cancelled and waited for, then it throws `CancelledError`. Errors of their clean-up go to
 * the run's `onError`, as does the error of a child that is never restarted.
 *
 * @throws RestartLimitError with the last child's error as its cause
 */
export async function supervise(
  children: Iterable<ChildSpec | (() => unknown)>,
  options: SuperviseOptions = {},
): Promise<void> {
  checkCollection(DOING, children, "supervise([() => work()])");
  checkSuperviseOptions(options);
  const specs = [...children].map(toChild);
  const supervisor = new Supervisor(options);
  for (const child of specs) supervisor.start(child);
  await supervisor.finish();
}

interface Child {
  readonly run: () => unknown;
  readonly name: string;
  readonly restart: "onFailure" | "always" | "never";
  /** When it was restarted, as far as it counts. */
  readonly restarts: Deque<number>;
}

class Supervisor {
  readonly #scope: Scope;
  readonly #nursery: Nursery;
  readonly #options: SuperviseOptions;
  readonly #running = new Map<Task<unknown>, Child>();
  /** When something was restarted, within the last period. */
  readonly #restarts = new Deque<number>();
  #failure: { error: unknown } | null = null;

  constructor(options: SuperviseOptions) {
    this.#options = options;
    this.#scope = openScopeHere("supervise");
    this.#nursery = new Nursery(this.#scope, (task) => this.#taskEnded(task));
  }

  start(child: Child): void {
    this.#running.set(this.#nursery.spawn(child.run, child.name), child);
  }

  async finish(): Promise<void> {
    const met = await this.#nursery.join();
    const outer = this.#scope.cancelFromOutside;
    this.#scope.close();
    if (this.#failure !== null) throw this.#failure.error;
    if (met && outer !== null) throwNoticed(outer);
  }

  #taskEnded(task: Task<unknown>): void {
    const child = this.#running.get(task);
    if (child === undefined) return;
    this.#running.delete(task);
    const stopping = this.#scope.effective !== null;
    if (!stopping && this.#isToRestart(task, child)) this.#restart(child, task.error);
    else if (task.state === "failed") this.#scope.runtime.report(task.error, task);
  }

  #isToRestart(task: Task<unknown>, { restart }: Child): boolean {
    return restart === "always" || (restart === "onFailure" && task.state !== "succeeded");
  }

  #restart(child: Child, error: unknown): void {
    const { maxRestarts = 3, period = 5000, onRestart } = this.#options;
    const all = countWithin(this.#restarts, this.#scope, period);
    if (all > maxRestarts) {
      const often = `there were more than ${maxRestarts} restarts within ${period} ms`;
      this.#fail(new RestartLimitError(`Cannot restart "${child.name}" as ${often}`, child.name, error));
      return;
    }
    const own = countWithin(child.restarts, this.#scope, period);
    try {
      onRestart?.(child.name, error, own);
    } catch (failure) {
      this.#fail(failure);
      return;
    }
    const delay = backoff(own, { baseDelay: 0, ...this.#options });
    if (delay === 0) this.start(child);
    else this.#nursery.spawn(() => sleep(delay).then(() => this.start(child)), `restart of ${child.name}`);
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#scope.cancel("the supervision has failed");
  }
}

/** Notes that it happens now, and returns how often it has happened within the last `period`, this time included. */
function countWithin(times: Deque<number>, scope: Scope, period: number): number {
  const now = scope.runtime.clock.now();
  times.push(now);
  while (now - (times.first as number) > period) times.shift();
  return times.size;
}

function toChild(given: ChildSpec | (() => unknown), index: number): Child {
  const spec: ChildSpec = typeof given === "function" ? { run: given } : given;
  if (typeof spec !== "object" || spec === null) {
    throw new InvalidArgumentError(
      `Cannot ${DOING} as child ${index} must be a function or { run }: received ${describe(spec)}`,
    );
  }
  checkOptions(DOING, spec, ["run", "name", "restart"]);
  checkFunction(DOING, spec.run, "supervise([() => work()])");
  checkName(DOING, spec.name);
  const { run, name = run.name || `child ${index}`, restart = "onFailure" } = spec;
  checkChoice(DOING, restart, { what: "restart", choices: ["onFailure", "always", "never"] });
  return { run, name, restart, restarts: new Deque() };
}

function checkSuperviseOptions(options: SuperviseOptions): void {
  checkOptions(DOING, options, OPTIONS);
  const { maxRestarts, period, onRestart } = options;
  if (maxRestarts !== undefined) checkCount(DOING, maxRestarts, { what: "maxRestarts", least: 0, orInfinity: true });
  if (period !== undefined) checkPeriod(DOING, period, "the period");
  if (onRestart !== undefined) checkFunction(DOING, onRestart, "onRestart: (child, error) => log(child, error)");
  checkBackoff(DOING, options);
}
