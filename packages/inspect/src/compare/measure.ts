import { availableParallelism } from "node:os";
import { gather } from "heddle";
import type { Job } from "./jobs.js";
import { callJob, loadHooks, loadJobs } from "./jobs.js";
import { JobThreads } from "./threads.js";

/** How the jobs were run: one after the other, all at once in one thread, or on worker threads. */
export type Way = "sequential" | "concurrent" | "threads";

export interface Run {
  readonly way: Way;
  /** Milliseconds from the first start to the last end. */
  readonly wall: number;
  /** CPU time of the whole process in between, in milliseconds. */
  readonly cpu: number;
  /**
   * The share of the time in which the event loop had nothing to do, 0 to 1; on threads, that of all of theirs. CPU time would not tell
   * it: on a busy machine work waits for a processor, and that is no waiting that concurrency could use.
   */
  readonly waiting: number;
  /** Each job, from its start to its end, in milliseconds from the start of the run. */
  readonly jobs: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

export interface Comparison {
  readonly file: string;
  /** How many jobs there were in a run. */
  readonly jobs: number;
  /** How many worker threads the third run had. */
  readonly threads: number;
  readonly runs: readonly [sequential: Run, concurrent: Run, threads: Run];
}

export interface CompareOptions {
  /** How often each job is run, in each way. Default: so often that there are eight jobs or more. */
  times?: number;
  /** How many worker threads. Default: as many as the machine has processors, at most one a job. */
  threads?: number;
}

/**
 * Runs the exported jobs of a module one after the other, all at once, and on worker threads, and measures each.
 *
 * If cancelled: the jobs that run are not waited for, and the threads are ended.
 *
 * @param file the absolute path of the module
 * @throws CannotLoadError; JobFailedError when a job throws
 */
export async function compareJobs(file: string, options: CompareOptions = {}): Promise<Comparison> {
  const found = await loadJobs(file);
  const times = options.times ?? Math.max(1, Math.ceil(8 / found.size));
  const jobs = Array.from({ length: times }, () => [...found]).flat();
  const threads = Math.min(options.threads ?? Math.max(2, availableParallelism()), jobs.length);
  const { setup, teardown } = await loadHooks(file);
  await setup?.();
  try {
    // The first call of a function is slower than all others: it counts in none of the ways.
    for (const [name, job] of found) await callJob(name, job);
    const sequential = await timed("sequential", async (run) => {
      for (const each of jobs) await run(each);
    });
    const concurrent = await timed("concurrent", (run) => gather(jobs.map((each) => () => run(each))));
    return { file, jobs: jobs.length, threads, runs: [sequential, concurrent, await onThreads(file, jobs, threads)] };
  } finally {
    await teardown?.();
  }
}

type NamedJob = readonly [name: string, job: Job];

async function timed(
  way: Way,
  all: (run: (job: NamedJob) => Promise<void>) => Promise<unknown>,
  loops: { idle: () => number; count: number } = { idle: idleTime, count: 1 },
): Promise<Run> {
  const spans: { name: string; from: number; to: number }[] = [];
  const start = performance.now();
  const idleBefore = loops.idle();
  const cpu = process.cpuUsage();
  await all(async ([name, job]) => {
    const from = performance.now() - start;
    await callJob(name, job);
    spans.push({ name, from, to: performance.now() - start });
  });
  const wall = performance.now() - start;
  const waiting = Math.max(0, Math.min(1, (loops.idle() - idleBefore) / (wall * loops.count)));
  return { way, wall, cpu: cpuSince(cpu), waiting, jobs: spans };
}

/** The threads are started, and have run each job once, before the clock runs. */
async function onThreads(file: string, jobs: readonly NamedJob[], count: number): Promise<Run> {
  const threads = await JobThreads.start(file, count);
  try {
    const all = (run: (job: NamedJob) => Promise<void>): Promise<unknown> =>
      gather(
        jobs.map(
          ([name]) =>
            () =>
              run([name, () => threads.run(name)]),
        ),
        { limit: count },
      );
    return await timed("threads", all, { idle: () => threads.idleTime, count });
  } finally {
    await threads.close();
  }
}

/** How long the event loop of this thread has been idle, in milliseconds. */
function idleTime(): number {
  return performance.eventLoopUtilization().idle;
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
