import { certainFacts, contradicted, factsOf } from "./facts.js";
import type { Calls } from "./heddleApi.js";
import { runOnHeddle } from "./onHeddle.js";
import type { Trace, Trio } from "./onTrio.js";
import { printProgram } from "./printProgram.js";
import type { Program } from "./program.js";
import { sideBySide } from "./sideBySide.js";

/** Trio as it is, and with its tasks in quite another order. */
const SEEDS = [0, 3];
/** Before it is said that the two disagree, it is made sure that on Trio it really is the same in every order. */
const MORE_SEEDS: readonly (readonly number[])[] = [seedsFrom(4, 60), seedsFrom(60, 1000)];
/** Heddle as it is, and with its tasks in another order. */
const OUR_SEEDS = [0, 1];

export interface CompareOptions {
  /** What programs are made of on Heddle. Default: Heddle, as it is. */
  calls?: Calls;
  /** Whether a thousand orders are tried before the two are said to disagree, or 60. Default true. */
  thorough?: boolean;
}

/**
 * Runs a program on both, and compares what does not depend on the order in which tasks take turns. Returns what there is to
 * read when they disagree.
 */
export async function compare(
  trio: Trio,
  program: Program,
  { calls, thorough = true }: CompareOptions = {},
): Promise<string | undefined> {
  const theirs = await trio.run(program, SEEDS);
  const { certain, uncertain } = certainFacts(theirs);
  for (const seed of OUR_SEEDS) {
    const ours = await runOnHeddle(program, calls === undefined ? { seed } : { calls, seed });
    if (contradicted(certain, factsOf(ours), uncertain).length === 0) continue;
    const wrong = await surelyWrong(trio, program, { theirs, ours, thorough });
    if (wrong.length > 0) return reportOf(program, wrong, [theirs[0] as Trace, ours]);
  }
  return undefined;
}

/** What there is to read when the two disagree on a program in which nothing depends on the order of tasks. */
export async function compareExactly(trio: Trio, program: Program): Promise<string | undefined> {
  const [theirs = []] = await trio.run(program, [0]);
  const ours = await runOnHeddle(program);
  const wrong = contradicted(factsOf(theirs), factsOf(ours), []);
  return wrong.length === 0 ? undefined : reportOf(program, wrong, [theirs, ours]);
}

/** The facts that still contradict when Trio has run the program in a great many orders. */
async function surelyWrong(
  trio: Trio,
  program: Program,
  { theirs, ours, thorough }: { theirs: readonly Trace[]; ours: Trace; thorough: boolean },
): Promise<string[]> {
  let all = theirs;
  let wrong: string[] = [];
  for (const seeds of thorough ? MORE_SEEDS : MORE_SEEDS.slice(0, 1)) {
    all = [...all, ...(await trio.run(program, seeds))];
    const { certain, uncertain } = certainFacts(all);
    wrong = contradicted(certain, factsOf(ours), uncertain);
    if (wrong.length === 0) break;
  }
  return wrong;
}

function seedsFrom(first: number, last: number): number[] {
  return Array.from({ length: last - first }, (_, index) => first + index);
}

function reportOf(program: Program, wrong: readonly string[], [theirs, ours]: readonly [Trace, Trace]): string {
  const tables = wrong.map((name) => {
    return `${name}:\n${sideBySide(factsOf(theirs).get(name) ?? [], factsOf(ours).get(name) ?? [])}`;
  });
  return [
    "Trio and Heddle disagree on this program:",
    "",
    printProgram(program),
    "",
    ...tables,
    "",
    "everything, in its order:",
    sideBySide(printTrace(theirs), printTrace(ours)),
  ].join("\n");
}

/** The trace as lines: `12 consumer: c.receive = 3`. */
export function printTrace(trace: Trace): string[] {
  return trace.map(({ t, who, what }) => `${t} ${who}: ${what}`);
}
