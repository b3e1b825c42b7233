import { checkChoice, checkCount, checkFunction, checkOptions } from "../ground/check.js";
import { describe } from "../ground/describe.js";
import { HeddleError, InvalidArgumentError } from "../ground/errors.js";
import type { Chooser } from "./chooser.js";
import { FixedChooser, PriorityChooser, RandomChooser } from "./chooser.js";
import type { Step } from "./exploreClock.js";
import type { Program, Run } from "./exploreRun.js";
import { runOnce } from "./exploreRun.js";
import { scheduleTable } from "./scheduleTable.js";
import { shrink } from "./shrink.js";
import { SystematicSearch } from "./systematic.js";

export interface ExploreOptions {
  /** How many schedules are tried at most. Default 1000. */
  runs?: number;
  /** Where the random choices start from, a whole number. Default 1: the same schedules in every run of the test. */
  seed?: number;
  /** Random schedules (the default), or all of those with at most `deviations` deviations from the natural order. */
  mode?: "random" | "systematic";
  /** For the systematic mode. Default 2. */
  deviations?: number;
  /** A run that takes more decisions than this has failed: it may never end. Default 10,000. */
  maxSteps?: number;
}

export interface ExploreReport {
  /** How many schedules were tried. */
  readonly runs: number;
  /** True when the systematic mode has tried all there are within its bound. */
  readonly complete: boolean;
}

/** A schedule under which the program fails. `cause` is what the program threw; the message holds the schedule as a table. */
export class ExploreError extends HeddleError {
  override readonly name: string = "ExploreError";
  readonly code: string = "HEDDLE_EXPLORE";
  /** What to hand to `explore.replay()`: the choices of the shrunk schedule. */
  readonly schedule: string;
  /** The shrunk schedule. */
  readonly steps: readonly Step[];

  constructor(message: string, schedule: string, run: Run) {
    super(message, { cause: run.failure?.error });
    this.schedule = schedule;
    this.steps = run.steps;
  }
}

const DOING = "explore a program";
const OPTIONS = ["runs", "seed", "mode", "deviations", "maxSteps"];
/** How many further runs may be spent on making a failing schedule simpler. */
const SHRINK_BUDGET = 400;

async function exploreProgram(program: Program, options: ExploreOptions = {}): Promise<ExploreReport> {
  checkFunction(DOING, program, "explore(async () => work())");
  const { runs, seed, mode, deviations, maxSteps } = checkExploreOptions(options);
  const search = mode === "systematic" ? new SystematicSearch(deviations) : null;
  let length = 0;
  for (let i = 0; i < runs; i++) {
    const picks = search?.next();
    if (search !== null && picks === undefined) return { runs: i, complete: true };
    const chooser = picks === undefined ? randomChooser(seed, i, length) : new FixedChooser(picks);
    const run = await runOnce(program, chooser, maxSteps);
    if (run.failure !== null) {
      throw await explain(program, run, { maxSteps, which: `run ${i + 1} of ${runs}, seed ${seed}` });
    }
    if (picks !== undefined) search?.ran(picks, run.steps);
    length = Math.max(length, picksOf(run).length);
  }
  return { runs, complete: false };
}

/**
 * The first run keeps the natural order: a program that fails anyhow should fail in a way that is easy to read. After
 * that even chances and random priorities take turns, as each finds what the other misses.
 */
function randomChooser(seed: number, run: number, length: number): Chooser {
  if (run === 0) return new FixedChooser([]);
  const mixed = Math.imul(seed, 0x9e3779b1) ^ Math.imul(run, 0x85ebca6b);
  return run % 2 === 0 ? new PriorityChooser(mixed, length) : new RandomChooser(mixed);
}

async function explain(
  program: Program,
  failing: Run,
  { maxSteps, which }: { maxSteps: number; which: string },
): Promise<ExploreError> {
  const kind = kindOf(failing);
  const stillFails = async (picks: readonly number[]): Promise<boolean> =>
    kindOf(await runOnce(program, new FixedChooser(picks), maxSteps)) === kind;
  const picks = await shrink(picksOf(failing), stillFails, SHRINK_BUDGET);
  const shrunk = await runOnce(program, new FixedChooser(picks), maxSteps);
  // A program that is not the same in every run (it reads the real time, say) cannot be shrunk.
  const shown = kindOf(shrunk) === kind ? shrunk : failing;
  const schedule = shown === shrunk ? picks.join(",") : picksOf(failing).join(",");
  const { error } = shown.failure as { error: unknown };
  const message = [
    `The program fails under some schedules (${which}): ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    `To see it again: explore.replay(program, "${schedule}")`,
    scheduleTable(shown.steps),
  ].join("\n");
  return new ExploreError(message, schedule, shown);
}

function kindOf({ failure }: Run): string | null {
  if (failure === null) return null;
  return failure.error instanceof Error ? failure.error.name : "thrown";
}

function picksOf(run: Run): number[] {
  return run.steps.filter((step) => step.of > 1).map((step) => step.pick);
}

/** Runs the program once more under a schedule that `ExploreError` has named. Throws what the program throws. */
async function replay(program: Program, schedule: string): Promise<void> {
  checkFunction("replay a schedule", program, 'explore.replay(async () => work(), "0,1")');
  if (typeof schedule !== "string" || !/^(\d+(,\d+)*)?$/.test(schedule)) {
    throw new InvalidArgumentError(
      `Cannot replay a schedule as it must be the text that ExploreError has given: received ${describe(schedule)}`,
    );
  }
  const picks = schedule === "" ? [] : schedule.split(",").map(Number);
  const { failure } = await runOnce(program, new FixedChooser(picks), Infinity);
  if (failure !== null) throw failure.error;
}

/**
 * Runs an ordinary async program many times under virtual time, each time with another legal order of starts, wake-ups and
 * equal deadlines, and throws an `ExploreError` with a shrunk schedule as soon as one of them makes it fail: it throws (as
 * an assertion does), an error of it reaches nobody, it deadlocks, or it does not end.
 *
 *     await explore(async () => { … expect(balance).toBe(0); }, { runs: 500 });
 *
 * The program is called anew for each run and has to do the same each time: no real time, no sockets, no `Math.random()`.
 * `explore.replay(program, schedule)` runs one schedule again, for a debugger.
 */
export const explore: typeof exploreProgram & { replay: typeof replay } = Object.assign(exploreProgram, { replay });

function checkExploreOptions(options: ExploreOptions): Required<ExploreOptions> {
  checkOptions(DOING, options, OPTIONS);
  const { runs = 1000, seed = 1, mode = "random", deviations = 2, maxSteps = 10_000 } = options;
  checkCount(DOING, runs, { what: "runs", least: 1 });
  checkCount(DOING, seed, { what: "the seed", least: 0 });
  checkCount(DOING, deviations, { what: "deviations", least: 0 });
  checkCount(DOING, maxSteps, { what: "maxSteps", least: 1 });
  checkChoice(DOING, mode, { what: "mode", choices: ["random", "systematic"] });
  return { runs, seed, mode, deviations, maxSteps };
}
