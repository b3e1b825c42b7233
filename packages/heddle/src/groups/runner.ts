import { checkFunction } from "../ground/check.js";
import { InvalidStateError, isCancelled, ShutdownTimeoutError } from "../ground/errors.js";
import { inspectAs } from "../ground/inspect.js";
import { currentScope, runIn } from "../task/current.js";
import { park, WaitList } from "../task/park.js";
import type { RunOptions } from "../task/run.js";
import { checkRunOptions, run } from "../task/run.js";
import type { Scope } from "../task/scope.js";
import type { TaskOwner } from "../task/task.js";
import { callOwned } from "./ownedTask.js";

export type RunnerState = "new" | "idle" | "running" | "closed";

/**
 * A run with several mains, one after the other: background tasks that the first one has created go on while the second one
 * runs. For tests, prompts and embedders; a program has `run()`.
 *
 *     await using runner = new Runner();
 *     await runner.run(() => connect());
 *     await runner.run(() => ask());
 *
 * The run begins with the first main and ends with `close()`. The options are those of `run()`. A signal, SIGINT or SIGTERM
 * cancels all of it: after that no main is started any more.
 */
export class Runner implements AsyncDisposable {
  readonly #options: RunOptions;
  readonly #home: Scope;
  readonly #closing: WaitList<void> = new WaitList("runner.close", this);
  #owner: Promise<TaskOwner> | null = null;
  #run: Promise<void> = Promise.resolve();
  #state: RunnerState = "new";

  constructor(options: RunOptions = {}) {
    checkRunOptions(options);
    this.#options = options;
    this.#home = currentScope();
  }

  get state(): RunnerState {
    return this.#state;
  }

  /**
   * Runs `main` and returns its result. Tasks that it has created in the background are neither waited for nor cancelled.
   *
   * If cancelled: `main` is cancelled and waited for, then it throws `CancelledError`. If all of the run is cancelled:
   * likewise; a main that was not started yet is not started.
   *
   * @throws what `main` throws; InvalidStateError when the runner is closed, or another main is running
   */
  async run<T>(main: () => T | PromiseLike<T>): Promise<T> {
    checkFunction("run", main, "runner.run(() => main())");
    if (this.#state === "running") throw new InvalidStateError("Cannot run a main as another one is running");
    if (this.#state === "closed") throw new InvalidStateError("Cannot run a main as the runner is closed");
    this.#state = "running";
    try {
      this.#owner ??= this.#begin();
      const owner = await this.#owner;
      if (owner.scope.effective !== null) throw owner.scope.effective;
      return await this.#unlessGivenUp(callOwned(owner, main, { name: this.#options.name ?? "main" }));
    } finally {
      if (this.#state === "running") this.#state = "idle";
    }
  }

  /**
   * Ends the run: a main that is running and all background tasks are cancelled and waited for. May be called again.
   *
   * If cancelled: waits all the same, as the tasks are cancelled anyway.
   *
   * @throws ShutdownTimeoutError when tasks ignored their cancellation for longer than `shutdownTimeout`
   */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#closing.wakeAll();
    try {
      await this.#run;
    } catch (error) {
      if (!isCancelled(error)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Begins a run whose own main does nothing but hold it open. */
  #begin(): Promise<TaskOwner> {
    return new Promise((resolve) => {
      const hold = async (): Promise<void> => {
        resolve(currentScope().runtime.background as TaskOwner);
        while (this.#state !== "closed") await park(this.#closing);
      };
      this.#run = runIn(this.#home, () => run(hold, { ...this.#options, name: "runner" }), undefined);
      this.#run.catch(() => {});
    });
  }

  /** A main that ignores its cancellation for too long is given up, as `run()` does. */
  #unlessGivenUp<T>(main: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      main.then(resolve, reject);
      this.#run.catch((error: unknown) => {
        if (error instanceof ShutdownTimeoutError) reject(error);
      });
    });
  }
}

inspectAs(Runner, (self) => `Runner { ${self.state} }`);
