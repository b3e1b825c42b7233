import { checkDuration, checkFlag, checkFunction, checkOptions, checkSignal } from "../ground/check.js";
import type { Clock } from "../ground/clock.js";
import { describe } from "../ground/describe.js";
import { InvalidArgumentError } from "../ground/errors.js";
import { watchForStandstill } from "../watch/standstill.js";
import type { WatchOptions } from "../watch/watchRun.js";
import { checkWatchOptions, startWatching, WATCH_OPTIONS, watchPlan } from "../watch/watchRun.js";
import { countClocks } from "./calm.js";
import { closeWhenEmpty } from "./closeWhenEmpty.js";
import { checkName } from "./createTask.js";
import { currentScope } from "./current.js";
import { follow } from "./foreignSignal.js";
import { Nursery } from "./nursery.js";
import type { OnError } from "./report.js";
import { reportTo } from "./report.js";
import type { Runtime } from "./runtime.js";
import { Scope } from "./scope.js";
import { Shutdown } from "./shutdown.js";
import type { StopSignal } from "./stopSignals.js";
import { endQuietly, onStopSignal, programListens } from "./stopSignals.js";
import type { Task } from "./task.js";
import { reportUnheard, reportUnlessHeard } from "./unheard.js";

export interface RunOptions extends WatchOptions {
  /** Cancels the run when it fires. */
  signal?: AbortSignal;
  /** Gets the errors of tasks that nobody awaits. Default: that of the surrounding run; in the end they are printed. */
  onError?: OnError;
  /** What reports call the main task. Default "main". */
  name?: string;
  /** Where time comes from. Default: the clock of the surrounding run; in the end the system's. */
  clock?: Clock;
  /**
   * Whether SIGINT and SIGTERM cancel the run: the first asks it to stop and waits for its clean-up, a second ends the
   * process at once. Default: true for a run that no other one surrounds, unless the program listens itself.
   */
  handleSignals?: boolean;
  /** How long tasks may take to stop once the run is cancelled or `main` has ended, in milliseconds. Default `Infinity`. */
  shutdownTimeout?: number;
}

const OPTIONS = ["signal", "onError", "name", "clock", "handleSignals", "shutdownTimeout", ...WATCH_OPTIONS];

/**
 * Runs `main` and returns its result when `main` and all tasks that were created in the run have ended. Background
 * tasks that are still there when `main` ends are cancelled and waited for.
 *
 * If cancelled (by `options.signal`, SIGINT, SIGTERM or an enclosing scope): all tasks are cancelled; when they have
 * ended it throws `CancelledError`, whose `reason` is the signal's. A process in which nobody catches
 * that ends without a trace, after SIGINT with exit code 130, after SIGTERM with 143. A `main` that returns all the same
 * has its result returned.
 *
 * A process whose event loop runs empty ends, also in the middle of a run: then the tasks that still wait are told on stderr,
 * and the exit code is 13.
 *
 * @throws what `main` throws
 * @throws ShutdownTimeoutError when tasks ignored their cancellation for longer than `shutdownTimeout`
 */
export async function run<T>(main: () => T | PromiseLike<T>, options: RunOptions = {}): Promise<T> {
  checkFunction("run", main, "run(() => main())");
  checkRunOptions(options);
  const plan = watchPlan(options, currentScope().parent === null);
  // What is watched is watched from its first moment on.
  const endWatching = plan === null ? null : await startWatching(plan);
  if (options.clock !== undefined) countClocks(1);
  const scope = openRunScope(options);
  const nursery = new Nursery(scope, childEnded);
  scope.runtime.background = nursery;
  const task = nursery.spawn(main, options.name ?? "main");
  const stopFollowing = follow(options.signal, scope);
  const signals = handleStopSignals(scope, options.handleSignals);
  const endOfWatch = isOutermost(scope) ? watchForStandstill() : null;

  function childEnded(child: Task<unknown>, awaited: boolean): void {
    if (child === task) scope.cancel("the run has ended");
    else if (child.state === "failed" && !awaited) reportUnlessHeard(child);
  }

  // Tasks that were given up on stay in their cancelled scope, or they would be free to wait again.
  const ended = nursery.join().then(() => closeWhenEmpty(scope));
  try {
    await new Shutdown(scope, options.shutdownTimeout ?? Infinity).bound(ended);
  } catch (error) {
    // That main failed matters more than that something hangs because of it.
    if (task.state !== "failed") throw error;
    scope.runtime.report(error, null);
  } finally {
    signals.stop();
    endOfWatch?.();
    stopFollowing();
    if (options.clock !== undefined) countClocks(-1);
    reportUnheard();
    if (endWatching !== null) await endWatching();
  }
  if (task.state === "succeeded") return task.result;
  if (task.state === "cancelled" && signals.received !== null) endQuietly(task.error, signals.received);
  throw task.error;
}

function openRunScope(options: RunOptions): Scope {
  const around = currentScope();
  const { onError, clock } = options;
  const runtime: Runtime = {
    clock: clock ?? around.runtime.clock,
    scheduler: clock === undefined ? around.runtime.scheduler : (clock.scheduler ?? null),
    background: around.runtime.background,
    report:
      onError === undefined
        ? around.runtime.report
        : (error, task) => reportTo(onError, error, (task as Task<unknown> | null) ?? undefined),
  };
  const scope = new Scope(around, runtime, around.task);
  scope.name = "run";
  return scope;
}

/** Whether no other run surrounds that of `scope`. */
function isOutermost(scope: Scope): boolean {
  return scope.parent?.parent === null;
}

interface StopSignals {
  received: StopSignal | null;
  stop: () => void;
}

function handleStopSignals(scope: Scope, asked: boolean | undefined): StopSignals {
  const signals: StopSignals = { received: null, stop: () => {} };
  if (asked ?? (isOutermost(scope) && !programListens())) {
    signals.stop = onStopSignal((signal) => {
      signals.received = signal;
      scope.cancel(signal);
    });
  }
  return signals;
}

/** Also for `Runner`, which begins its run later. */
export function checkRunOptions(options: RunOptions): void {
  checkOptions("run", options, OPTIONS);
  checkSignal("run", options.signal);
  checkName("run", options.name);
  checkWatchOptions(options);
  checkFlag("run", options.handleSignals, "handleSignals");
  const { shutdownTimeout, onError } = options;
  if (shutdownTimeout !== undefined) checkDuration("run", shutdownTimeout, "shutdownTimeout");
  if (onError !== undefined) checkFunction("run", onError, "onError: (error) => log(error)");
  const clock: unknown = options.clock;
  if (clock !== undefined && typeof (clock as Partial<Clock> | null)?.now !== "function") {
    throw new InvalidArgumentError(`Cannot run as clock must be a Clock: received ${describe(clock)}`);
  }
}
