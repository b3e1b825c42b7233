import { pathToFileURL } from "node:url";
import { CannotLoadError } from "../errors.js";

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
      `Cannot compare the jobs of ${JSON.stringify(file)} as it cannot be loaded: received ${(error as Error).message}`,
    );
  }
  const listed = Array.isArray(module["jobs"]) ? module["jobs"].map((job, i) => [nameOf(job, i), job]) : undefined;
  const found = (listed ?? Object.entries(module)).filter(
    (entry): entry is [string, Job] => typeof entry[1] === "function" && !HOOKS.includes(String(entry[0])),
  );
  if (found.length > 0)
    return new Map(found.map(([name, job], i) => [listed === undefined ? name : `${name} ${i}`, job]));
  throw new CannotLoadError(
    `Cannot compare the jobs of ${JSON.stringify(file)} as it exports no functions: export async function load() { … }`,
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
