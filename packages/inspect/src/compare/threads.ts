import { Worker } from "node:worker_threads";
import { Future, gather, shield } from "heddle";

interface Answer {
  ready?: true;
  error?: string;
}

/** One thread, which runs one job at a time. */
class JobThread {
  readonly #worker: Worker;
  #answer: Future<void> = new Future({ reportUnawaited: false });

  constructor(file: string) {
    this.#worker = new Worker(new URL("./jobThread.js", import.meta.url), { workerData: file });
    this.#worker.on("message", ({ error }: Answer) => this.#settle(error === undefined ? undefined : new Error(error)));
    this.#worker.on("error", (error) => this.#settle(error));
    this.#worker.on("exit", () => this.#settle(new Error("The worker thread has ended by itself")));
  }

  get ready(): PromiseLike<void> {
    return this.#answer;
  }

  async run(name: string): Promise<void> {
    this.#answer = new Future({ reportUnawaited: false });
    this.#worker.postMessage(name);
    await this.#answer;
  }

  /** Milliseconds. */
  get idleTime(): number {
    return this.#worker.performance.eventLoopUtilization().idle;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(error: unknown): void {
    if (this.#answer.done) return;
    if (error === undefined) this.#answer.setResult();
    else this.#answer.setError(error);
  }
}

/** Worker threads with the module of the jobs loaded. Whoever runs at most as many jobs as there are threads finds a free one. */
export class JobThreads {
  readonly #free: JobThread[];
  readonly #all: readonly JobThread[];

  private constructor(threads: readonly JobThread[]) {
    this.#all = threads;
    this.#free = [...threads];
  }

  /** Starts the threads and waits until each has loaded the module. If cancelled: they are ended. */
  static async start(file: string, count: number): Promise<JobThreads> {
    const threads = new JobThreads(Array.from({ length: count }, () => new JobThread(file)));
    try {
      await gather(
        threads.#all.map(
          ({ ready }) =>
            async () =>
              ready,
        ),
      );
    } catch (error) {
      await threads.close();
      throw error;
    }
    return threads;
  }

  /** Runs a job by its name, on a free thread. If cancelled: it runs on, until `close()`. @throws what the job throws */
  async run(name: string): Promise<void> {
    const thread = this.#free.pop();
    if (thread === undefined) throw new Error("There are more jobs at a time than threads");
    try {
      await thread.run(name);
    } finally {
      this.#free.push(thread);
    }
  }

  /** How long their event loops have been idle, together, in milliseconds. */
  get idleTime(): number {
    return this.#all.reduce((sum, { idleTime }) => sum + idleTime, 0);
  }

  async close(): Promise<void> {
    await shield(() => gather(this.#all.map((thread) => () => thread.close())));
  }
}
