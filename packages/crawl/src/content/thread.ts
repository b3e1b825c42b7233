import { Worker } from "node:worker_threads";
import { Future } from "heddle";
import { ThreadError } from "../ground/errors.js";

/** What a thread answers to a job. */
export type ThreadReply<Result> = { ok: true; value: Result } | { ok: false; name: string; message: string };

export interface ThreadSettings {
  /** The script that runs in the thread: for each message, a job, it posts one `ThreadReply`. */
  readonly entry: URL;
  /** What to call it in messages: "markdown". */
  readonly name: string;
  /** The most memory for its objects, in MiB. */
  readonly maxMemory: number;
}

/** One worker thread, which does one job at a time. While it has none it does not keep the process alive. */
export class Thread<Job, Result> {
  readonly #worker: Worker;
  readonly #settings: ThreadSettings;
  #reply: Future<ThreadReply<Result>> | undefined;
  /** Why it is of no more use; undefined while it is. */
  #end: ThreadError | undefined;

  constructor(settings: ThreadSettings) {
    this.#settings = settings;
    // Not with the flags of this process, which may be about a debugger or a profile of it.
    this.#worker = new Worker(settings.entry, {
      name: settings.name,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: settings.maxMemory },
    });
    this.#worker.on("message", (reply: ThreadReply<Result>) => {
      const waiting = this.#reply;
      this.#reply = undefined;
      if (waiting?.done === false) waiting.setResult(reply);
    });
    this.#worker.on("messageerror", (error) => this.#broke(error));
    this.#worker.on("error", (error) => this.#broke(error));
    this.#worker.on("exit", (code) => this.#broke(undefined, code));
    this.#worker.unref();
  }

  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /**
   * Hands a job over and waits for the reply.
   *
   * If cancelled: throws `CancelledError`; the job goes on, so that the thread has to be stopped.
   *
   * @throws ThreadError when the thread breaks
   */
  async ask(job: Job): Promise<ThreadReply<Result>> {
    if (this.#end !== undefined) throw this.#end;
    const reply = new Future<ThreadReply<Result>>({ reportUnawaited: false });
    this.#reply = reply;
    this.#worker.ref();
    this.#worker.postMessage(job);
    const answer = await reply;
    this.#worker.unref();
    return answer;
  }

  /** Ends the thread, whatever it is doing, and waits until it has ended. */
  async stop(): Promise<void> {
    this.#broke(
      new ThreadError("THREADS_CLOSED", `Cannot go on in a thread for ${this.#settings.name} as it was closed`),
    );
    await this.#worker.terminate();
  }

  #broke(error: unknown, exitCode?: number): void {
    this.#end ??= error instanceof ThreadError ? error : this.#crash(error, exitCode);
    const waiting = this.#reply;
    this.#reply = undefined;
    if (waiting?.done === false) waiting.setError(this.#end);
  }

  #crash(error: unknown, exitCode: number | undefined): ThreadError {
    const { name, maxMemory } = this.#settings;
    if ((error as { code?: unknown } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY") {
      const message = `Cannot finish a job in a thread for ${name} as it needs more than ${maxMemory} MiB of memory`;
      return new ThreadError("THREAD_OUT_OF_MEMORY", message, { cause: error });
    }
    const why = exitCode === undefined ? String(error) : `exit code ${exitCode}`;
    const message = `Cannot finish a job in a thread for ${name} as the thread broke: received ${why}`;
    return new ThreadError("THREAD_CRASHED", message, error === undefined ? {} : { cause: error });
  }
}
