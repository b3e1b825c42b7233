import { pathToFileURL } from "node:url";
import { isCancelled } from "heddle";
import { CannotLoadError, JobFailedError } from "../errors.js";

/** A piece of work that can be measured: called without arguments, as often as one likes. */
export type Job = () => unknown;

/**
 * The jobs of a module: all functions that it exports, or, when it exports an array `jobs`, the functions in that.
 *
 * @throws CannotLoadError when the module cannot be loaded, or exports no functions
 */
export async function loadJobs(file: string): Promise<Map<string, Job>> {
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw new CannotLoadError(
      `Cannot compare the jobs of ${JSON.stringify(file)} as it cannot be loaded: received ${(error as Error).message}${hintOn(error)}`,
    );
  }
  const listed = Array.isArray(module["jobs"]) ? module["jobs"].map((job, i) => [nameOf(job, i), job]) : undefined;
  const found = (listed ?? Object.entries(module)).filter(
    (entry): entry is [string, Job] => isJob(entry[1]) && !HOOKS.includes(String(entry[0])),
  );
  if (found.length > 0)
    return new Map(found.map(([name, job], i) => [listed === undefined ? name : `${name} ${i}`, job]));
  throw new CannotLoadError(
    `Cannot compare the jobs of ${JSON.stringify(file)} as it exports no functions: export async function load() { … }`,
  );
}

/** Classes are exported beside the jobs, and cannot be called. */
function isJob(thing: unknown): boolean {
  return typeof thing === "function" && !/^class\b/.test(Function.prototype.toString.call(thing));
}

function hintOn(error: unknown): string {
  const unknownKind = (error as { code?: unknown }).code === "ERR_UNKNOWN_FILE_EXTENSION";
  return unknownKind ? '; compile it, or set NODE_OPTIONS="--import tsx" with tsx installed' : "";
}

/**
 * Calls a job by its name.
 *
 * @throws JobFailedError
 */
export async function callJob(name: string, job: Job): Promise<void> {
  try {
    await job();
  } catch (error) {
    if (isCancelled(error)) throw error;
    throw jobFailed(name, error);
  }
}

/** @param error what it has thrown, or the text of it that came from a thread */
export function jobFailed(name: string, error: unknown): JobFailedError {
  const { stack = String(error) } = error instanceof Error ? error : {};
  const [what = "", ...places] = stack.split("\n");
  const place = places.find((line) => /^\s+at .*:\d+:\d+\)?$/.test(line) && !line.includes("node:"))?.trim();
  return new JobFailedError(
    `Cannot compare as job ${JSON.stringify(name)} fails: received ${what}${place === undefined ? "" : `, ${place}`}`,
    { cause: error },
  );
}

/** What a module may export besides its jobs: called before all and after all of them, in each thread. */
const HOOKS = ["setup", "teardown"];

export interface Hooks {
  setup?: () => unknown;
  teardown?: () => unknown;
}

export async function loadHooks(file: string): Promise<Hooks> {
  const { setup, teardown } = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  return {
    ...(typeof setup === "function" ? { setup: setup as () => unknown } : {}),
    ...(typeof teardown === "function" ? { teardown: teardown as () => unknown } : {}),
  };
}

function nameOf(job: unknown, index: number): string {
  return typeof job === "function" && job.name !== "" ? job.name : `job ${index}`;
}
